// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/host_place.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "dataplane/linux/net_namespace.h"
#include "dataplane/linux/netlink.h"

namespace postern::dataplane {

Result<Fd> namespace_of_process(long pid) {
  Fd fd(open(fmt::format("/proc/{}/ns/net", pid).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return refuse(faults::InvalidParameterValue, "there is no process {} ({})", pid,
                  std::strerror(errno));
  }
  return fd;
}

Result<Fd> namespace_at(const std::string& path) {
  // Without O_NONBLOCK, opening a pipe would wait for somebody to write.
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    return refuse(faults::InvalidParameterValue, "there is no network namespace at {} ({})", path,
                  std::strerror(errno));
  }
  if (ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET) {
    return refuse(faults::InvalidParameterValue, "{} is no network namespace", path);
  }
  return fd;
}

Result<NamespaceThere> look_at_namespace(int netns_fd) {
  struct stat info{};
  if (fstat(netns_fd, &info) != 0) {
    return unavailable_errno("looking at a network namespace");
  }
  NamespaceThere there{.inode = info.st_ino};
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_fd));
  TRY_ASSIGN(const auto links, netlink.links());
  std::map<unsigned, std::string> names;
  for (const LinkInfo& link : links) {
    names[link.ifindex] = link.name;
    there.devices.push_back(link.name);
  }
  TRY_ASSIGN(const auto routes, netlink.routes());
  for (const RouteInfo& route : routes) {
    there.routes.push_back({route.destination, names[route.ifindex]});
  }
  return there;
}

Result<TapThere> look_at_tap(int host_netns_fd, const std::string& name) {
  TRY_ASSIGN(Netlink netlink, Netlink::open(host_netns_fd));
  TRY_ASSIGN(const auto link, netlink.find_link(name));
  if (!link) {
    return TapThere{};
  }
  TRY_ASSIGN(const bool has_address, netlink.has_address(link->ifindex));
  TRY_ASSIGN(const bool has_filters, netlink.has_filters(link->ifindex));
  return TapThere{.exists = true,
                  .is_tap = link->kind == "tun" && link->ethernet,
                  .is_port = link->master != 0,
                  .has_address = has_address,
                  .has_filters = has_filters};
}

}  // namespace postern::dataplane
