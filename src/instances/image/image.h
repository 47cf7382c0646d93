// SPDX-License-Identifier: Apache-2.0
// What an image is to the launcher: trees of files that all instances share, and what lies over
// them in a new instance before its first boot.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::instances {

// Something in the upper layer of a new instance. Paths are the instance's own.
struct Seed {
  enum class Kind {
    EmptyFolder,  // whatever the image has there
    Folder,       // there, with what the image or an earlier seed has in it
    File,         // in place of the image's
    Hidden,       // the image's file or folder is not there
    Link,         // a symbolic link, to `content`
  };
  Kind kind;
  std::string path;
  mode_t mode = 0755;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string content = {};
};

// A folder of the host that is mounted in the instance at `at`. Not what is mounted inside it.
struct Tree {
  std::string at;    // "/", "/var"
  std::string from;  // the host's folder
};

// Whose `.ssh/authorized_keys` has the public key that an instance is started with.
struct Login {
  std::string home;
  uid_t uid = 0;
  gid_t gid = 0;
  bool operator==(const Login&) const = default;
};

struct Image {
  std::vector<Tree> trees;  // "/" first; a tree inside another comes after it
  std::vector<Seed> seeds;  // parents before children
  std::vector<Login> logins = {};
  std::string init = {};  // the program that becomes PID 1; empty: postern-init
};

// The certificate authorities that an image's programs trust, and `bundle`, the text of that file,
// with `certificate` besides: as update-ca-certificates(8) has it, which finds it again when it
// runs.
inline constexpr const char* kTrustedBundle = "/etc/ssl/certs/ca-certificates.crt";
std::vector<Seed> trust_seeds(const std::string& bundle, const std::string& certificate);

// The number of the innermost tree that `path` lies in.
std::size_t tree_of(const Image& image, std::string_view path);

// Makes `seed` in `layers`, the upper folders of a new instance, one for each tree. Folders on the
// way that are not there yet are made as the image has them. The layers are not mounted yet.
Result<> write_seed(const Image& image, const std::vector<std::string>& layers, const Seed& seed);

}  // namespace postern::instances
