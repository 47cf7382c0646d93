// SPDX-License-Identifier: Apache-2.0
// Where the daemon's files are, for the daemon and for its clients on the same host.
#pragma once

#include <string>

namespace postern {

inline constexpr const char* kDataDir = "/var/lib/postern";

// What lives only as long as the host is up: sockets, namespaces, pins. /run/postern for the default
// data directory, `run` inside any other.
inline std::string run_dir_of(const std::string& data_dir) {
  return data_dir == kDataDir ? "/run/postern" : data_dir + "/run";
}

// The operator's socket.
inline std::string operator_socket(const std::string& run_dir) { return run_dir + "/postern.sock"; }

}  // namespace postern
