// SPDX-License-Identifier: Apache-2.0
// The run directory's folders and its bpffs, and their end.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "dataplane/linux/run_dir.h"

namespace postern::dataplane {

// Makes the folder, with those above it, where it is not there yet.
Result<> make_folder(const std::string& path, mode_t mode);

// Makes the folders and mounts the bpffs, where they are not there yet.
Result<> make_run_dir(const RunDir& dir);

// Removes everything of a run directory that stopped being used: links, pinned maps and programs,
// mounts, namespaces, folders of ours. Works without having loaded anything, after a crash too;
// what is not there is no error. For `--destroy` and tests: neither the daemon's exit nor its
// restart calls this.
Result<> teardown(const RunDir& dir);

}  // namespace postern::dataplane
