// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/delay.h"

#include "dataplane/linux/netlink.h"

namespace postern::dataplane {

Result<> check_delays(int netns_fd) {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_fd));
  TRY_ASSIGN(const auto loopback, netlink.find_link("lo"));
  if (!loopback) {
    return unavailable("the fabric has no loopback to try a delay at");
  }
  // Nothing is sent there.
  TRY(netlink.set_delay(loopback->ifindex, std::chrono::milliseconds(1)));
  return netlink.clear_delay(loopback->ifindex);
}

Result<std::set<std::uint32_t>> delayed_links(int netns_fd) {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_fd));
  return netlink.delayed();
}

Result<bool> set_delay(int netns_fd, std::uint32_t ifindex, std::chrono::milliseconds delay) {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_fd));
  if (delay.count() == 0) {
    TRY(netlink.clear_delay(ifindex));
    return true;
  }
  return netlink.set_delay(ifindex, delay);
}

}  // namespace postern::dataplane
