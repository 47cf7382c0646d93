// SPDX-License-Identifier: Apache-2.0
// Which subnets may hold an endpoint's interfaces, which address each gets, and their groups.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

// The address that the caller wants in one of the endpoint's subnets.
struct SubnetConfiguration {
  std::string SubnetId;
  std::optional<std::string> Ipv4;
  std::optional<std::string> Ipv6;
};
BOOST_DESCRIBE_STRUCT(SubnetConfiguration, (), (SubnetId, Ipv4, Ipv6))
using SubnetConfigurations = std::vector<SubnetConfiguration>;

// The groups of those ids, in the endpoint's VPC; the VPC's default group when there are none.
Result<std::vector<model::Id<model::SecurityGroup>>> endpoint_groups(
    const model::World& world, const model::Caller& caller, const model::Id<model::Vpc>& vpc,
    const std::vector<std::string>& ids);

// Adds an interface in each subnet of `ids`: the caller's own, in the endpoint's VPC, in a zone
// that the service has, one in a zone. `endpoint` is changed but not put.
Result<> add_subnets(model::Transaction& tx, const model::Caller& caller,
                     model::VpcEndpoint& endpoint, const std::vector<std::string>& ids,
                     const SubnetConfigurations& configurations);

// Sets the endpoint's IP address type and that of its DNS records, which is the same if none is
// asked for. InvalidParameter for what the service does not support, or does not fit together.
// [PrivateLink guide, "IP address types"; EC2 API reference, DnsOptionsSpecification]
Result<> set_ip_types(const model::EndpointService& service, const std::string& type,
                      const std::optional<std::string>& record_type, model::VpcEndpoint& endpoint);

// The same for an endpoint that has interfaces: they are given IPv6 addresses, or lose them.
Result<> change_ip_types(model::Transaction& tx, model::VpcEndpoint& endpoint,
                         const std::optional<std::string>& type,
                         const std::optional<std::string>& record_type);

// Removes the endpoint's interfaces in the subnets of `ids`. `endpoint` is changed but not put.
Result<> remove_subnets(model::Transaction& tx, model::VpcEndpoint& endpoint,
                        const std::vector<std::string>& ids);

// Gives the endpoint's groups to all its interfaces.
void set_groups(model::Transaction& tx, const model::VpcEndpoint& endpoint);

}  // namespace postern::api::ec2
