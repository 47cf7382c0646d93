// SPDX-License-Identifier: Apache-2.0
#include "daemon/host_places.h"

#include <sys/stat.h>

#include <cstdlib>

#include "dataplane/linux/host_place.h"
#include "model/holder_state.h"

namespace postern::daemon {
namespace {

using model::HolderKind;

Result<std::uint64_t> inode_of(int netns_fd) {
  struct stat info{};
  if (fstat(netns_fd, &info) != 0) {
    return unavailable_errno("looking at a network namespace");
  }
  return info.st_ino;
}

Result<Fd> open_place(HolderKind kind, const std::string& place) {
  return kind == HolderKind::Process ? dataplane::namespace_of_process(std::atol(place.c_str()))
                                     : dataplane::namespace_at(place);
}

Place as_place(const dataplane::TapThere& tap) {
  return {.tap_exists = tap.exists,
          .is_tap = tap.is_tap,
          .tap_is_port = tap.is_port,
          .tap_has_address = tap.has_address,
          .tap_has_filters = tap.has_filters};
}

}  // namespace

Result<Place> LinuxHostPlaces::look(HolderKind kind, const std::string& place) {
  if (kind == HolderKind::Tap) {
    TRY_ASSIGN(const auto tap, dataplane::look_at_tap(kernel_.host_netns_fd(), place));
    return as_place(tap);
  }
  TRY_ASSIGN(const Fd netns, open_place(kind, place));
  TRY_ASSIGN(auto there, dataplane::look_at_namespace(netns.get()));
  TRY_ASSIGN(const std::uint64_t host, inode_of(kernel_.host_netns_fd()));
  Place found{.namespace_inode = there.inode,
              .is_host = there.inode == host,
              .is_postern = kernel_.is_own(there.inode),
              .devices = std::move(there.devices)};
  for (const auto& route : there.routes) {
    found.routes.push_back({route.destination, route.device});
  }
  return found;
}

Result<> LinuxHostPlaces::connect(const model::World& world,
                                  const model::NetworkInterface& interface) {
  const model::Holder* holder = model::holder_of(interface);
  if (holder == nullptr) {
    return unavailable("{} is not of the host's", interface.id);
  }
  if (holder->kind == HolderKind::Tap) {
    return kernel_.connect_tap({kPnPortInstance, interface.number, interface.port}, holder->place);
  }
  return connect_namespace(world, interface);
}

Result<> LinuxHostPlaces::connect_namespace(const model::World& world,
                                            const model::NetworkInterface& interface) {
  const model::Holder& holder = *model::holder_of(interface);
  const model::Subnet* subnet = world.find(interface.subnet);
  const model::Vpc* vpc = world.find(interface.vpc);
  if (subnet == nullptr || vpc == nullptr) {
    return unavailable("the subnet {} of {} is not there", interface.subnet, interface.id);
  }
  TRY_ASSIGN(const Fd netns, open_place(holder.kind, holder.place));
  TRY_ASSIGN(const std::uint64_t inode, inode_of(netns.get()));
  if (holder.kind == HolderKind::Process && inode != holder.namespace_inode) {
    return unavailable("the process {} has ended meanwhile", holder.place);
  }
  return kernel_.connect_instance({.owner = interface.number,
                                   .port = interface.port,
                                   .mac = interface.mac,
                                   .address = interface.address,
                                   .prefix = subnet->cidr.prefix(),
                                   .gateway = subnet->cidr.at(1),
                                   .ipv6_addresses = interface.ipv6_addresses,
                                   .name = holder.device,
                                   .default_route = holder.default_route,
                                   .routes = model::cidrs_of(*vpc)},
                                  netns.get());
}

Result<std::set<std::uint32_t>> LinuxHostPlaces::connected() {
  TRY_ASSIGN(const auto owners, kernel_.connected());
  return std::set<std::uint32_t>(owners.begin(), owners.end());
}

}  // namespace postern::daemon
