// SPDX-License-Identifier: Apache-2.0
#include "explain/fix.h"

#include <algorithm>
#include <set>

#include "model/network_acl.h"
#include "model/target_health.h"

namespace postern::explain {
namespace {

using model::LoadBalancer;
using model::TargetGroup;
using model::World;

// IpPermissions in the CLI's shorthand.
std::string permission(const Traffic& traffic, const Peer& peer) {
  const std::string who =
      peer.groups.empty() ? fmt::format("IpRanges=[{{CidrIp={}/32}}]", peer.address.text())
                          : fmt::format("UserIdGroupPairs=[{{GroupId={}}}]", peer.groups.front());
  if (traffic.protocol == 1) {
    return fmt::format("IpProtocol=icmp,FromPort=8,ToPort=-1,{}", who);
  }
  return fmt::format("IpProtocol={},FromPort={},ToPort={},{}",
                     traffic.protocol == 6 ? "tcp" : "udp", traffic.port, traffic.port, who);
}

bool carries(const std::string& protocol, const Traffic& traffic) {
  return protocol == "TCP_UDP" || protocol == (traffic.protocol == 6 ? "TCP" : "UDP");
}

}  // namespace

std::string authorize_command(const Question& question) {
  return fmt::format("aws ec2 authorize-security-group-{} --group-id {} --ip-permissions '{}'",
                     question.egress ? "egress" : "ingress", question.groups.front(),
                     permission(question.traffic, question.peer));
}

std::string allow_command(const model::NetworkAcl& acl, const AclQuestion& asked,
                          const model::NetworkAclEntry* denying) {
  constexpr int kHighest = 32766;
  int number = denying != nullptr ? denying->rule_number - 1 : 100;
  if (denying == nullptr) {
    while (number <= kHighest && model::find_entry(acl, asked.egress, number) != nullptr) {
      ++number;
    }
  } else {
    while (number > 0 && model::find_entry(acl, asked.egress, number) != nullptr) {
      --number;
    }
  }
  if (number < 1 || number > kHighest) {
    return "";
  }
  const std::string what =
      asked.ports.protocol == 1
          ? fmt::format("--protocol icmp --icmp-type-code Type={},Code=-1", asked.ports.low)
          : fmt::format("--protocol {} --port-range From={},To={}",
                        asked.ports.protocol == 6 ? "tcp" : "udp", asked.ports.low,
                        asked.ports.high);
  return fmt::format(
      "aws ec2 create-network-acl-entry --network-acl-id {} --{} --rule-number {} {} "
      "--cidr-block {}/32 --rule-action allow",
      acl.id, asked.egress ? "egress" : "ingress", number, what, asked.peer.text());
}

std::string accept_command(const model::VpcEndpoint& endpoint) {
  return fmt::format(
      "aws ec2 accept-vpc-endpoint-connections --service-id {} --vpc-endpoint-ids {}",
      endpoint.service, endpoint.id);
}

std::string add_zone_command(const World& world, const LoadBalancer& balancer,
                             const std::string& zone_id) {
  std::string subnets;
  for (const model::LoadBalancerZone& zone : balancer.zones) {
    subnets += " " + zone.subnet.value;
  }
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc == balancer.vpc && subnet->zone_id == zone_id) {
      return fmt::format("aws elbv2 set-subnets --load-balancer-arn {} --subnets{} {}", balancer.id,
                         subnets, id);
    }
  }
  return "";
}

std::string cross_zone_command(const LoadBalancer& balancer) {
  return fmt::format(
      "aws elbv2 modify-load-balancer-attributes --load-balancer-arn {} --attributes "
      "Key=load_balancing.cross_zone.enabled,Value=true",
      balancer.id);
}

std::string register_command(const World& world, const TargetGroup& group) {
  if (group.target_type != "instance") {
    return "";
  }
  for (const auto& [id, instance] : world.all<model::Instance>()) {
    if (instance->vpc == group.vpc && instance->state == model::InstanceState::Running) {
      return fmt::format("aws elbv2 register-targets --target-group-arn {} --targets Id={}",
                         group.id, id);
    }
  }
  return "";
}

std::string listen_command(const World& world, const LoadBalancer& balancer,
                           const Traffic& traffic) {
  // A listener's protocol is its target group's.
  const auto command = [&](const TargetGroup& group) {
    return fmt::format(
        "aws elbv2 create-listener --load-balancer-arn {} --protocol {} --port {} "
        "--default-actions Type=forward,TargetGroupArn={}",
        balancer.id, group.protocol, traffic.port, group.id);
  };
  for (const TargetGroup* group : model::groups_of(world, balancer)) {
    if (carries(group->protocol, traffic)) {
      return command(*group);
    }
  }
  for (const auto& [id, group] : world.all<TargetGroup>()) {
    if (group->vpc == balancer.vpc && carries(group->protocol, traffic) &&
        model::load_balancer_of(world, id) == nullptr) {
      return command(*group);
    }
  }
  return "";
}

std::string dns_support_command(const model::Vpc& vpc) {
  return fmt::format(
      "aws ec2 modify-vpc-attribute --vpc-id {} --enable-dns-support '{{\"Value\":true}}'", vpc.id);
}

}  // namespace postern::explain
