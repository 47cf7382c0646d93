// SPDX-License-Identifier: Apache-2.0
// Where the daemon's files are, for the daemon and for its clients on the same host.
#pragma once

#include <filesystem>
#include <string>

namespace postern {

inline constexpr const char* kDataDir = "/var/lib/postern";

// The one way to write a directory's path: from the root, without `.`, `..` or a slash at its end.
inline std::string directory_path(const std::string& path) {
  const std::filesystem::path normal = std::filesystem::absolute(path).lexically_normal();
  return normal.has_filename() ? normal.string() : normal.parent_path().string();
}

// What lives only as long as the host is up: sockets, namespaces, pins. /run/postern for the
// default data directory, `run` inside any other.
inline std::string run_dir_of(const std::string& data_dir) {
  return data_dir == kDataDir ? "/run/postern" : data_dir + "/run";
}

// The operator's socket.
inline std::string operator_socket(const std::string& run_dir) {
  return run_dir + "/postern.sock";
}

}  // namespace postern
