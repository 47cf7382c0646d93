// SPDX-License-Identifier: Apache-2.0
#include "daemon/data_plane.h"

#include "dataplane/linux/net_namespace.h"

namespace postern::daemon {

Result<> LinuxInstanceNetwork::attach(const model::World& world,
                                      const model::NetworkInterface& interface, int netns) {
  const model::Subnet* subnet = world.find(interface.subnet);
  if (subnet == nullptr) {
    return unavailable("the subnet {} of {} is not there", interface.subnet, interface.id);
  }
  return kernel_.connect_instance({.owner = interface.number,
                                   .port = interface.port,
                                   .mac = interface.mac,
                                   .address = interface.address,
                                   .prefix = subnet->cidr.prefix(),
                                   .gateway = subnet->cidr.at(1),
                                   .ipv6_addresses = interface.ipv6_addresses},
                                  netns);
}

Result<Fd> LinuxVpcSockets::open(std::string_view vpc, const sockets::Request& request) {
  TRY_ASSIGN(const Fd netns, dataplane::open_namespace(dir_.network_namespace(vpc)));
  TRY_ASSIGN(Fd socket, dataplane::open_socket_in(netns.get(), sockets::socket_domain(request),
                                                  sockets::socket_type(request)));
  TRY(sockets::bind_socket(socket.get(), request));
  return socket;
}

}  // namespace postern::daemon
