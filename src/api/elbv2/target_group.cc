// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/target_group.h"

#include <algorithm>
#include <tuple>

#include "api/elbv2/constraint.h"
#include "api/elbv2/find.h"
#include "api/elbv2/health_check.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/tags.h"
#include "model/quotas.h"
#include "model/registration.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

// ---- Answers ------------------------------------------------------------------------------------

// HealthCheckPath and Matcher are those of HTTP checks only: Terraform takes either of them beside
// a TCP check for an error.
struct TargetGroup {
  std::string TargetGroupArn;
  std::string TargetGroupName;
  std::string Protocol;
  int Port;
  std::string VpcId;
  std::string HealthCheckProtocol;
  std::string HealthCheckPort;
  bool HealthCheckEnabled = true;
  int HealthCheckIntervalSeconds;
  int HealthCheckTimeoutSeconds;
  int HealthyThresholdCount;
  int UnhealthyThresholdCount;
  std::optional<std::string> HealthCheckPath;
  std::optional<Matcher> Matcher_;
  std::vector<std::string> LoadBalancerArns;
  std::string TargetType;
  std::string IpAddressType;
  std::optional<std::string> ProtocolVersion;
};
BOOST_DESCRIBE_STRUCT(TargetGroup, (),
                      (TargetGroupArn, TargetGroupName, Protocol, Port, VpcId, HealthCheckProtocol,
                       HealthCheckPort, HealthCheckEnabled, HealthCheckIntervalSeconds,
                       HealthCheckTimeoutSeconds, HealthyThresholdCount, UnhealthyThresholdCount,
                       HealthCheckPath, Matcher_, LoadBalancerArns, TargetType, IpAddressType,
                       ProtocolVersion))

bool is_http(std::string_view protocol) {
  return protocol == "HTTP" || protocol == "HTTPS";
}

TargetGroup description(const model::World& world, const model::TargetGroup& from) {
  const model::HealthCheck& check = from.health_check;
  TargetGroup item{
      .TargetGroupArn = from.id.value,
      .TargetGroupName = from.name,
      .Protocol = from.protocol,
      .Port = from.port,
      .VpcId = from.vpc.value,
      .HealthCheckProtocol = check.protocol,
      .HealthCheckPort = check.port,
      .HealthCheckIntervalSeconds = check.interval_seconds,
      .HealthCheckTimeoutSeconds = check.timeout_seconds,
      .HealthyThresholdCount = check.healthy_threshold,
      .UnhealthyThresholdCount = check.unhealthy_threshold,
      .TargetType = from.target_type,
      .IpAddressType = from.ip_address_type,
  };
  if (is_http(from.protocol)) {
    item.ProtocolVersion = "HTTP1";
  }
  if (check.protocol != "TCP") {
    item.HealthCheckPath = check.path;
    item.Matcher_ = Matcher{.HttpCode = check.matcher};
  }
  if (const auto* load_balancer = model::load_balancer_of(world, from.id)) {
    item.LoadBalancerArns.push_back(load_balancer->id.value);
  }
  return item;
}

struct TargetGroupsAnswer {
  std::vector<TargetGroup> TargetGroups;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(TargetGroupsAnswer, (), (TargetGroups, NextMarker))

// ---- CreateTargetGroup --------------------------------------------------------------------------

struct CreateTargetGroupRequest {
  std::string Name;
  std::optional<std::string> Protocol;
  std::optional<std::string> ProtocolVersion;
  std::optional<int> Port;
  std::optional<std::string> VpcId;
  std::optional<std::string> HealthCheckProtocol;
  std::optional<std::string> HealthCheckPort;
  std::optional<bool> HealthCheckEnabled;
  std::optional<std::string> HealthCheckPath;
  std::optional<int> HealthCheckIntervalSeconds;
  std::optional<int> HealthCheckTimeoutSeconds;
  std::optional<int> HealthyThresholdCount;
  std::optional<int> UnhealthyThresholdCount;
  std::optional<Matcher> Matcher_;
  std::optional<std::string> TargetType;
  std::vector<Tag> Tags;
  std::optional<std::string> IpAddressType;
  std::optional<int> TargetControlPort;
};
BOOST_DESCRIBE_STRUCT(CreateTargetGroupRequest, (),
                      (Name, Protocol, ProtocolVersion, Port, VpcId, HealthCheckProtocol,
                       HealthCheckPort, HealthCheckEnabled, HealthCheckPath,
                       HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds, HealthyThresholdCount,
                       UnhealthyThresholdCount, Matcher_, TargetType, Tags, IpAddressType,
                       TargetControlPort))

Result<> check_form(const CreateTargetGroupRequest& request) {
  TRY(check_name("Target group name", request.Name));
  TRY(check_enum("protocol", request.Protocol,
                 {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"}));
  TRY(check_enum("targetType", request.TargetType, {"instance", "ip", "lambda", "alb"}));
  TRY(check_enum("ipAddressType", request.IpAddressType, {"ipv4", "ipv6"}));
  return check_number("port", request.Port, {1, 65535});
}

// [API reference, CreateTargetGroup; the words are recorded]
Result<> check_complete(const CreateTargetGroupRequest& request) {
  if (!request.Protocol) {
    return refuse(faults::ValidationError, "A protocol must be specified");
  }
  if (!request.Port) {
    return refuse(faults::ValidationError, "A port must be specified");
  }
  if (!request.VpcId) {
    return refuse(faults::ValidationError, "A VPC ID must be specified");
  }
  return {};
}

// Of Application Load Balancers. An empty version is none: Terraform sends one.
Result<> check_http(const CreateTargetGroupRequest& request) {
  const std::string version = request.ProtocolVersion.value_or("");
  if (!version.empty()) {
    TRY(check_enum("protocolVersion", version, {"GRPC", "HTTP1", "HTTP2"}));
  }
  if (!version.empty() && version != "HTTP1") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Protocol version '{}' is not supported: targets are asked by HTTP1", version);
  }
  if (request.TargetControlPort) {
    return refuse(faults::InvalidConfigurationRequest, "A target control port is not supported");
  }
  if (request.IpAddressType.value_or("ipv4") != "ipv4") {
    return refuse(faults::InvalidConfigurationRequest,
                  "IP address type 'ipv6' is not supported for target groups with the {} protocol",
                  *request.Protocol);
  }
  return {};
}

// What AWS has and Postern does not.
Result<> check_served(const CreateTargetGroupRequest& request) {
  const std::string type = request.TargetType.value_or("instance");
  if (type == "lambda") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target type '{}' is not supported: use 'instance', 'ip' or 'alb'", type);
  }
  const std::string protocol = request.Protocol.value_or("TCP");
  // [NLB guide, "Application Load Balancers as targets"]
  if (type == "alb" && (protocol != "TCP" || request.IpAddressType.value_or("ipv4") != "ipv4")) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target groups with target type 'alb' must have the TCP protocol and IP address "
                  "type 'ipv4'");
  }
  if (is_http(protocol)) {
    return check_http(request);
  }
  if (protocol != "TCP" && protocol != "TLS" && protocol != "UDP" && protocol != "TCP_UDP") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target groups with the {} protocol are not supported: use HTTP, HTTPS, TCP, "
                  "TLS, UDP or TCP_UDP",
                  protocol);
  }
  if (request.ProtocolVersion || request.TargetControlPort) {
    return refuse(faults::InvalidConfigurationRequest,
                  "A protocol version and a target control port cannot be specified for target "
                  "groups with the {} protocol",
                  protocol);
  }
  return {};
}

Result<model::Id<model::Vpc>> find_vpc(const model::World& world, const model::Caller& caller,
                                       const std::string& id) {
  const auto* vpc = world.find(model::Id<model::Vpc>(id));
  if (vpc == nullptr || !model::owns(caller, *vpc)) {
    return refuse(faults::ValidationError, "The VPC ID '{}' is not found", id);
  }
  return vpc->id;
}

// Whether `there` is what the request would make. Tags do not count.
bool is_same(const model::TargetGroup& there, const model::TargetGroup& wanted) {
  const auto settings = [](const model::TargetGroup& group) {
    const model::HealthCheck& check = group.health_check;
    return std::tie(group.protocol, group.port, group.target_type, group.ip_address_type, group.vpc,
                    check.protocol, check.port, check.path, check.matcher, check.interval_seconds,
                    check.timeout_seconds, check.healthy_threshold, check.unhealthy_threshold);
  };
  return settings(there) == settings(wanted);
}

// New UDP groups end their remaining connections when the deregistration delay is over; older ones
// did not, so AWS writes it as a setting. [NLB guide, "Edit target group attributes"]
model::Attributes first_attributes(std::string_view protocol) {
  if (protocol == "TCP" || protocol == "TLS" || is_http(protocol)) {
    return {};
  }
  return {{"deregistration_delay.connection_termination.enabled", "true"}};
}

Result<TargetGroupsAnswer> create_target_group(model::Transaction& tx, const model::Caller& caller,
                                               const CreateTargetGroupRequest& request) {
  TRY(check_form(request));
  TRY(check_served(request));
  TRY(check_complete(request));
  model::TargetGroup made{.owner = caller.account,
                          .region = caller.region,
                          .name = request.Name,
                          .protocol = *request.Protocol,
                          .port = *request.Port,
                          .target_type = request.TargetType.value_or("instance"),
                          .ip_address_type = request.IpAddressType.value_or("ipv4"),
                          .attributes = first_attributes(*request.Protocol)};
  TRY_ASSIGN(made.vpc, find_vpc(tx.world(), caller, *request.VpcId));
  TRY_ASSIGN(made.health_check, new_health_check(made, health_check_change(request)));
  TRY(add_tags(made.tags, request.Tags));
  const auto own =
      all_of_caller<model::TargetGroup>(tx.world(), caller, [](const auto&) { return true; });
  for (const model::TargetGroup* other : own) {
    if (other->name == made.name) {
      if (is_same(*other, made)) {
        return TargetGroupsAnswer{.TargetGroups = {description(tx.world(), *other)}};
      }
      return refuse(faults::DuplicateTargetGroupName,
                    "A target group with the same name '{}' exists, but with different settings",
                    made.name);
    }
  }
  if (model::is_used_up(tx.world(), model::Quota::TargetGroups, std::ssize(own))) {
    return refuse(faults::TooManyTargetGroups,
                  "The maximum number of {} target groups has been reached",
                  model::quota(tx.world(), model::Quota::TargetGroups));
  }
  made.hex = tx.ids().hex16();
  made.id = target_group_arn(caller, made.name, made.hex);
  made.number = tx.next_number();
  tx.put(made);
  return TargetGroupsAnswer{.TargetGroups = {description(tx.world(), made)}};
}

// ---- DescribeTargetGroups -----------------------------------------------------------------------

struct DescribeTargetGroupsRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<std::string> TargetGroupArns;
  std::vector<std::string> Names;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupsRequest, (),
                      (LoadBalancerArn, TargetGroupArns, Names, Marker, PageSize))

Result<std::vector<const model::TargetGroup*>> select(const View& view,
                                                      const DescribeTargetGroupsRequest& request) {
  const int selectors = (request.LoadBalancerArn ? 1 : 0) +
                        (request.TargetGroupArns.empty() ? 0 : 1) + (request.Names.empty() ? 0 : 1);
  if (selectors > 1) {
    return refuse(faults::ValidationError,
                  "Target group names, target group ARNs, and a load balancer ARN cannot be "
                  "specified at the same time");
  }
  if (!request.TargetGroupArns.empty()) {
    return find_all<model::TargetGroup>(view.world, view.caller, request.TargetGroupArns);
  }
  if (!request.Names.empty()) {
    return find_all_named<model::TargetGroup>(view.world, view.caller, request.Names);
  }
  if (request.LoadBalancerArn) {
    TRY_ASSIGN(const auto* const load_balancer,
               find<model::LoadBalancer>(view.world, view.caller, *request.LoadBalancerArn));
    auto groups = model::groups_of(view.world, *load_balancer);
    std::ranges::sort(groups, {}, [](const auto* group) { return group->id; });
    return groups;
  }
  return all_of_caller<model::TargetGroup>(view.world, view.caller,
                                           [](const auto&) { return true; });
}

Result<TargetGroupsAnswer> describe_target_groups(const View& view,
                                                  const DescribeTargetGroupsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY_ASSIGN(auto found, select(view, request));
  TargetGroupsAnswer answer;
  answer.NextMarker = cut_to_page(page, found, [](const auto* item) { return item->id.value; });
  for (const model::TargetGroup* item : found) {
    answer.TargetGroups.push_back(description(view.world, *item));
  }
  return answer;
}

// ---- ModifyTargetGroup --------------------------------------------------------------------------

struct ModifyTargetGroupRequest {
  std::string TargetGroupArn;
  std::optional<std::string> HealthCheckProtocol;
  std::optional<std::string> HealthCheckPort;
  std::optional<std::string> HealthCheckPath;
  std::optional<bool> HealthCheckEnabled;
  std::optional<int> HealthCheckIntervalSeconds;
  std::optional<int> HealthCheckTimeoutSeconds;
  std::optional<int> HealthyThresholdCount;
  std::optional<int> UnhealthyThresholdCount;
  std::optional<Matcher> Matcher_;
};
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupRequest, (),
                      (TargetGroupArn, HealthCheckProtocol, HealthCheckPort, HealthCheckPath,
                       HealthCheckEnabled, HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds,
                       HealthyThresholdCount, UnhealthyThresholdCount, Matcher_))

Result<TargetGroupsAnswer> modify_target_group(model::Transaction& tx, const model::Caller& caller,
                                               const ModifyTargetGroupRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::TargetGroup>(tx.world(), caller, request.TargetGroupArn));
  model::TargetGroup changed = *found;
  TRY_ASSIGN(changed.health_check, changed_health_check(changed, health_check_change(request)));
  tx.put(changed);
  return TargetGroupsAnswer{.TargetGroups = {description(tx.world(), changed)}};
}

// ---- DeleteTargetGroup --------------------------------------------------------------------------

struct DeleteTargetGroupRequest {
  std::string TargetGroupArn;
};
BOOST_DESCRIBE_STRUCT(DeleteTargetGroupRequest, (), (TargetGroupArn))

// Its registrations go with it. One that is not there is deleted already: AWS's model gives the
// action no TargetGroupNotFound. Terraform waits for the words of ResourceInUse.
Result<Nothing> delete_target_group(model::Transaction& tx, const model::Caller& caller,
                                    const DeleteTargetGroupRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_if_any<model::TargetGroup>(tx.world(), caller, request.TargetGroupArn));
  if (found == nullptr) {
    return Nothing{};
  }
  const model::Id<model::TargetGroup> id = found->id;
  if (model::listener_of(tx.world(), id) != nullptr) {
    return refuse(faults::ResourceInUse,
                  "Target group '{}' is currently in use by a listener or a rule", id);
  }
  const model::World before = tx.world();
  for (const model::Target* target : model::targets_of(before, id)) {
    model::end_registration(tx, *target);
  }
  tx.erase(id);
  return Nothing{};
}

}  // namespace

std::vector<Action> target_group_actions() {
  return {write<create_target_group>("CreateTargetGroup"),
          read<describe_target_groups>("DescribeTargetGroups"),
          write<modify_target_group>("ModifyTargetGroup"),
          write<delete_target_group>("DeleteTargetGroup")};
}

}  // namespace postern::api::elbv2
