// SPDX-License-Identifier: Apache-2.0
#include "explain/fix.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "model/cross_region.h"
#include "model/domain_verification.h"
#include "model/hosted_zones.h"
#include "model/network_acl.h"
#include "model/target_health.h"

namespace postern::explain {
namespace {

using model::LoadBalancer;
using model::TargetGroup;
using model::World;

template <class T>
std::string region_of_record(const World& world, const std::string& id) {
  const T* record = world.find(model::Id<T>(id));
  return record != nullptr ? record->region : "";
}

struct Kind {
  std::string_view prefix;  // of its ids
  std::string (*region)(const World&, const std::string& id);
};

// The more specific prefixes first.
constexpr Kind kKinds[] = {
    {"vpce-svc-", region_of_record<model::EndpointService>},
    {"vpce-", region_of_record<model::VpcEndpoint>},
    {"vpc-", region_of_record<model::Vpc>},
    {"subnet-", region_of_record<model::Subnet>},
    {"sg-", region_of_record<model::SecurityGroup>},
    {"acl-", region_of_record<model::NetworkAcl>},
    {"eni-", region_of_record<model::NetworkInterface>},
    {"i-", region_of_record<model::Instance>},
};

// That what a word of a command names is in, by an id or an ARN; empty for every other word.
std::string region_of(const World& world, const std::string& word) {
  if (word.starts_with("arn:aws:")) {  // arn:aws:<service>:<region>:…
    const std::size_t begin = word.find(':', std::string_view("arn:aws:").size()) + 1;
    return word.substr(begin, word.find(':', begin) - begin);
  }
  const auto kind = std::ranges::find_if(
      kKinds, [&](std::string_view prefix) { return word.starts_with(prefix); }, &Kind::prefix);
  return kind != std::end(kKinds) ? kind->region(world, word) : "";
}

// IpPermissions in the CLI's shorthand.
std::string permission(const Traffic& traffic, const Peer& peer) {
  const bool ipv4 = peer.address.is_v4();
  const std::string who =
      !peer.groups.empty() ? fmt::format("UserIdGroupPairs=[{{GroupId={}}}]", peer.groups.front())
      : ipv4               ? fmt::format("IpRanges=[{{CidrIp={}/32}}]", peer.address.text())
                           : fmt::format("Ipv6Ranges=[{{CidrIpv6={}/128}}]", peer.address.text());
  if (traffic.protocol == 1) {
    return ipv4 ? fmt::format("IpProtocol=icmp,FromPort=8,ToPort=-1,{}", who)
                : fmt::format("IpProtocol=icmpv6,FromPort=128,ToPort=-1,{}", who);
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
  const bool icmp = asked.ports.protocol == 1 || asked.ports.protocol == 58;
  const std::string what =
      icmp ? fmt::format("--protocol {} --icmp-type-code Type={},Code=-1",
                         asked.ports.protocol == 1 ? "icmp" : "58", asked.ports.low)
           : fmt::format("--protocol {} --port-range From={},To={}",
                         asked.ports.protocol == 6 ? "tcp" : "udp", asked.ports.low,
                         asked.ports.high);
  return fmt::format(
      "aws ec2 create-network-acl-entry --network-acl-id {} --{} --rule-number {} {} "
      "{} --rule-action allow",
      acl.id, asked.egress ? "egress" : "ingress", number, what,
      asked.peer.is_v4() ? fmt::format("--cidr-block {}/32", asked.peer.text())
                         : fmt::format("--ipv6-cidr-block {}/128", asked.peer.text()));
}

std::string assign_ipv6_command(const model::NetworkInterface& interface) {
  return fmt::format(
      "aws ec2 assign-ipv6-addresses --network-interface-id {} --ipv6-address-count 1",
      interface.id);
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
  const auto is_registered = [&](const model::Id<model::Instance>& id) {
    return std::ranges::any_of(model::targets_of(world, group.id), [&](const auto* target) {
      return target->target_id == id.value && !model::is_draining(*target);
    });
  };
  for (const auto& [id, instance] : world.all<model::Instance>()) {
    if (instance->vpc == group.vpc && instance->state == model::InstanceState::Running &&
        !is_registered(id)) {
      return fmt::format("aws elbv2 register-targets --target-group-arn {} --targets Id={}",
                         group.id, id);
    }
  }
  return "";
}

std::string listen_command(const World& world, const LoadBalancer& balancer,
                           const Traffic& traffic) {
  // A listener's protocol is its target group's, and a port has one listener.
  const model::Listener* there = nullptr;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == balancer.id && listener->port == traffic.port) {
      there = listener.get();
    }
  }
  const auto command = [&](const TargetGroup& group) {
    if (there != nullptr) {
      return fmt::format(
          "aws elbv2 modify-listener --listener-arn {} --protocol {} --default-actions "
          "Type=forward,TargetGroupArn={}",
          there->id, group.protocol, group.id);
    }
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

std::string vpc_attribute_command(const model::Vpc& vpc, const std::string& attribute) {
  return fmt::format("aws ec2 modify-vpc-attribute --vpc-id {} --enable-{} '{{\"Value\":true}}'",
                     vpc.id, attribute);
}

std::vector<std::string> move_target_commands(const model::Target& target, std::uint16_t port) {
  const auto command = [&](const char* verb, int at) {
    return fmt::format("aws elbv2 {}-targets --target-group-arn {} --targets Id={},Port={}", verb,
                       target.target_group, target.target_id, at);
  };
  return {command("register", port), command("deregister", target.port)};
}

std::string check_traffic_port_command(const TargetGroup& group) {
  return fmt::format(
      "aws elbv2 modify-target-group --target-group-arn {} --health-check-port traffic-port",
      group.id);
}

std::string allow_principal_command(const model::EndpointService& service,
                                    const model::Id<model::Account>& account) {
  return fmt::format(
      "aws ec2 modify-vpc-endpoint-service-permissions --service-id {} --add-allowed-principals "
      "arn:aws:iam::{}:root",
      service.id, account);
}

std::vector<std::string> endpoint_zones(const model::EndpointService& service,
                                        const model::Id<model::Account>& account,
                                        const std::string& region) {
  return service.region == region ? service.zone_ids : model::remote_zone_ids(account, region);
}

std::string offer_in_region_command(const model::EndpointService& service,
                                    const std::string& region) {
  return fmt::format(
      "aws ec2 modify-vpc-endpoint-service-configuration --service-id {} --add-supported-regions "
      "{}",
      service.id, region);
}

std::string create_endpoint_command(const World& world, const model::EndpointService& service,
                                    const model::NetworkInterface& client) {
  std::string subnets;
  std::set<std::string> zones;
  const auto possible = endpoint_zones(service, client.owner, client.region);
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc == client.vpc && std::ranges::count(possible, subnet->zone_id) != 0 &&
        zones.insert(subnet->zone_id).second) {
      subnets += " " + id.value;
    }
  }
  if (subnets.empty()) {
    return "";
  }
  return fmt::format(
      "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --service-name {}{} --vpc-id {} "
      "--subnet-ids{} --security-group-ids {}",
      service.name,
      service.region == client.region ? "" : fmt::format(" --service-region {}", service.region),
      client.vpc, subnets, fmt::join(client.groups, " "));
}

std::string add_subnet_command(const model::VpcEndpoint& endpoint, const model::Subnet& subnet) {
  return fmt::format("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {} --add-subnet-ids {}",
                     endpoint.id, subnet.id);
}

std::string enable_private_dns_command(const model::VpcEndpoint& endpoint) {
  return fmt::format("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {} --private-dns-enabled",
                     endpoint.id);
}

std::vector<std::string> verify_domain_commands(const World& world,
                                                const model::EndpointService& service) {
  const model::PrivateDnsName& name = *service.private_dns;
  const std::string record = fmt::format("{}.{}.", name.record_name, model::domain_of(name));
  const model::HostedZone* zone = model::public_zone_of(world, record);
  if (zone == nullptr || zone->owner != service.owner) {
    return {};
  }
  return {fmt::format("aws route53 change-resource-record-sets --hosted-zone-id {} --change-batch "
                      "'{{\"Changes\":[{{\"Action\":\"UPSERT\",\"ResourceRecordSet\":{{\"Name\":"
                      "\"{}\",\"Type\":\"TXT\",\"TTL\":60,\"ResourceRecords\":[{{\"Value\":"
                      "\"\\\"{}\\\"\"}}]}}}}]}}'",
                      zone->id, record, name.record_value),
          fmt::format("aws ec2 start-vpc-endpoint-service-private-dns-verification --service-id {}",
                      service.id)};
}

Fix clear_fault(const model::Fault& fault) {
  return {.account = "", .command = fmt::format("postern fault clear {}", fault.id)};
}

std::string join_zone_command(const model::HostedZone& zone, const model::Vpc& vpc) {
  return fmt::format(
      "aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {} --vpc VPCRegion={},VPCId={}",
      zone.id, vpc.region, vpc.id);
}

std::string typed_in(const World& world, std::string_view region, std::string command) {
  if (!command.starts_with("aws ")) {
    return command;  // postern's own have no region
  }
  for (const auto word : std::views::split(command, ' ')) {
    const std::string where = region_of(world, std::string(std::string_view(word)));
    if (!where.empty()) {
      return where == region ? command : fmt::format("{} --region {}", command, where);
    }
  }
  return command;
}

}  // namespace postern::explain
