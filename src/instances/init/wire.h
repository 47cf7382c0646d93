// SPDX-License-Identifier: Apache-2.0
// What the launcher and postern-init say to each other over their socket, one message each way.
//
//   launcher                    postern-init launch UID_BASE (socket at kControlFd)
//                               makes the namespaces
//            <- "P" pid, [pidfd]           the waiting PID 1; or "E" words
//   Start, [descriptors] ->     PID 1 sets itself up
//            <- end of file                it has become the instance's init; or "E" words
//
// Plain C++ without the project's libraries: one side is a static program inside the instance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::instances::init {

// Where postern-init finds its end of the socket.
inline constexpr int kControlFd = 3;

// First byte of what postern-init says.
inline constexpr char kStarted = 'P';
inline constexpr char kFailed = 'E';

// How long a message may be: the seccomp filter and three small files fit many times.
inline constexpr std::size_t kMessageBytesMax = 128 * 1024;

// Trees of one instance, each with two descriptors: no more than fit one message.
inline constexpr std::size_t kTreesMax = 8;

// How PID 1 shall set itself up. Sent with two descriptors for each tree: the read-only tree
// (id-mapped clone) and the folder that holds its `upper` and `work` (id-mapped clone).
struct Start {
  std::vector<std::string> trees;  // where each is mounted; "/" first, then what lies in it
  std::string hostname;
  std::string hosts;        // text of /etc/hosts
  std::string resolv_conf;  // text of /etc/resolv.conf
  std::string filter;       // the seccomp program, an array of sock_filter
  std::string program;      // the image's own init, which becomes PID 1; empty: postern-init itself
  bool first_boot = false;  // /etc/hostname and /etc/hosts are written on the first boot only
  bool has_cgroup = false;  // in a cgroup of its own, whose hierarchy it shall see

  friend bool operator==(const Start&, const Start&) = default;
};

std::string encode(const Start& start);
// nullopt unless `bytes` is what encode() makes.
std::optional<Start> decode_start(std::string_view bytes);

}  // namespace postern::instances::init
