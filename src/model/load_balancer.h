// SPDX-License-Identifier: Apache-2.0
// Load balancers, their listeners, target groups and targets.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <map>
#include <string>
#include <vector>

#include "model/certificate.h"
#include "model/listener_rule.h"
#include "model/network_interface.h"

namespace postern::model {

using Attributes = std::map<std::string, std::string>;  // AWS's attribute keys, set ones only

enum class LoadBalancerState { Provisioning, Active, Failed };
BOOST_DESCRIBE_ENUM(LoadBalancerState, Provisioning, Active, Failed)

// One zone of a load balancer: its subnet and the node's interface there.
struct LoadBalancerZone {
  std::string zone;
  std::string zone_id;
  Id<Subnet> subnet;
  Id<NetworkInterface> network_interface;
  bool fixed_address = false;       // the caller chose the private address
  bool fixed_ipv6_address = false;  // and the IPv6 address
};
BOOST_DESCRIBE_STRUCT(LoadBalancerZone, (),
                      (zone, zone_id, subnet, network_interface, fixed_address, fixed_ipv6_address))

struct LoadBalancer {
  static constexpr const char* kTable = "load_balancer";
  Id<LoadBalancer> id;  // its ARN
  Id<Account> owner;
  std::string region;
  std::string name;
  std::string hex;     // the ARN's last 16 hex digits, also in its DNS name
  std::string scheme;  // internal, internet-facing
  std::string ip_address_type = "ipv4";
  Id<Vpc> vpc;
  std::vector<LoadBalancerZone> zones;
  std::vector<Id<SecurityGroup>> security_groups;  // empty: made without, and none can be added
  bool enforce_inbound_rules_on_private_link = true;
  LoadBalancerState state = LoadBalancerState::Provisioning;
  Attributes attributes;
  TimePoint created_at;
  std::uint32_t number = 0;  // its name in the data plane; never used again
  Tags tags;
  std::string type = "network";  // or application
};
BOOST_DESCRIBE_STRUCT(LoadBalancer, (),
                      (id, owner, region, name, hex, scheme, ip_address_type, vpc, zones,
                       security_groups, enforce_inbound_rules_on_private_link, state, attributes,
                       created_at, number, tags, type))

inline bool is_application(const LoadBalancer& load_balancer) {
  return load_balancer.type == "application";
}

struct HealthCheck {
  std::string protocol = "TCP";
  std::string port = "traffic-port";
  std::string path;     // HTTP and HTTPS only
  std::string matcher;  // HTTP and HTTPS only
  int interval_seconds = 30;
  int timeout_seconds = 10;
  int healthy_threshold = 5;
  int unhealthy_threshold = 2;
};
BOOST_DESCRIBE_STRUCT(HealthCheck, (),
                      (protocol, port, path, matcher, interval_seconds, timeout_seconds,
                       healthy_threshold, unhealthy_threshold))

struct TargetGroup {
  static constexpr const char* kTable = "target_group";
  Id<TargetGroup> id;  // its ARN
  Id<Account> owner;
  std::string region;
  std::string name;
  std::string hex;
  std::string protocol;
  int port = 0;
  std::string target_type = "instance";
  std::string ip_address_type = "ipv4";
  Id<Vpc> vpc;
  HealthCheck health_check;
  Attributes attributes;
  std::uint32_t number = 0;  // its name in the data plane; never used again
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(TargetGroup, (),
                      (id, owner, region, name, hex, protocol, port, target_type, ip_address_type,
                       vpc, health_check, attributes, number, tags))

struct Listener {
  static constexpr const char* kTable = "listener";
  Id<Listener> id;  // its ARN
  Id<Account> owner;
  std::string region;
  Id<LoadBalancer> load_balancer;
  std::string protocol;
  int port = 0;
  RuleAction default_action;  // Network Load Balancers: a forward
  Attributes attributes;
  std::uint32_t number = 0;  // its name in the data plane; never used again
  Tags tags;
  // TLS and HTTPS only.
  std::string ssl_policy;
  std::string alpn_policy;                          // HTTP1Only, …; empty: none was given
  Id<Certificate> certificate;                      // the default one
  std::vector<Id<Certificate>> other_certificates;  // by the names that clients ask for
  std::vector<ListenerRule> rules;                  // by priority; Application Load Balancers only
  // A Network Load Balancer's action as daemons before schema 6 stored it; see older_worlds.h.
  Id<TargetGroup> target_group;
  int action_order = 0;
};
BOOST_DESCRIBE_STRUCT(Listener, (),
                      (id, owner, region, load_balancer, protocol, port, default_action, attributes,
                       number, tags, ssl_policy, alpn_policy, certificate, other_certificates,
                       rules, target_group, action_order))

// Whether it is an Application Load Balancer's.
inline bool is_application(const Listener& listener) {
  return listener.protocol == "HTTP" || listener.protocol == "HTTPS";
}

// Whether clients speak TLS to it.
inline bool ends_tls(const Listener& listener) {
  return listener.protocol == "TLS" || listener.protocol == "HTTPS";
}

// The groups that it forwards to, by whichever rule, each once.
std::vector<Id<TargetGroup>> groups_of(const Listener& listener);
bool forwards_to(const Listener& listener, const Id<TargetGroup>& group);

// What the health checks last found. Unused and Draining are not found but derived; see
// model/target_health.h. Unavailable: no check could be made so far.
enum class HealthVerdict { None, Healthy, Unhealthy, Unavailable };
BOOST_DESCRIBE_ENUM(HealthVerdict, None, Healthy, Unhealthy, Unavailable)

// A registration: (group, target id, port) is its key, so an instance can be in it twice. An
// Application Load Balancer is registered as its nodes: a record for each of its zones.
struct Target {
  static constexpr const char* kTable = "target";
  Id<Target> id;  // <target group ARN>|<target id>|<port>, and of an ALB's node |<zone>
  Id<Account> owner;
  std::string region;
  Id<TargetGroup> target_group;
  std::string target_id;  // i-…, an address for type ip, an ARN for type alb
  int port = 0;
  // Of an address, if not that of its subnet: a zone's name, or "all". Of an ALB: its node's.
  std::string zone;
  HealthVerdict verdict = HealthVerdict::None;
  TimePoint registered_at;
  TimePoint draining_until;            // epoch: not deregistered
  TimePoint unhealthy_draining_until;  // epoch: it is healthy, or its connections' time is over
  std::uint32_t number = 0;            // its name in the data plane; never used again
};
BOOST_DESCRIBE_STRUCT(Target, (),
                      (id, owner, region, target_group, target_id, port, zone, verdict,
                       registered_at, draining_until, unhealthy_draining_until, number))

// What is left of a registration whose deregistration delay is over and whose connections may live
// on: where they go, by the number that they know it by. [docs/adr/0008]
struct RetiredTarget {
  static constexpr const char* kTable = "retired_target";
  Id<RetiredTarget> id;  // the number, in digits
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  IpAddress address;
  int port = 0;
  std::uint32_t number = 0;  // of the Target that it was
};
BOOST_DESCRIBE_STRUCT(RetiredTarget, (), (id, owner, region, vpc, address, port, number))

Id<Target> target_key(const Id<TargetGroup>& group, const std::string& target_id, int port);
Id<Target> alb_node_key(const Id<Target>& alb, const std::string& zone);

}  // namespace postern::model
