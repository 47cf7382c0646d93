// SPDX-License-Identifier: Apache-2.0
// Places of the host that an interface can be given to, as they are now: a network namespace that
// somebody else made, a tap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/net.h"
#include "base/result.h"

namespace postern::dataplane {

// The network namespace of a process or at a path. Refused, in words for who named it, when there
// is none.
Result<Fd> namespace_of_process(long pid);
Result<Fd> namespace_at(const std::string& path);

struct RouteThere {
  Cidr destination;  // 0.0.0.0/0: a default route
  std::string device;
};

struct NamespaceThere {
  std::uint64_t inode = 0;
  std::vector<std::string> devices;
  std::vector<RouteThere> routes;
};
Result<NamespaceThere> look_at_namespace(int netns_fd);

// A device of the host's namespace.
struct TapThere {
  bool exists = false;
  bool is_tap = false;
  bool is_port = false;      // of a bridge or a bond
  bool has_address = false;  // the host itself speaks there
  bool has_filters = false;  // of tc
};
Result<TapThere> look_at_tap(int host_netns_fd, const std::string& name);

}  // namespace postern::dataplane
