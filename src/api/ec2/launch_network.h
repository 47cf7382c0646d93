// SPDX-License-Identifier: Apache-2.0
// Where RunInstances puts its instances: subnet, groups, addresses; or an interface that is there.
#pragma once

#include "api/ec2/run_instances_request.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

struct LaunchNetwork {
  model::Subnet subnet;
  std::vector<model::Id<model::SecurityGroup>> groups;
  std::optional<IpAddress> address;
  WantedIpv6 ipv6;
  std::string description;
  bool delete_on_termination = true;
  bool public_address = false;                      // a new interface is given one
  std::optional<model::NetworkInterface> existing;  // instead of a new one
};

Result<LaunchNetwork> launch_network(const model::World& world, const model::Caller& caller,
                                     const RunInstancesRequest& request);

}  // namespace postern::api::ec2
