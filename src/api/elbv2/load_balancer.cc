// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/load_balancer.h"

#include <algorithm>

#include "api/elbv2/constraint.h"
#include "api/elbv2/detach.h"
#include "api/elbv2/find.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/load_balancer_zones.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/tags.h"
#include "model/dns_names.h"
#include "model/load_balancer_state.h"
#include "model/public_addresses.h"
#include "model/quotas.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::size_t kSecurityGroupsMax = 5;  // of one load balancer (not documented)
constexpr std::size_t kArnsMax = 20;           // of one DescribeLoadBalancers [API reference]

// ---- Answers ------------------------------------------------------------------------------------

struct State {
  std::string Code;
};
BOOST_DESCRIBE_STRUCT(State, (), (Code))

struct LoadBalancer {
  std::string LoadBalancerArn;
  std::string DNSName;
  std::string CanonicalHostedZoneId;
  TimePoint CreatedTime;
  std::string LoadBalancerName;
  std::string Scheme;
  std::string VpcId;
  State State_;
  std::string Type;
  std::vector<AvailabilityZone> AvailabilityZones;
  std::vector<std::string> SecurityGroups;
  std::string IpAddressType;
  std::optional<std::string> EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
};
BOOST_DESCRIBE_STRUCT(LoadBalancer, (),
                      (LoadBalancerArn, DNSName, CanonicalHostedZoneId, CreatedTime,
                       LoadBalancerName, Scheme, VpcId, State_, Type, AvailabilityZones,
                       SecurityGroups, IpAddressType,
                       EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic))

std::vector<std::string> group_ids(const model::LoadBalancer& load_balancer) {
  std::vector<std::string> ids;
  for (const auto& group : load_balancer.security_groups) {
    ids.push_back(group.value);
  }
  return ids;
}

std::string enforcement(const model::LoadBalancer& load_balancer) {
  return load_balancer.enforce_inbound_rules_on_private_link ? "on" : "off";
}

LoadBalancer description(const model::World& world, const model::LoadBalancer& from) {
  LoadBalancer item{
      .LoadBalancerArn = from.id.value,
      .DNSName = model::regional_name(from),
      .CanonicalHostedZoneId = is_application(from)
                                   ? model::application_hosted_zone_id(from.region)
                                   : model::load_balancer_hosted_zone_id(from.region),
      .CreatedTime = from.created_at,
      .LoadBalancerName = from.name,
      .Scheme = from.scheme,
      .VpcId = from.vpc.value,
      .State_ = {.Code = std::string(model::text(from.state))},
      .Type = from.type,
      .AvailabilityZones = availability_zones(world, from),
      .SecurityGroups = group_ids(from),
      .IpAddressType = from.ip_address_type,
  };
  if (!from.security_groups.empty() && !is_application(from)) {
    item.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = enforcement(from);
  }
  return item;
}

// ---- Security groups ----------------------------------------------------------------------------

// The caller's own groups, each once, all in `vpc`. [the words on VPCs are recorded]
Result<std::vector<model::Id<model::SecurityGroup>>> find_groups(
    const model::World& world, const model::Caller& caller, const model::Id<model::Vpc>& vpc,
    const std::vector<std::string>& ids) {
  std::vector<model::Id<model::SecurityGroup>> groups;
  for (const std::string& text : ids) {
    const model::Id<model::SecurityGroup> id(text);
    const auto* group = world.find(id);
    if (group == nullptr || !model::owns(caller, *group)) {
      return refuse(faults::InvalidSecurityGroup, "Security group '{}' does not exist", text);
    }
    if (group->vpc != vpc) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Security group '{}' does not belong to VPC '{}'", text, vpc);
    }
    if (std::ranges::find(groups, id) == groups.end()) {
      groups.push_back(id);
    }
  }
  if (groups.size() > kSecurityGroupsMax) {
    return refuse(faults::InvalidConfigurationRequest,
                  "At most {} security groups can be associated with a load balancer",
                  kSecurityGroupsMax);
  }
  return groups;
}

// [API reference, CreateLoadBalancer, SecurityGroups: an ALB's are the VPC's default one otherwise]
std::vector<model::Id<model::SecurityGroup>> default_groups(const model::World& world,
                                                            const model::Id<model::Vpc>& vpc) {
  for (const auto& [id, group] : world.all<model::SecurityGroup>()) {
    if (group->vpc == vpc && group->name == "default") {
      return {id};
    }
  }
  return {};
}

// ---- CreateLoadBalancer -------------------------------------------------------------------------

struct CreateLoadBalancerRequest {
  std::string Name;
  std::vector<std::string> Subnets;
  std::vector<SubnetMapping> SubnetMappings;
  std::vector<std::string> SecurityGroups;
  std::optional<std::string> Scheme;
  std::vector<Tag> Tags;
  std::optional<std::string> Type;
  std::optional<std::string> IpAddressType;
  std::optional<std::string> CustomerOwnedIpv4Pool;
  std::optional<std::string> EnablePrefixForIpv6SourceNat;
  std::optional<Unserved> IpamPools;
};
BOOST_DESCRIBE_STRUCT(CreateLoadBalancerRequest, (),
                      (Name, Subnets, SubnetMappings, SecurityGroups, Scheme, Tags, Type,
                       IpAddressType, CustomerOwnedIpv4Pool, EnablePrefixForIpv6SourceNat,
                       IpamPools))

struct LoadBalancersAnswer {
  std::vector<LoadBalancer> LoadBalancers;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(LoadBalancersAnswer, (), (LoadBalancers, NextMarker))

Result<> check_enums(const CreateLoadBalancerRequest& request) {
  TRY(check_enum("scheme", request.Scheme, {"internet-facing", "internal"}));
  TRY(check_enum("type", request.Type, {"application", "network", "gateway"}));
  TRY(check_enum("ipAddressType", request.IpAddressType,
                 {"ipv4", "dualstack", "dualstack-without-public-ipv4"}));
  return check_enum("enablePrefixForIpv6SourceNat", request.EnablePrefixForIpv6SourceNat,
                    {"on", "off"});
}

Result<> check_application(const CreateLoadBalancerRequest& request) {
  if (request.IpAddressType.value_or("ipv4") != "ipv4") {
    return refuse(faults::InvalidConfigurationRequest,
                  "IP address type '{}' is not supported on load balancers with type 'application'",
                  *request.IpAddressType);
  }
  if (request.CustomerOwnedIpv4Pool || request.IpamPools) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Customer-owned and IPAM address pools are not supported");
  }
  if (request.EnablePrefixForIpv6SourceNat) {
    return refuse(faults::InvalidConfigurationRequest,
                  "EnablePrefixForIpv6SourceNat is not supported on load balancers with type "
                  "'application'");
  }
  return {};
}

// What AWS has and Postern does not.
Result<> check_served(const CreateLoadBalancerRequest& request) {
  const std::string type = request.Type.value_or("application");
  if (type == "gateway") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Load balancers of type '{}' are not supported: specify the type 'network' or "
                  "'application'",
                  type);
  }
  if (type == "application") {
    return check_application(request);
  }
  if (request.IpAddressType == "dualstack-without-public-ipv4") {
    return refuse(faults::InvalidConfigurationRequest,
                  "IP address type '{}' is not supported on load balancers with type 'network'",
                  *request.IpAddressType);
  }
  if (request.EnablePrefixForIpv6SourceNat.value_or("off") != "off") {
    return refuse(faults::InvalidConfigurationRequest,
                  "EnablePrefixForIpv6SourceNat is not supported: nodes translate to their own "
                  "addresses");
  }
  if (request.CustomerOwnedIpv4Pool || request.IpamPools) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Customer-owned and IPAM address pools are not supported on load balancers with "
                  "type 'network'");
  }
  return {};
}

Result<> check_load_balancer_name(const std::string& name) {
  TRY(check_name("The load balancer name", name));
  if (name.starts_with("internal-")) {
    return refuse(faults::ValidationError,
                  "The load balancer name '{}' cannot begin with 'internal-'", name);
  }
  return {};
}

// Whether `there` is what the request would make. Tags do not count. (AWS does not document which
// settings are compared.)
bool is_same(const model::World& world, const model::LoadBalancer& there,
             const model::LoadBalancer& wanted, const std::vector<ZoneChoice>& choices) {
  const auto is_there = [&](const ZoneChoice& choice) {
    const auto zone =
        std::ranges::find(there.zones, choice.subnet->id, &model::LoadBalancerZone::subnet);
    if (zone == there.zones.end() || zone->fixed_address != choice.address.has_value()) {
      return false;
    }
    const auto* elastic = model::elastic_ip_of(world, zone->network_interface);
    if (choice.elastic_ip != (elastic != nullptr ? elastic->id : model::Id<model::ElasticIp>())) {
      return false;
    }
    const auto* node = world.find(zone->network_interface);
    return !choice.address || (node != nullptr && node->address == *choice.address);
  };
  return there.type == wanted.type && there.scheme == wanted.scheme &&
         there.ip_address_type == wanted.ip_address_type &&
         std::ranges::is_permutation(there.security_groups, wanted.security_groups) &&
         there.zones.size() == choices.size() && std::ranges::all_of(choices, is_there);
}

Result<LoadBalancersAnswer> create_load_balancer(model::Transaction& tx,
                                                 const model::Caller& caller,
                                                 const CreateLoadBalancerRequest& request) {
  TRY(check_enums(request));
  TRY(check_served(request));
  TRY(check_load_balancer_name(request.Name));
  model::LoadBalancer made{.owner = caller.account,
                           .region = caller.region,
                           .name = request.Name,
                           .scheme = request.Scheme.value_or("internet-facing"),
                           .ip_address_type = request.IpAddressType.value_or("ipv4"),
                           .created_at = tx.now(),
                           .type = request.Type.value_or("application")};
  TRY_ASSIGN(const auto choices,
             choose_zones(tx.world(), caller, request.Subnets, request.SubnetMappings, made));
  made.vpc = choices.front().subnet->vpc;
  TRY_ASSIGN(made.security_groups,
             find_groups(tx.world(), caller, made.vpc, request.SecurityGroups));
  if (is_application(made) && made.security_groups.empty()) {
    made.security_groups = default_groups(tx.world(), made.vpc);
  }
  TRY(add_tags(made.tags, request.Tags));
  const auto own =
      all_of_caller<model::LoadBalancer>(tx.world(), caller, [](const auto&) { return true; });
  for (const model::LoadBalancer* other : own) {
    // The name alone tells them apart, whatever their types.
    if (other->name == made.name) {
      if (is_same(tx.world(), *other, made, choices)) {
        return LoadBalancersAnswer{.LoadBalancers = {description(tx.world(), *other)}};
      }
      return refuse(faults::DuplicateLoadBalancerName,
                    "A load balancer with the same name '{}' exists, but with different settings",
                    made.name);
    }
  }
  const model::Quota most =
      is_application(made) ? model::Quota::ApplicationLoadBalancers : model::Quota::LoadBalancers;
  if (model::is_used_up(tx.world(), most,
                        std::ranges::count(own, made.type, &model::LoadBalancer::type))) {
    return refuse(faults::TooManyLoadBalancers,
                  "The maximum number of {} {} Load Balancers has been reached",
                  model::quota(tx.world(), most), is_application(made) ? "Application" : "Network");
  }
  made.hex = tx.ids().hex16();
  made.id = load_balancer_arn(made);
  made.number = tx.next_number();
  for (const ZoneChoice& choice : choices) {
    TRY(add_zone(tx, made, choice));
  }
  tx.put(made);
  return LoadBalancersAnswer{.LoadBalancers = {description(tx.world(), made)}};
}

// ---- DescribeLoadBalancers ----------------------------------------------------------------------

struct DescribeLoadBalancersRequest {
  std::vector<std::string> LoadBalancerArns;
  std::vector<std::string> Names;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeLoadBalancersRequest, (), (LoadBalancerArns, Names, Marker, PageSize))

Result<std::vector<const model::LoadBalancer*>> select(
    const View& view, const DescribeLoadBalancersRequest& request) {
  if (!request.LoadBalancerArns.empty() && !request.Names.empty()) {
    return refuse(faults::ValidationError,
                  "Load balancer names and load balancer ARNs cannot be specified at the same "
                  "time");
  }
  if (request.LoadBalancerArns.size() > kArnsMax) {
    return refuse(faults::ValidationError, "At most {} load balancer ARNs can be specified",
                  kArnsMax);
  }
  if (!request.LoadBalancerArns.empty()) {
    return find_all<model::LoadBalancer>(view.world, view.caller, request.LoadBalancerArns);
  }
  if (!request.Names.empty()) {
    return find_all_named<model::LoadBalancer>(view.world, view.caller, request.Names);
  }
  return all_of_caller<model::LoadBalancer>(view.world, view.caller,
                                            [](const auto&) { return true; });
}

Result<LoadBalancersAnswer> describe_load_balancers(const View& view,
                                                    const DescribeLoadBalancersRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY_ASSIGN(auto found, select(view, request));
  LoadBalancersAnswer answer;
  answer.NextMarker = cut_to_page(page, found, [](const auto* item) { return item->id.value; });
  for (const model::LoadBalancer* item : found) {
    answer.LoadBalancers.push_back(description(view.world, *item));
  }
  return answer;
}

// ---- DeleteLoadBalancer -------------------------------------------------------------------------

struct DeleteLoadBalancerRequest {
  std::string LoadBalancerArn;
};
BOOST_DESCRIBE_STRUCT(DeleteLoadBalancerRequest, (), (LoadBalancerArn))

bool is_protected(const model::LoadBalancer& load_balancer) {
  const auto at = load_balancer.attributes.find("deletion_protection.enabled");
  return at != load_balancer.attributes.end() && at->second == "true";
}

bool has_service(const model::World& world, const model::LoadBalancer& load_balancer) {
  return std::ranges::any_of(world.all<model::EndpointService>(), [&](const auto& row) {
    return row.second->state != model::ServiceState::Deleted &&
           std::ranges::find(row.second->load_balancers, load_balancer.id) !=
               row.second->load_balancers.end();
  });
}

bool is_target(const model::World& world, const model::LoadBalancer& load_balancer) {
  return std::ranges::any_of(world.all<model::Target>(), [&](const auto& row) {
    return row.second->target_id == load_balancer.id.value && !model::is_draining(*row.second);
  });
}

// Its listeners and nodes go with it, target groups and targets stay. One that is not there is
// deleted already. [API reference, DeleteLoadBalancer]
Result<Nothing> delete_load_balancer(model::Transaction& tx, const model::Caller& caller,
                                     const DeleteLoadBalancerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_if_any<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  if (found == nullptr) {
    return Nothing{};
  }
  if (is_protected(*found)) {
    return refuse(faults::OperationNotPermitted,
                  "Load balancer '{}' cannot be deleted because deletion protection is enabled",
                  found->id);
  }
  if (has_service(tx.world(), *found)) {
    return refuse(faults::ResourceInUse,
                  "Load balancer '{}' cannot be deleted because it is currently associated with "
                  "another service",
                  found->id);
  }
  if (is_target(tx.world(), *found)) {
    return refuse(faults::ResourceInUse,
                  "Load balancer '{}' cannot be deleted because it is registered as a target",
                  found->id);
  }
  const model::LoadBalancer gone = *found;
  for (const auto* listener : all_of_caller<model::Listener>(
           tx.world(), caller, [&](const auto& l) { return l.load_balancer == gone.id; })) {
    end_listener(tx, model::Listener(*listener));
  }
  for (const model::LoadBalancerZone& zone : gone.zones) {
    tx.erase(zone.network_interface);
  }
  tx.erase(gone.id);
  return Nothing{};
}

// ---- SetSecurityGroups --------------------------------------------------------------------------

struct SetSecurityGroupsRequest {
  std::string LoadBalancerArn;
  std::optional<std::vector<std::string>> SecurityGroups;
  std::optional<std::string> EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
};
BOOST_DESCRIBE_STRUCT(SetSecurityGroupsRequest, (),
                      (LoadBalancerArn, SecurityGroups,
                       EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic))

struct SetSecurityGroupsAnswer {
  std::vector<std::string> SecurityGroupIds;
  std::optional<std::string> EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
};
BOOST_DESCRIBE_STRUCT(SetSecurityGroupsAnswer, (),
                      (SecurityGroupIds, EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic))

// A load balancer that was made with security groups always has some; one that was made without
// never gets any. [NLB guide, "Update the security groups"; the words are recorded]
Result<> check_groups_kept(const model::LoadBalancer& load_balancer,
                           const SetSecurityGroupsRequest& request) {
  if (!request.SecurityGroups) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Query, "SecurityGroups"));
  }
  if (load_balancer.security_groups.empty()) {
    return refuse(faults::InvalidConfigurationRequest,
                  "You cannot set security groups on a Network Load Balancer which was created "
                  "without any security groups.");
  }
  if (request.SecurityGroups->empty()) {
    return refuse(faults::InvalidConfigurationRequest,
                  "You cannot remove all security groups from a Network Load Balancer which was "
                  "created with security groups.");
  }
  return {};
}

void set_node_groups(model::Transaction& tx, const model::LoadBalancer& load_balancer) {
  for (const model::LoadBalancerZone& zone : load_balancer.zones) {
    if (const auto* node = tx.world().find(zone.network_interface)) {
      model::NetworkInterface changed = *node;
      changed.groups = load_balancer.security_groups;
      tx.put(std::move(changed));
    }
  }
}

Result<SetSecurityGroupsAnswer> set_security_groups(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const SetSecurityGroupsRequest& request) {
  const auto& enforce = request.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  TRY_ASSIGN(const auto* const found,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY(check_enum("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", enforce, {"on", "off"}));
  TRY(check_groups_kept(*found, request));
  if (enforce && is_application(*found)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is not supported on load "
                  "balancers with type 'application'");
  }
  model::LoadBalancer changed = *found;
  TRY_ASSIGN(changed.security_groups,
             find_groups(tx.world(), caller, changed.vpc, *request.SecurityGroups));
  if (enforce) {
    changed.enforce_inbound_rules_on_private_link = *enforce == "on";
  }
  set_node_groups(tx, changed);
  tx.put(changed);
  return SetSecurityGroupsAnswer{
      .SecurityGroupIds = group_ids(changed),
      .EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic =
          is_application(changed) ? std::nullopt : std::optional(enforcement(changed))};
}

// ---- SetIpAddressType ---------------------------------------------------------------------------

struct SetIpAddressTypeRequest {
  std::string LoadBalancerArn;
  std::string IpAddressType;
};
BOOST_DESCRIBE_STRUCT(SetIpAddressTypeRequest, (), (LoadBalancerArn, IpAddressType))

struct SetIpAddressTypeAnswer {
  std::string IpAddressType;
};
BOOST_DESCRIBE_STRUCT(SetIpAddressTypeAnswer, (), (IpAddressType))

Result<SetIpAddressTypeAnswer> set_ip_address_type(model::Transaction& tx,
                                                   const model::Caller& caller,
                                                   const SetIpAddressTypeRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY(check_enum("ipAddressType", request.IpAddressType,
                 {"ipv4", "dualstack", "dualstack-without-public-ipv4"}));
  model::LoadBalancer changed = *found;
  TRY(change_ip_address_type(tx, changed, request.IpAddressType));
  tx.put(changed);
  return SetIpAddressTypeAnswer{.IpAddressType = request.IpAddressType};
}

}  // namespace

std::vector<Action> load_balancer_actions() {
  return {write<create_load_balancer>("CreateLoadBalancer"),
          read<describe_load_balancers>("DescribeLoadBalancers"),
          write<delete_load_balancer>("DeleteLoadBalancer"),
          write<set_security_groups>("SetSecurityGroups"),
          write<set_ip_address_type>("SetIpAddressType")};
}

}  // namespace postern::api::elbv2
