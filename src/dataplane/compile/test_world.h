// SPDX-License-Identifier: Apache-2.0
// TestWorld: Worlds for tests of the data plane, record by record, without the API's rules.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "model/transaction.h"

namespace postern::dataplane {

class TestWorld {
 public:
  using Groups = std::vector<std::string>;

  TestWorld() { begin(); }

  const model::World& world() const { return tx_->world(); }
  // Another one that goes on from here by itself.
  TestWorld copy() const {
    TestWorld made;
    made.tx_.emplace(*tx_);
    return made;
  }
  // From here on changes belong to the next revision.
  void commit() { begin(); }

  template <class T>
  T get(const std::string& id) const {
    return *world().find(model::Id<T>(id));
  }
  // Reads the record, lets `change` change it, and writes it back.
  template <class T, class Change>
  void edit(const std::string& id, Change&& change) {
    T record = get<T>(id);
    change(record);
    tx_->put(std::move(record));
  }
  template <class T>
  void put(T record) {
    tx_->put(std::move(record));
  }
  template <class T>
  void erase(const std::string& id) {
    tx_->erase(model::Id<T>(id));
  }

  void vpc(const std::string& id, const std::string& cidr) {
    tx_->put(model::Vpc{.id = model::Id<model::Vpc>(id),
                        .cidr = *Cidr::parse(cidr),
                        .number = tx_->next_number(),
                        .services_port = tx_->free_port()});
  }

  // Gives every VPC 2600:1f00::/56, every subnet 10.0.N.0/24 its /64, 2600:1f00:0:N::/64, and every
  // interface the address in it that ends as its IPv4 address does, in hexadecimal.
  void add_ipv6() {
    std::vector<model::Vpc> vpcs;
    for (const auto& [id, vpc] : world().all<model::Vpc>()) {
      vpcs.push_back(*vpc);
    }
    for (model::Vpc& vpc : vpcs) {
      vpc.ipv6_blocks = {{.association_id = "vpc-cidr-assoc-" + vpc.id.value,
                          .cidr = *Cidr::parse("2600:1f00::/56")}};
      tx_->put(vpc);
    }
    std::vector<model::NetworkInterface> interfaces;
    for (const auto& [id, interface] : world().all<model::NetworkInterface>()) {
      interfaces.push_back(*interface);
    }
    for (model::NetworkInterface& interface : interfaces) {
      std::array<std::uint8_t, 16> bytes = Cidr::parse("2600:1f00::/56")->base().bytes();
      bytes[7] = interface.address.bytes()[14];
      bytes[15] = interface.address.bytes()[15];
      interface.ipv6_addresses = {IpAddress(bytes)};
      tx_->put(interface);
    }
  }

  void subnet(const std::string& id, const std::string& vpc, const std::string& cidr,
              const std::string& zone, const std::string& zone_id) {
    tx_->put(model::Subnet{.id = model::Id<model::Subnet>(id),
                           .vpc = model::Id<model::Vpc>(vpc),
                           .cidr = *Cidr::parse(cidr),
                           .zone = zone,
                           .zone_id = zone_id,
                           .number = tx_->next_number()});
  }

  // A network ACL without any rule, inbound or outbound. Subnets have none until they get one.
  void acl(const std::string& id, const std::string& vpc) {
    tx_->put(model::NetworkAcl{.id = model::Id<model::NetworkAcl>(id),
                               .vpc = model::Id<model::Vpc>(vpc),
                               .number = tx_->next_number()});
  }
  void associate(const std::string& subnet, const std::string& acl) {
    edit<model::Subnet>(subnet, [&](model::Subnet& record) {
      record.network_acl = model::Id<model::NetworkAcl>(acl);
    });
  }
  void set_entry(const std::string& acl, const model::NetworkAclEntry& entry) {
    edit<model::NetworkAcl>(acl,
                            [&](model::NetworkAcl& record) { model::set_entry(record, entry); });
  }

  // A group without any rule, inbound or outbound.
  void group(const std::string& id, const std::string& vpc) {
    tx_->put(model::SecurityGroup{.id = model::Id<model::SecurityGroup>(id),
                                  .vpc = model::Id<model::Vpc>(vpc),
                                  .number = tx_->next_number()});
  }

  void prefix_list(const std::string& id, std::vector<model::PrefixListVersion> versions) {
    tx_->put(model::PrefixList{.id = model::Id<model::PrefixList>(id),
                               .max_entries = 10,
                               .versions = std::move(versions)});
  }

  struct Ports {
    int from = -1;
    int to = -1;
  };
  // `peer` is a CIDR or a group's id.
  void allow(const std::string& group, bool egress, const std::string& protocol, Ports ports,
             const std::string& peer) {
    edit<model::SecurityGroup>(group, [&](model::SecurityGroup& record) {
      model::SecurityGroupRule rule{
          .egress = egress, .protocol = protocol, .from_port = ports.from, .to_port = ports.to};
      rule.cidr = Cidr::parse(peer);
      if (!rule.cidr) {
        rule.group = model::Id<model::SecurityGroup>(peer);
      }
      record.rules.push_back(rule);
    });
  }
  void allow_in(const std::string& group, const std::string& protocol, int port,
                const std::string& peer) {
    allow(group, false, protocol, {port, port}, peer);
  }
  void allow_all_out(const std::string& group) { allow(group, true, "-1", {}, "0.0.0.0/0"); }
  void revoke_all(const std::string& group) {
    edit<model::SecurityGroup>(group, [](model::SecurityGroup& record) { record.rules.clear(); });
  }

  // An interface named eni-<name>.
  model::NetworkInterface interface(const std::string& name, model::InterfaceType type,
                                    const std::string& subnet, const std::string& address,
                                    const Groups& groups) {
    const auto in = get<model::Subnet>(subnet);
    const std::uint32_t number = tx_->next_number();
    model::NetworkInterface made{.id = model::Id<model::NetworkInterface>("eni-" + name),
                                 .vpc = in.vpc,
                                 .subnet = in.id,
                                 .zone = in.zone,
                                 .address = *IpAddress::parse(address),
                                 .mac = MacAddress::local(number),
                                 .groups = ids(groups),
                                 .type = type,
                                 .number = number};
    if (type == model::InterfaceType::Interface) {
      made.port = tx_->free_port();
      made.attachment = model::Attachment{.instance_id = name};
    }
    tx_->put(made);
    return made;
  }

  // A running instance with the interface eni-<id>.
  void instance(const std::string& id, const std::string& subnet, const std::string& address,
                const Groups& groups) {
    const auto eni = interface(id, model::InterfaceType::Interface, subnet, address, groups);
    tx_->put(model::Instance{.id = model::Id<model::Instance>(id),
                             .vpc = eni.vpc,
                             .subnet = eni.subnet,
                             .zone = eni.zone,
                             .network_interface = eni.id,
                             .address = eni.address,
                             .state = model::InstanceState::Running});
  }

  struct NodeAt {
    std::string subnet;
    std::string address;
  };
  // An active NLB with nodes eni-<id>-<subnet>.
  void balancer(const std::string& id, const std::vector<NodeAt>& nodes, const Groups& groups) {
    model::LoadBalancer made{.id = model::Id<model::LoadBalancer>(id),
                             .security_groups = ids(groups),
                             .state = model::LoadBalancerState::Active,
                             .number = tx_->next_number()};
    for (const NodeAt& node : nodes) {
      const auto in = get<model::Subnet>(node.subnet);
      made.vpc = in.vpc;
      const auto eni = interface(id + "-" + node.subnet, model::InterfaceType::NetworkLoadBalancer,
                                 node.subnet, node.address, groups);
      made.zones.push_back(
          {.zone = in.zone, .zone_id = in.zone_id, .subnet = in.id, .network_interface = eni.id});
    }
    tx_->put(made);
  }

  // An active Application Load Balancer with such nodes, and its listener listener-<id>.
  void application(const std::string& id, const std::vector<NodeAt>& nodes, const Groups& groups,
                   int port) {
    balancer(id, nodes, groups);
    edit<model::LoadBalancer>(id, [](auto& made) { made.type = "application"; });
    tx_->put(model::Listener{.id = model::Id<model::Listener>("listener-" + id),
                             .load_balancer = model::Id<model::LoadBalancer>(id),
                             .protocol = "HTTP",
                             .port = port,
                             .default_action = {.type = "fixed-response"},
                             .number = tx_->next_number()});
  }
  // Makes it the target of `group`, healthy: a registration for each of its nodes.
  void target_alb(const std::string& group, const std::string& alb, int port) {
    edit<model::TargetGroup>(group, [](auto& record) { record.target_type = "alb"; });
    for (const model::LoadBalancerZone& zone : get<model::LoadBalancer>(alb).zones) {
      const auto id = model::target_key(model::Id<model::TargetGroup>(group), alb, port);
      tx_->put(model::Target{.id = model::alb_node_key(id, zone.zone),
                             .target_group = model::Id<model::TargetGroup>(group),
                             .target_id = alb,
                             .port = port,
                             .zone = zone.zone,
                             .verdict = model::HealthVerdict::Healthy,
                             .number = tx_->next_number()});
    }
  }

  // A target group with a listener of its own, both of `protocol`, listener-<group>.
  void listener(const std::string& balancer, const std::string& group, const std::string& protocol,
                int port) {
    tx_->put(model::TargetGroup{.id = model::Id<model::TargetGroup>(group),
                                .protocol = protocol,
                                .port = port,
                                .vpc = get<model::LoadBalancer>(balancer).vpc,
                                .number = tx_->next_number()});
    tx_->put(
        model::Listener{.id = model::Id<model::Listener>("listener-" + group),
                        .load_balancer = model::Id<model::LoadBalancer>(balancer),
                        .protocol = protocol,
                        .port = port,
                        .default_action = model::forward_to(model::Id<model::TargetGroup>(group)),
                        .number = tx_->next_number()});
  }

  // The listener of `group` forwards to other groups too, which are made, by these weights.
  void share(const std::string& group, const std::map<std::string, int>& weights) {
    const auto& first = get<model::TargetGroup>(group);
    edit<model::Listener>("listener-" + group, [&](model::Listener& listener) {
      auto& groups = listener.default_action.groups;
      groups.clear();
      for (const auto& [name, weight] : weights) {
        groups.push_back({.group = model::Id<model::TargetGroup>(name), .weight = weight});
      }
    });
    for (const auto& [name, weight] : weights) {
      if (name != group) {
        model::TargetGroup other = first;
        other.id = model::Id<model::TargetGroup>(name);
        other.number = tx_->next_number();
        tx_->put(other);
      }
    }
  }

  // A healthy registration.
  std::string target(const std::string& group, const std::string& instance, int port) {
    const auto id = model::target_key(model::Id<model::TargetGroup>(group), instance, port);
    tx_->put(model::Target{.id = id,
                           .target_group = model::Id<model::TargetGroup>(group),
                           .target_id = instance,
                           .port = port,
                           .verdict = model::HealthVerdict::Healthy,
                           .number = tx_->next_number()});
    return id.value;
  }

  // An available endpoint to `balancer` with interfaces eni-<id>-<subnet>.
  void endpoint(const std::string& id, const std::vector<NodeAt>& zones, const Groups& groups,
                const std::string& balancer) {
    model::VpcEndpoint made{.id = model::Id<model::VpcEndpoint>(id),
                            .groups = ids(groups),
                            .state = model::EndpointState::Available,
                            .number = tx_->next_number(),
                            .connection = tx_->next_number()};
    for (const NodeAt& zone : zones) {
      const auto in = get<model::Subnet>(zone.subnet);
      const auto eni = interface(id + "-" + zone.subnet, model::InterfaceType::VpcEndpoint,
                                 zone.subnet, zone.address, groups);
      made.vpc = in.vpc;
      made.subnets.push_back({.subnet = in.id,
                              .zone = in.zone,
                              .zone_id = in.zone_id,
                              .network_interface = eni.id,
                              .load_balancer = model::Id<model::LoadBalancer>(balancer)});
    }
    tx_->put(made);
  }
  // The same to a service of AWS's: ec2, which Postern serves, kms, which it does not.
  void aws_endpoint(const std::string& id, const std::vector<NodeAt>& zones, const Groups& groups,
                    const std::string& service) {
    endpoint(id, zones, groups, "");
    edit<model::VpcEndpoint>(id, [&](model::VpcEndpoint& made) {
      made.type = "Interface";
      made.region = "ap-northeast-1";
      made.service = model::Id<model::EndpointService>(service);
      made.service_name = "com.amazonaws.ap-northeast-1." + service;
    });
  }
  void set_state(const std::string& endpoint, model::EndpointState state) {
    edit<model::VpcEndpoint>(endpoint, [&](model::VpcEndpoint& record) { record.state = state; });
  }

 private:
  static std::vector<model::Id<model::SecurityGroup>> ids(const Groups& names) {
    std::vector<model::Id<model::SecurityGroup>> made;
    for (const std::string& name : names) {
      made.emplace_back(name);
    }
    return made;
  }

  void begin() {
    const model::World base = tx_ ? tx_->world() : model::World();
    tx_.emplace(base, TimePoint{}, ids_);
  }

  SeededIds ids_{1};
  std::optional<model::Transaction> tx_;
};

// The tutorial: account A's client in vpc-a reaches account B's instance in vpc-b through an
// endpoint. Both VPCs are 10.0.0.0/16, and the accounts' zone names mean different places.
inline TestWorld tutorial() {
  TestWorld made;
  made.vpc("vpc-a", "10.0.0.0/16");
  made.subnet("subnet-a1", "vpc-a", "10.0.1.0/24", "ap-northeast-1a", "apne1-az4");
  made.subnet("subnet-a2", "vpc-a", "10.0.2.0/24", "ap-northeast-1c", "apne1-az1");
  made.vpc("vpc-b", "10.0.0.0/16");
  made.subnet("subnet-b1", "vpc-b", "10.0.1.0/24", "ap-northeast-1a", "apne1-az1");
  made.subnet("subnet-b2", "vpc-b", "10.0.2.0/24", "ap-northeast-1c", "apne1-az4");

  made.group("sg-client", "vpc-a");
  made.allow_all_out("sg-client");
  made.group("sg-endpoint", "vpc-a");
  made.allow_in("sg-endpoint", "tcp", 80, "sg-client");
  made.group("sg-nlb", "vpc-b");
  made.allow_in("sg-nlb", "tcp", 80, "10.0.0.0/16");
  made.allow_all_out("sg-nlb");
  made.group("sg-web", "vpc-b");
  made.allow_in("sg-web", "tcp", 8080, "sg-nlb");
  made.allow_all_out("sg-web");

  made.instance("i-client", "subnet-a1", "10.0.1.10", {"sg-client"});
  made.instance("i-web1", "subnet-b1", "10.0.1.10", {"sg-web"});
  made.instance("i-web2", "subnet-b2", "10.0.2.10", {"sg-web"});
  made.balancer("nlb", {{"subnet-b1", "10.0.1.20"}, {"subnet-b2", "10.0.2.20"}}, {"sg-nlb"});
  made.listener("nlb", "tg", "TCP", 80);
  made.target("tg", "i-web1", 8080);
  made.target("tg", "i-web2", 8080);
  made.endpoint("vpce-1", {{"subnet-a1", "10.0.1.100"}, {"subnet-a2", "10.0.2.100"}},
                {"sg-endpoint"}, "nlb");
  return made;
}

}  // namespace postern::dataplane
