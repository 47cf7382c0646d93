// SPDX-License-Identifier: Apache-2.0
#include "explain/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/target_health.h"

namespace postern::explain {
namespace {

using model::Id;
using model::World;
using Names = std::set<std::string>;

template <class Ids>
std::vector<std::string> names_of(const Ids& ids) {
  std::vector<std::string> names;
  for (const auto& id : ids) {
    names.push_back(id.value);
  }
  return names;
}

// Every resource of the World.
class Collector {
 public:
  explicit Collector(const World& world) : world_(world) {
    add_networks();
    add_groups();
    add_interfaces();
    add_instances();
    add_gateways();
    add_load_balancers();
    add_services();
    add_endpoints();
  }

  std::map<std::string, Resource> take() && { return std::move(all_); }

 private:
  Resource& add(const std::string& id, const char* kind, const Id<model::Account>& owner,
                std::vector<std::string> stands_on, std::vector<std::string> commands) {
    std::erase(stands_on, "");
    return all_[id] = {.id = id,
                       .kind = kind,
                       .account = owner.value,
                       .stands_on = std::move(stands_on),
                       .leads_to = {},
                       .commands = std::move(commands)};
  }

  void add_networks() {
    for (const auto& [id, vpc] : world_.all<model::Vpc>()) {
      add(id.value, "VPC", vpc->owner, {}, {fmt::format("aws ec2 delete-vpc --vpc-id {}", id)});
    }
    for (const auto& [id, acl] : world_.all<model::NetworkAcl>()) {
      if (!acl->is_default) {
        add(id.value, "network ACL", acl->owner, {acl->vpc.value},
            {fmt::format("aws ec2 delete-network-acl --network-acl-id {}", id)});
      }
    }
    for (const auto& [id, table] : world_.all<model::RouteTable>()) {
      const auto* vpc = world_.find(table->vpc);
      if (vpc == nullptr || vpc->main_route_table_id != id) {
        add(id.value, "route table", table->owner, {table->vpc.value},
            {fmt::format("aws ec2 delete-route-table --route-table-id {}", id)});
      }
    }
    for (const auto& [id, subnet] : world_.all<model::Subnet>()) {
      std::vector<std::string> on = {subnet->vpc.value};
      for (const std::string& also : {subnet->network_acl.value, subnet->route_table.value}) {
        if (all_.contains(also)) {
          on.push_back(also);
        }
      }
      add(id.value, "subnet", subnet->owner, std::move(on),
          {fmt::format("aws ec2 delete-subnet --subnet-id {}", id)});
    }
  }

  void add_groups() {
    for (const auto& [id, list] : world_.all<model::PrefixList>()) {
      add(id.value, "prefix list", list->owner, {},
          {fmt::format("aws ec2 delete-managed-prefix-list --prefix-list-id {}", id)});
    }
    for (const auto& [id, group] : world_.all<model::SecurityGroup>()) {
      std::vector<std::string> on = {group->vpc.value};
      for (const model::SecurityGroupRule& rule : group->rules) {
        if (rule.group && *rule.group != id) {
          on.push_back(rule.group->value);
        }
        if (rule.prefix_list) {
          on.push_back(rule.prefix_list->value);
        }
      }
      std::vector<std::string> commands;
      if (group->name != "default") {  // that one goes with its VPC
        commands.push_back(fmt::format("aws ec2 delete-security-group --group-id {}", id));
      } else {
        on = {};
      }
      add(id.value, "security group", group->owner, std::move(on), std::move(commands));
    }
  }

  // Those that nothing else makes and takes away.
  void add_interfaces() {
    for (const auto& [id, interface] : world_.all<model::NetworkInterface>()) {
      if (interface->type == model::InterfaceType::Interface && !interface->requester_managed &&
          (!interface->attachment || !interface->attachment->delete_on_termination)) {
        auto on = names_of(interface->groups);
        on.push_back(interface->subnet.value);
        add(id.value, "network interface", interface->owner, std::move(on),
            {fmt::format("aws ec2 delete-network-interface --network-interface-id {}", id)});
      }
    }
  }

  void add_instances() {
    for (const auto& [id, instance] : world_.all<model::Instance>()) {
      if (instance->state == model::InstanceState::Terminated) {
        continue;
      }
      std::vector<std::string> on;
      if (const auto* interface = world_.find(instance->network_interface)) {
        on = names_of(interface->groups);
      }
      on.push_back(instance->subnet.value);
      add(id.value, "instance", instance->owner, std::move(on),
          {fmt::format("aws ec2 terminate-instances --instance-ids {}", id)});
    }
  }

  void add_gateways() {
    for (const auto& [id, address] : world_.all<model::ElasticIp>()) {
      add(id.value, "elastic IP", address->owner, {},
          {fmt::format("aws ec2 release-address --allocation-id {}", id)});
    }
    for (const auto& [id, gateway] : world_.all<model::InternetGateway>()) {
      std::vector<std::string> commands;
      if (!gateway->vpc.empty()) {
        commands.push_back(
            fmt::format("aws ec2 detach-internet-gateway --internet-gateway-id {} --vpc-id {}", id,
                        gateway->vpc));
      }
      commands.push_back(
          fmt::format("aws ec2 delete-internet-gateway --internet-gateway-id {}", id));
      add(id.value, "internet gateway", gateway->owner, {gateway->vpc.value}, std::move(commands));
    }
    for (const auto& [id, gateway] : world_.all<model::EgressOnlyInternetGateway>()) {
      add(id.value, "egress-only internet gateway", gateway->owner, {gateway->vpc.value},
          {fmt::format("aws ec2 delete-egress-only-internet-gateway "
                       "--egress-only-internet-gateway-id {}",
                       id)});
    }
    for (const auto& [id, gateway] : world_.all<model::NatGateway>()) {
      std::vector<std::string> on = {gateway->subnet.value};
      for (const auto& [address_id, address] : world_.all<model::ElasticIp>()) {
        if (!address->network_interface.empty() &&
            address->network_interface == gateway->network_interface) {
          on.push_back(address_id.value);
        }
      }
      add(id.value, "NAT gateway", gateway->owner, std::move(on),
          {fmt::format("aws ec2 delete-nat-gateway --nat-gateway-id {}", id)});
    }
  }

  // The ALB that is the group's target, and its listener there: neither goes before the group.
  std::vector<std::string> albs_of(const model::TargetGroup& group) const {
    std::vector<std::string> on;
    for (const model::Target* target : model::targets_of(world_, group.id)) {
      if (group.target_type != "alb") {
        break;
      }
      on.push_back(target->target_id);
      for (const auto& [id, listener] : world_.all<model::Listener>()) {
        if (listener->load_balancer.value == target->target_id && listener->port == target->port) {
          on.push_back(id.value);
        }
      }
    }
    std::ranges::sort(on);
    on.erase(std::unique(on.begin(), on.end()), on.end());
    return on;
  }

  void add_load_balancers() {
    for (const auto& [id, balancer] : world_.all<model::LoadBalancer>()) {
      auto on = names_of(balancer->security_groups);
      for (const model::LoadBalancerZone& zone : balancer->zones) {
        on.push_back(zone.subnet.value);
      }
      add(id.value, "load balancer", balancer->owner, std::move(on),
          {fmt::format("aws elbv2 delete-load-balancer --load-balancer-arn {}", id)});
    }
    for (const auto& [id, group] : world_.all<model::TargetGroup>()) {
      Resource& made =
          add(id.value, "target group", group->owner, albs_of(*group),
              {fmt::format("aws elbv2 delete-target-group --target-group-arn {}", id)});
      for (const model::Target* target : model::targets_of(world_, id)) {
        // An ALB is registered as its nodes.
        if (std::ranges::find(made.leads_to, target->target_id) == made.leads_to.end()) {
          made.leads_to.push_back(target->target_id);
        }
      }
    }
    for (const auto& [id, certificate] : world_.all<model::Certificate>()) {
      add(id.value, "certificate", certificate->owner, {},
          {fmt::format("aws acm delete-certificate --certificate-arn {}", id)});
    }
    for (const auto& [id, listener] : world_.all<model::Listener>()) {
      auto on = names_of(listener->other_certificates);
      on.insert(on.end(), {listener->load_balancer.value, listener->certificate.value});
      for (const auto& group : model::groups_of(*listener)) {
        on.push_back(group.value);
      }
      add(id.value, "listener", listener->owner, std::move(on),
          {fmt::format("aws elbv2 delete-listener --listener-arn {}", id)});
      if (const auto balancer = all_.find(listener->load_balancer.value); balancer != all_.end()) {
        balancer->second.leads_to.push_back(id.value);
      }
    }
  }

  void add_services() {
    for (const auto& [id, service] : world_.all<model::EndpointService>()) {
      add(id.value, "endpoint service", service->owner, names_of(service->load_balancers),
          {fmt::format("aws ec2 delete-vpc-endpoint-service-configurations --service-ids {}", id)});
    }
  }

  void add_endpoints() {
    for (const auto& [id, endpoint] : world_.all<model::VpcEndpoint>()) {
      if (endpoint->state == model::EndpointState::Deleted) {
        continue;
      }
      auto on = names_of(endpoint->groups);
      for (const model::EndpointSubnet& subnet : endpoint->subnets) {
        on.push_back(subnet.subnet.value);
      }
      on.push_back(endpoint->service.value);
      on.push_back(endpoint->vpc.value);
      for (const auto& table : endpoint->route_tables) {
        on.push_back(table.value);
      }
      add(id.value, "endpoint", endpoint->owner, std::move(on),
          {fmt::format("aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {}", id)});
    }
  }

  const World& world_;
  std::map<std::string, Resource> all_;
};

using Resources = std::map<std::string, Resource>;

// Who stands on each.
std::map<std::string, Names> users_of(const Resources& all) {
  std::map<std::string, Names> users;
  for (const auto& [id, resource] : all) {
    for (const std::string& on : resource.stands_on) {
      users[on].insert(id);
    }
  }
  return users;
}

// `about` and all that can be come to from it, in the order in which it is come to.
template <class Next>
std::vector<std::string> closure(const Resources& all, const std::string& about, Next next) {
  std::vector<std::string> found = {about};
  Names seen = {about};
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const std::string& id : next(found[at])) {
      if (all.contains(id) && seen.insert(id).second) {
        found.push_back(id);
      }
    }
  }
  return found;
}

std::string id_named(const World& world, const Resources& all, const std::string& name) {
  if (all.contains(name)) {
    return name;
  }
  std::string found;
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    found = balancer->name == name ? id.value : found;
  }
  for (const auto& [id, instance] : world.all<model::Instance>()) {
    const auto tag = instance->tags.find("Name");
    found = tag != instance->tags.end() && tag->second == name ? id.value : found;
  }
  return all.contains(found) ? found : "";
}

// What is used from outside stays, and so does what that stands on.
Names staying_of(const std::vector<std::string>& members,
                 const std::map<std::string, Names>& users) {
  const Names inside(members.begin(), members.end());
  Names staying;
  for (bool more = true; more;) {
    more = false;
    for (const std::string& id : members) {
      const auto at = users.find(id);
      const bool is_used =
          at != users.end() && std::ranges::any_of(at->second, [&](const std::string& user) {
            return !inside.contains(user) || staying.contains(user);
          });
      if (is_used && staying.insert(id).second) {
        more = true;
      }
    }
  }
  return staying;
}

// How many of those that are left stand on it.
std::ptrdiff_t users_left(const std::string& id, const std::vector<std::string>& left,
                          const std::map<std::string, Names>& users) {
  const auto at = users.find(id);
  return at == users.end() ? 0 : std::ranges::count_if(left, [&](const std::string& other) {
    return at->second.contains(other);
  });
}

// Each after all that stand on it. Groups that name each other have no such order: theirs is the
// one in which they were found.
std::vector<std::string> order_of(const std::vector<std::string>& members, const Names& staying,
                                  const std::map<std::string, Names>& users) {
  std::vector<std::string> left;
  std::ranges::copy_if(members, std::back_inserter(left),
                       [&](const std::string& id) { return !staying.contains(id); });
  std::vector<std::string> order;
  while (!left.empty()) {
    auto next = std::ranges::find_if(
        left, [&](const std::string& id) { return users_left(id, left, users) == 0; });
    if (next == left.end()) {
      next = std::ranges::min_element(
          left, {}, [&](const std::string& id) { return users_left(id, left, users); });
    }
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

}  // namespace

Result<Graph> graph(const World& world, const std::string& about) {
  const Resources all = Collector(world).take();
  const std::string start = id_named(world, all, about);
  if (start.empty()) {
    return refuse(
        faults::InvalidParameterValue,
        "there is no {}: name an endpoint, service, load balancer, target group, instance, "
        "interface, security group, subnet or VPC",
        about);
  }
  const auto users = users_of(all);
  auto members = closure(all, start, [&](const std::string& id) {
    auto next = all.at(id).leads_to;
    next.insert(next.end(), all.at(id).stands_on.begin(), all.at(id).stands_on.end());
    return next;
  });
  for (const std::string& id : closure(all, start, [&](const std::string& of) {
         const auto at = users.find(of);
         return at == users.end() ? Names() : at->second;
       })) {
    if (std::ranges::find(members, id) == members.end()) {
      members.push_back(id);
    }
  }
  const Names staying = staying_of(members, users);
  Graph made{.resources = {}, .tear_down = order_of(members, staying, users)};
  std::erase_if(made.tear_down, [&](const std::string& id) { return all.at(id).commands.empty(); });
  Names outside;
  for (const std::string& id : members) {
    made.resources.push_back(all.at(id));
    if (!staying.contains(id)) {
      continue;
    }
    Staying stays{.id = id, .used_by = {}};
    for (const std::string& user : users.at(id)) {
      const bool is_member = std::ranges::find(members, user) != members.end();
      if (!is_member || staying.contains(user)) {
        stays.used_by.push_back(user);
      }
      if (!is_member && outside.insert(user).second) {
        made.outside.push_back(all.at(user));
      }
    }
    made.staying.push_back(std::move(stays));
  }
  return made;
}

}  // namespace postern::explain
