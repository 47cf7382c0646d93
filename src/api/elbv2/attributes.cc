// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/attributes.h"

#include <algorithm>

#include "api/elbv2/access_logs.h"
#include "api/elbv2/attribute_table.h"
#include "api/elbv2/find.h"
#include "api/elbv2/forwarding.h"
#include "api/elbv2/tls.h"
#include "base/check.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::size_t kChangesMax = 20;  // of one request [API reference]

// ---- What there is ------------------------------------------------------------------------------

// A value that AWS has more of and that stays as it is here.
Attribute fixed(std::string_view key, std::string_view value,
                std::vector<std::string_view> words = {}) {
  words.push_back(value);
  return {.key = key, .unset = std::string(value), .words = std::move(words), .only = value};
}

// [API reference, LoadBalancerAttribute]
AttributeTable application_table(const model::LoadBalancer& load_balancer) {
  return {
      flag("deletion_protection.enabled", "false"),
      fixed("load_balancing.cross_zone.enabled", "true", {"false"}),
      always_off("zonal_shift.config.enabled"),
      always_off("access_logs.s3.enabled"),
      {.key = "access_logs.s3.bucket", .unset = "", .free_text = true},
      {.key = "access_logs.s3.prefix", .unset = "", .free_text = true},
      always_off("connection_logs.s3.enabled"),
      {.key = "connection_logs.s3.bucket", .unset = "", .free_text = true},
      {.key = "connection_logs.s3.prefix", .unset = "", .free_text = true},
      always_off("health_check_logs.s3.enabled"),
      {.key = "health_check_logs.s3.bucket", .unset = "", .free_text = true},
      {.key = "health_check_logs.s3.prefix", .unset = "", .free_text = true},
      flag("ipv6.deny_all_igw_traffic", load_balancer.scheme == "internal" ? "true" : "false"),
      number("idle_timeout.timeout_seconds", "60", 1, 4000),
      {.key = "client_keep_alive.seconds",
       .unset = "3600",
       .low = 60,
       .high = 604800,
       .only = "3600"},
      fixed("routing.http.desync_mitigation_mode", "defensive", {"monitor", "strictest"}),
      flag("routing.http.drop_invalid_header_fields.enabled", "false"),
      flag("routing.http.preserve_host_header.enabled", "false"),
      always_off("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
      flag("routing.http.xff_client_port.enabled", "false"),
      {.key = "routing.http.xff_header_processing.mode",
       .unset = "append",
       .words = {"append", "preserve", "remove"}},
      flag("routing.http2.enabled", "true"),
      always_off("waf.fail_open.enabled"),
  };
}

// [API reference, LoadBalancerAttribute]
AttributeTable table_of(const model::LoadBalancer& load_balancer) {
  if (is_application(load_balancer)) {
    return application_table(load_balancer);
  }
  return {
      flag("deletion_protection.enabled", "false"),
      flag("load_balancing.cross_zone.enabled", "false"),
      {.key = "dns_record.client_routing_policy",
       .unset = "any_availability_zone",
       .words = {"any_availability_zone", "partial_availability_zone_affinity",
                 "availability_zone_affinity"}},
      always_off("zonal_shift.config.enabled"),
      flag("access_logs.s3.enabled", "false"),
      {.key = "access_logs.s3.bucket", .unset = "", .free_text = true},
      {.key = "access_logs.s3.prefix", .unset = "", .free_text = true},
      flag("ipv6.deny_all_igw_traffic", load_balancer.scheme == "internal" ? "true" : "false"),
      {.key = "secondary_ips.auto_assigned.per_subnet",
       .unset = "0",
       .low = 0,
       .high = 7,
       .only = "0"},
  };
}

const OtherKeys& other_keys(const model::LoadBalancer& load_balancer) {
  if (is_application(load_balancer)) {
    static const OtherKeys kOfOthers = {"dns_record.", "secondary_ips."};
    return kOfOthers;
  }
  static const OtherKeys kKeys = {
      "idle_timeout.",      "routing.http.",    "routing.http2.",    "waf.",
      "client_keep_alive.", "connection_logs.", "health_check_logs."};
  return kKeys;
}

AttributeWords words_of(const model::LoadBalancer& load_balancer) {
  return {.noun = "Load balancer",
          .where = fmt::format("on load balancers with type '{}'", load_balancer.type)};
}

// TLS too: what is within TCP is the relay's affair.
bool is_tcp(const model::TargetGroup& group) {
  return group.protocol == "TCP" || group.protocol == "TLS";
}

// On for instances; off for addresses behind TCP; always on where UDP is carried.
// [NLB guide, "Client IP preservation"]
Attribute preserve_client_ip(const model::TargetGroup& group) {
  if (group.protocol == "TLS") {
    return always_off("preserve_client_ip.enabled");  // [docs/adr/0021]
  }
  Attribute attribute = flag("preserve_client_ip.enabled",
                             group.target_type != "ip" || !is_tcp(group) ? "true" : "false");
  attribute.only = is_tcp(group) ? "" : "true";
  return attribute;
}

// What becomes of connections to a target that turns unhealthy. UDP groups have no such setting.
void add_unhealthy_state(AttributeTable& table) {
  table.push_back(flag("target_health_state.unhealthy.connection_termination.enabled", "true"));
  table.push_back(
      number("target_health_state.unhealthy.draining_interval_seconds", "0", 0, 360000));
}

bool is_http(const model::TargetGroup& group) {
  return group.protocol == "HTTP" || group.protocol == "HTTPS";
}

// When too few targets are healthy.
void add_group_health(AttributeTable& table) {
  constexpr int kCountMax = 1000;  // targets of one group
  const AttributeTable health = {
      number_or_off("target_group_health.dns_failover.minimum_healthy_targets.count", "1",
                    kCountMax),
      number_or_off("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off",
                    100),
      number("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", 1,
             kCountMax),
      number_or_off(
          "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off",
          100),
  };
  table.insert(table.end(), health.begin(), health.end());
}

Attribute cross_zone() {
  return {.key = "load_balancing.cross_zone.enabled",
          .unset = "use_load_balancer_configuration",
          .words = {"true", "false", "use_load_balancer_configuration"}};
}

// [API reference, TargetGroupAttribute; ALB guide, "Target group attributes"]
AttributeTable http_table() {
  AttributeTable table = {
      number("deregistration_delay.timeout_seconds", "300", 0, 3600),
      flag("stickiness.enabled", "false"),
      fixed("stickiness.type", "lb_cookie", {"app_cookie"}),
      number("stickiness.lb_cookie.duration_seconds", "86400", 1, 604800),
      number("stickiness.app_cookie.duration_seconds", "86400", 1, 604800),
      {.key = "stickiness.app_cookie.cookie_name", .unset = "", .free_text = true},
      {.key = "load_balancing.algorithm.type",
       .unset = "round_robin",
       .words = {"round_robin", "least_outstanding_requests", "weighted_random"}},
      fixed("load_balancing.algorithm.anomaly_mitigation", "off", {"on"}),
      {.key = "slow_start.duration_seconds", .unset = "0", .low = 0, .high = 900, .only = "0"},
      cross_zone(),
  };
  add_group_health(table);
  return table;
}

// [API reference, TargetGroupAttribute; NLB guide, "Target group attributes"]
AttributeTable tcp_table(const model::TargetGroup& group) {
  AttributeTable table = {
      number("deregistration_delay.timeout_seconds", "300", 0, 3600),
      flag("deregistration_delay.connection_termination.enabled", "false"),
      preserve_client_ip(group),
      // For datagrams the header is not put in. [README, "Limits"]
      is_tcp(group) ? flag("proxy_protocol_v2.enabled", "false")
                    : always_off("proxy_protocol_v2.enabled"),
      flag("stickiness.enabled", "false"),
      {.key = "stickiness.type", .unset = "source_ip", .words = {"source_ip"}},
      cross_zone(),
  };
  add_group_health(table);
  if (is_tcp(group)) {
    add_unhealthy_state(table);
  }
  return table;
}

AttributeTable table_of(const model::TargetGroup& group) {
  if (is_http(group)) {
    return http_table();
  }
  AttributeTable table = tcp_table(group);
  // [NLB guide, "Application Load Balancers as targets": attributes cannot be modified]
  if (group.target_type == "alb") {
    for (Attribute& attribute : table) {
      attribute.frozen = true;
    }
  }
  return table;
}

const OtherKeys& other_keys(const model::TargetGroup& group) {
  if (is_http(group)) {
    static const OtherKeys kOfOthers = {"preserve_client_ip.",
                                        "proxy_protocol_v2.",
                                        "lambda.",
                                        "deregistration_delay.connection_termination.",
                                        "target_failover.",
                                        "target_health_state."};
    return kOfOthers;
  }
  static const OtherKeys kKeys = {
      "slow_start.", "load_balancing.algorithm.", "stickiness.lb_cookie.", "stickiness.app_cookie.",
      "lambda.",     "target_failover.",          "target_health_state."};
  return kKeys;
}

AttributeWords words_of(const model::TargetGroup& group) {
  return {.noun = "Target group",
          .where = fmt::format("for target groups with the {} protocol", group.protocol)};
}

// A header that could be put into answers. Unset, answers have what the target says.
Attribute no_header(std::string_view key) {
  return {.key = key, .unset = "", .words = {""}};
}

// Headers of requests that AWS could rename say what TLS has found out of clients' certificates,
// which nobody asks for here: they are not in the table, and so are refused.
AttributeTable http_listener_table() {
  return {
      fixed("routing.http.response.server.enabled", "true", {"false"}),
      no_header("routing.http.response.strict_transport_security.header_value"),
      no_header("routing.http.response.access_control_allow_origin.header_value"),
      no_header("routing.http.response.access_control_allow_methods.header_value"),
      no_header("routing.http.response.access_control_allow_headers.header_value"),
      no_header("routing.http.response.access_control_allow_credentials.header_value"),
      no_header("routing.http.response.access_control_expose_headers.header_value"),
      no_header("routing.http.response.access_control_max_age.header_value"),
      no_header("routing.http.response.content_security_policy.header_value"),
      no_header("routing.http.response.x_content_type_options.header_value"),
      no_header("routing.http.response.x_frame_options.header_value"),
  };
}

// [API reference, ListenerAttribute]
AttributeTable table_of(const model::Listener& listener) {
  if (listener.protocol == "HTTP" || listener.protocol == "HTTPS") {
    return http_listener_table();
  }
  if (listener.protocol != "TCP") {
    return {};
  }
  return {number("tcp.idle_timeout.seconds", "350", 60, 6000)};
}

const OtherKeys& other_keys(const model::Listener&) {
  static const OtherKeys kKeys = {"tcp.idle_timeout.seconds", "routing.http."};
  return kKeys;
}

AttributeWords words_of(const model::Listener& listener) {
  return {.noun = "Listener",
          .where = fmt::format("on listeners with the {} protocol", listener.protocol)};
}

// ---- Rules of several attributes ----------------------------------------------------------------

std::string in_force(const AttributeTable& table, const model::Attributes& set,
                     std::string_view key) {
  if (const auto at = set.find(std::string(key)); at != set.end()) {
    return at->second;
  }
  const auto at = std::ranges::find(table, key, &Attribute::key);
  POSTERN_CHECK(at != table.end(), "an attribute that its table has");
  return at->unset;
}

Result<> check_together(const model::World& world, const model::LoadBalancer& load_balancer) {
  TRY(check_access_log_bucket(world, load_balancer));
  return check_nothing_to_log(world, load_balancer);
}

Result<> check_together(const model::World&, const model::Listener&) {
  return {};
}

// [NLB guide, "Connection termination for unhealthy targets"]
Result<> check_unhealthy_state(const model::TargetGroup& group) {
  if (model::terminates_unhealthy(group) && model::unhealthy_draining_interval(group).count() > 0) {
    return refuse(
        faults::InvalidConfigurationRequest,
        "'target_health_state.unhealthy.draining_interval_seconds' can only be configured "
        "when 'target_health_state.unhealthy.connection_termination.enabled' is 'false'");
  }
  return {};
}

// A zone leaves DNS before it fails open. [NLB guide, "Target group health": requirements]
Result<> check_together(const model::World&, const model::TargetGroup& group) {
  TRY(check_unhealthy_state(group));
  for (const std::string_view unit : {"count", "percentage"}) {
    const auto threshold = [&](std::string_view purpose) {
      const std::string value = target_group_attribute(
          group, fmt::format("target_group_health.{}.minimum_healthy_targets.{}", purpose, unit));
      return value == "off" ? 0 : std::stoi(value);
    };
    const int dns = threshold("dns_failover");
    if (dns != 0 && dns < threshold("unhealthy_state_routing")) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The minimum healthy target {} of DNS failover must be equal to or greater "
                    "than that of unhealthy state routing",
                    unit);
    }
  }
  return {};
}

// Other load balancers' kinds of stickiness. [the words are recorded]
Result<> check_stickiness(const model::TargetGroup& group,
                          const std::vector<AttributeChange>& changes) {
  for (const AttributeChange& change : changes) {
    if (change.key == "stickiness.enabled" && change.value == "true" && group.protocol == "TLS") {
      return refuse(faults::InvalidConfigurationRequest,
                    "You cannot enable stickiness on target groups with the TLS protocol");
    }
    if (change.key == "stickiness.type" && !is_http(group) &&
        (change.value == "lb_cookie" || change.value == "app_cookie")) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Stickiness type '{}' is not supported for target groups with the {} protocol",
                    change.value, group.protocol);
    }
  }
  return {};
}

// ---- Actions ------------------------------------------------------------------------------------

struct AttributeItem {
  std::string Key;
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(AttributeItem, (), (Key, Value))

struct AttributesAnswer {
  std::vector<AttributeItem> Attributes;
};
BOOST_DESCRIBE_STRUCT(AttributesAnswer, (), (Attributes))

template <class T>
AttributesAnswer attributes_answer(const T& record) {
  const AttributeTable table = table_of(record);
  AttributesAnswer answer;
  for (const Attribute& attribute : table) {
    answer.Attributes.push_back({.Key = std::string(attribute.key),
                                 .Value = in_force(table, record.attributes, attribute.key)});
  }
  return answer;
}

// The changes of a request; a value that is not given is empty.
struct AttributeInput {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(AttributeInput, (), (Key, Value))

Result<std::vector<AttributeChange>> changes_of(const std::vector<AttributeInput>& inputs) {
  if (inputs.size() > kChangesMax) {
    return refuse(faults::ValidationError, "At most {} attributes can be specified", kChangesMax);
  }
  std::vector<AttributeChange> changes;
  for (const AttributeInput& input : inputs) {
    changes.push_back({.key = input.Key, .value = input.Value.value_or("")});
  }
  return changes;
}

template <class T>
Result<AttributesAnswer> put_changed(model::Transaction& tx, const T& record,
                                     const std::vector<AttributeChange>& changes) {
  T changed = record;
  TRY_ASSIGN(changed.attributes, changed_attributes(table_of(record), other_keys(record),
                                                    words_of(record), record.attributes, changes));
  TRY(check_together(tx.world(), changed));
  tx.put(changed);
  return attributes_answer(changed);
}

struct LoadBalancerRequest {
  std::string LoadBalancerArn;
};
BOOST_DESCRIBE_STRUCT(LoadBalancerRequest, (), (LoadBalancerArn))

struct ModifyLoadBalancerRequest {
  std::string LoadBalancerArn;
  std::vector<AttributeInput> Attributes;
};
BOOST_DESCRIBE_STRUCT(ModifyLoadBalancerRequest, (), (LoadBalancerArn, Attributes))

Result<AttributesAnswer> describe_load_balancer_attributes(const View& view,
                                                           const LoadBalancerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::LoadBalancer>(view.world, view.caller, request.LoadBalancerArn));
  return attributes_answer(*found);
}

Result<AttributesAnswer> modify_load_balancer_attributes(model::Transaction& tx,
                                                         const model::Caller& caller,
                                                         const ModifyLoadBalancerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY_ASSIGN(const auto changes, changes_of(request.Attributes));
  return put_changed(tx, model::LoadBalancer(*found), changes);
}

struct TargetGroupRequest {
  std::string TargetGroupArn;
};
BOOST_DESCRIBE_STRUCT(TargetGroupRequest, (), (TargetGroupArn))

struct ModifyTargetGroupRequest {
  std::string TargetGroupArn;
  std::vector<AttributeInput> Attributes;
};
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupRequest, (), (TargetGroupArn, Attributes))

Result<AttributesAnswer> describe_target_group_attributes(const View& view,
                                                          const TargetGroupRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::TargetGroup>(view.world, view.caller, request.TargetGroupArn));
  return attributes_answer(*found);
}

Result<AttributesAnswer> modify_target_group_attributes(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const ModifyTargetGroupRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::TargetGroup>(tx.world(), caller, request.TargetGroupArn));
  TRY_ASSIGN(const auto changes, changes_of(request.Attributes));
  TRY(check_stickiness(*found, changes));
  const model::Id<model::TargetGroup> id = found->id;
  TRY_ASSIGN(auto answer, put_changed(tx, model::TargetGroup(*found), changes));
  if (is_behind_tls(tx.world(), id)) {
    TRY(check_behind_tls(*tx.world().find(id)));
  }
  TRY(check_stickiness_behind(tx.world(), id));
  return answer;
}

struct ListenerRequest {
  std::string ListenerArn;
};
BOOST_DESCRIBE_STRUCT(ListenerRequest, (), (ListenerArn))

struct ModifyListenerRequest {
  std::string ListenerArn;
  std::vector<AttributeInput> Attributes;
};
BOOST_DESCRIBE_STRUCT(ModifyListenerRequest, (), (ListenerArn, Attributes))

Result<AttributesAnswer> describe_listener_attributes(const View& view,
                                                      const ListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(view.world, view.caller, request.ListenerArn));
  return attributes_answer(*found);
}

Result<AttributesAnswer> modify_listener_attributes(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const ModifyListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  TRY_ASSIGN(const auto changes, changes_of(request.Attributes));
  return put_changed(tx, model::Listener(*found), changes);
}

}  // namespace

std::string target_group_attribute(const model::TargetGroup& group, std::string_view key) {
  return in_force(table_of(group), group.attributes, key);
}

std::vector<Action> attribute_actions() {
  return {read<describe_load_balancer_attributes>("DescribeLoadBalancerAttributes"),
          write<modify_load_balancer_attributes>("ModifyLoadBalancerAttributes"),
          read<describe_target_group_attributes>("DescribeTargetGroupAttributes"),
          write<modify_target_group_attributes>("ModifyTargetGroupAttributes"),
          read<describe_listener_attributes>("DescribeListenerAttributes"),
          write<modify_listener_attributes>("ModifyListenerAttributes")};
}

}  // namespace postern::api::elbv2
