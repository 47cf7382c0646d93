// SPDX-License-Identifier: Apache-2.0
// An instance's own files over its image: one layer for each of the image's trees.
//
// On disk a file of uid 0 in the instance has uid 0: the mount translates ids to the instance's
// block. So one image serves all, and what a layer holds does not depend on who used it.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "instances/image/image.h"

namespace postern::instances {

// Makes `count` layers in the folder `layers`, empty.
Result<> make_layers(const std::string& layers, std::size_t count);

// The upper folder of each layer.
std::vector<std::string> upper_folders(const std::string& layers, std::size_t count);

// Clones of the trees and layers as PID 1 attaches them: tree, layer, tree, layer… Ids 0-65535 in
// them are those of the user namespace `userns`.
Result<std::vector<Fd>> clone_trees(const std::vector<Tree>& trees, const std::string& layers,
                                    const Fd& userns);

// A clone of the mount at `folder`, not of what is mounted below it, with ids as in `userns`.
Result<Fd> id_mapped_clone(const std::string& folder, const Fd& userns);

// The last `bytes_max` bytes of the file that the instance has at `path`; "" if there is none in
// its layers. Safe against links and pipes that the instance put there; it may be running.
std::string read_guest_file(const std::string& layers, const std::vector<Tree>& trees,
                            const std::string& path, std::size_t bytes_max);

// The last `bytes_max` bytes of what `fd` is open on, or "".
std::string read_tail(const Fd& fd, std::size_t bytes_max);

}  // namespace postern::instances
