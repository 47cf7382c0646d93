// SPDX-License-Identifier: Apache-2.0
// Which targets a group takes, and what registering, deregistering and asking for their health
// does. [NLB guide, "Register targets for your Network Load Balancer"]
#include "api/elbv2/targets.h"

#include <algorithm>

#include "api/elbv2/constraint.h"
#include "api/elbv2/find.h"
#include "api/elbv2/limits.h"
#include "model/quotas.h"
#include "model/registration.h"
#include "model/target_health.h"
#include "model/zones.h"

namespace postern::api::elbv2 {
namespace {

struct TargetDescription {
  std::string Id;
  std::optional<int> Port;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> QuicServerId;
};
BOOST_DESCRIBE_STRUCT(TargetDescription, (), (Id, Port, AvailabilityZone, QuicServerId))

Result<> check_ports(const std::vector<TargetDescription>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TRY(check_number(fmt::format("targets.{}.member.port", i + 1), targets[i].Port, {1, 65535}));
  }
  return {};
}

// The zone of the subnet that the address is in; nullopt for one outside the VPC.
std::optional<std::string> subnet_zone(const model::World& world, const model::TargetGroup& group,
                                       const TargetDescription& wanted) {
  return model::target_zone(world, {.target_group = group.id, .target_id = wanted.Id});
}

// The registration that a request speaks of: the group's port where it names none, so a target that
// was registered with another port needs that port named. [API reference, TargetDescription]
model::Target registration(const model::TargetGroup& group, const TargetDescription& wanted) {
  return model::registration(group, wanted.Id, wanted.Port);
}

// ---- RegisterTargets ----------------------------------------------------------------------------

struct RegisterTargetsRequest {
  std::string TargetGroupArn;
  std::vector<TargetDescription> Targets;
};
BOOST_DESCRIBE_STRUCT(RegisterTargetsRequest, (), (TargetGroupArn, Targets))

bool looks_like_instance_id(const std::string& id) {
  return id.starts_with("i-") && (id.size() == 10 || id.size() == 19) &&
         id.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
}

// An instance that runs in the group's VPC. Terraform tries InvalidTarget again, for instances that
// are still starting. [the words are recorded]
Result<> check_instance(const model::World& world, const model::TargetGroup& group,
                        const TargetDescription& target) {
  if (!looks_like_instance_id(target.Id)) {
    return refuse(faults::ValidationError, "Instance ID '{}' is not valid", target.Id);
  }
  if (target.AvailabilityZone) {
    return refuse(faults::ValidationError,
                  "You cannot specify an Availability Zone for the target '{}' in a target group "
                  "with target type 'instance'",
                  target.Id);
  }
  const auto* instance = world.find(model::Id<model::Instance>(target.Id));
  if (instance == nullptr || instance->owner != group.owner || instance->region != group.region) {
    return refuse(faults::InvalidTarget, "The following instances do not exist: '{}'", target.Id);
  }
  if (instance->vpc != group.vpc) {
    return refuse(faults::InvalidTarget,
                  "The following targets are not in the target group VPC '{}': '{}'", group.vpc,
                  target.Id);
  }
  if (instance->state != model::InstanceState::Running) {
    return refuse(faults::InvalidTarget,
                  "The following targets are not in a running state and cannot be registered: '{}'",
                  target.Id);
  }
  // [NLB guide, "Register targets": "instances must have an assigned primary IPv6 address"]
  const auto* interface = world.find(instance->network_interface);
  if (group.ip_address_type == "ipv6" && (interface == nullptr || !interface->primary_ipv6)) {
    return refuse(faults::InvalidTarget,
                  "The following targets do not have a primary IPv6 address: '{}'", target.Id);
  }
  return {};
}

// RFC 1918 and RFC 6598.
bool is_private(const IpAddress& address) {
  static const Cidr kPrivate[] = {*Cidr::parse("10.0.0.0/8"), *Cidr::parse("172.16.0.0/12"),
                                  *Cidr::parse("192.168.0.0/16"), *Cidr::parse("100.64.0.0/10")};
  return std::ranges::any_of(kPrivate, [&](const Cidr& cidr) { return cidr.contains(address); });
}

// A zone of the region, or all of them.
Result<> check_zone_name(const model::TargetGroup& group, const std::string& zone) {
  if (zone == model::kAllZones || model::zone_id(group.owner, group.region, zone)) {
    return {};
  }
  return refuse(faults::ValidationError, "The Availability Zone '{}' is not valid", zone);
}

// An address in none of the VPC's subnets: a private one, with a zone. (Nothing says that it can be
// reached; as long as no route leads there, it is unhealthy.) Behind UDP an address is never
// outside. [NLB guide, "Register targets": IP addresses; the words on zones are recorded]
Result<> check_outside(const model::TargetGroup& group, const TargetDescription& target,
                       const IpAddress& address) {
  if (!is_private(address)) {
    return refuse(
        faults::ValidationError,
        "The IP address '{}' is neither in a subnet of the VPC '{}' nor a private address",
        target.Id, group.vpc);
  }
  if (group.protocol != "TCP") {
    return refuse(
        faults::ValidationError,
        "The IP address '{}' is not in the VPC '{}', as it must be for target groups with "
        "the {} protocol",
        target.Id, group.vpc, group.protocol);
  }
  if (!target.AvailabilityZone) {
    return refuse(faults::ValidationError,
                  "The Availability Zone is required for IP address '{}' because it is not in the "
                  "VPC",
                  target.Id);
  }
  return check_zone_name(group, *target.AvailabilityZone);
}

// [API reference, TargetDescription]
Result<> check_address(const model::World& world, const model::TargetGroup& group,
                       const TargetDescription& target) {
  const auto address = IpAddress::parse(target.Id);
  const bool ipv4 = group.ip_address_type == "ipv4";
  if (!address || address->is_v4() != ipv4) {
    return refuse(faults::ValidationError, "The IP address '{}' is not a valid {} address",
                  target.Id, ipv4 ? "IPv4" : "IPv6");
  }
  const auto zone = subnet_zone(world, group, target);
  if (!zone && !ipv4) {
    return refuse(faults::ValidationError, "The IP address '{}' is not in a subnet of the VPC '{}'",
                  target.Id, group.vpc);
  }
  if (!zone) {
    return check_outside(group, target, *address);
  }
  const std::string named = target.AvailabilityZone.value_or(*zone);
  if (named != *zone && named != model::kAllZones) {
    return refuse(faults::ValidationError,
                  "The Availability Zone '{}' is not valid for IP address '{}': its subnet is in "
                  "'{}'",
                  named, target.Id, *zone);
  }
  return {};
}

// One ALB of the group's VPC, that listens there. [NLB guide, "Application Load Balancers as
// targets"; the words on listeners are recorded]
Result<> check_alb(const model::World& world, const model::TargetGroup& group,
                   const TargetDescription& target) {
  if (arn_kind(target.Id) != ArnKind::LoadBalancer || target.AvailabilityZone) {
    return refuse(faults::ValidationError, "'{}' is not a valid load balancer ARN", target.Id);
  }
  const auto* alb = world.find(model::Id<model::LoadBalancer>(target.Id));
  if (alb == nullptr || alb->owner != group.owner || alb->region != group.region ||
      !is_application(*alb)) {
    return refuse(faults::InvalidTarget, "The following targets do not exist: '{}'", target.Id);
  }
  if (alb->vpc != group.vpc) {
    return refuse(faults::InvalidTarget,
                  "The following targets are not in the target group VPC '{}': '{}'", group.vpc,
                  target.Id);
  }
  const int port = target.Port.value_or(group.port);
  const bool listens = std::ranges::any_of(world.all<model::Listener>(), [&](const auto& row) {
    return row.second->load_balancer == alb->id && row.second->port == port;
  });
  if (!listens) {
    return refuse(faults::ValidationError,
                  "If the target type is ALB, the target must have at least one listener that "
                  "matches the target group port or any specified port overrides");
  }
  const auto there = model::targets_of(world, group.id);
  const bool has_other = std::ranges::any_of(there, [&](const model::Target* other) {
    return !model::is_draining(*other) && (other->target_id != target.Id || other->port != port);
  });
  if (has_other) {
    return refuse(faults::TooManyTargets,
                  "The maximum number of 1 targets of target group '{}' has been reached",
                  group.id);
  }
  return {};
}

Result<> check_target(const model::World& world, const model::TargetGroup& group,
                      const TargetDescription& target) {
  if (target.QuicServerId) {
    return refuse(faults::ValidationError,
                  "A QUIC server ID cannot be specified for target groups with the {} protocol",
                  group.protocol);
  }
  return group.target_type == "instance" ? check_instance(world, group, target)
         : group.target_type == "alb"    ? check_alb(world, group, target)
                                         : check_address(world, group, target);
}

Result<Nothing> register_targets(model::Transaction& tx, const model::Caller& caller,
                                 const RegisterTargetsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::TargetGroup>(tx.world(), caller, request.TargetGroupArn));
  const model::TargetGroup group = *found;
  TRY(check_ports(request.Targets));
  for (const TargetDescription& target : request.Targets) {
    TRY(check_target(tx.world(), group, target));
    model::Target made = registration(group, target);
    if (group.target_type == "alb") {
      for (model::Target& node : model::nodes_of(tx.world(), group, made)) {
        model::begin_registration(tx, std::move(node));
      }
      continue;
    }
    if (target.AvailabilityZone != subnet_zone(tx.world(), group, target)) {
      made.zone = target.AvailabilityZone.value_or("");
    }
    model::begin_registration(tx, std::move(made));
  }
  if (std::ssize(model::targets_of(tx.world(), group.id)) >
      model::quota(tx.world(), model::Quota::GroupTargets)) {
    return refuse(faults::TooManyTargets,
                  "The maximum number of {} targets of target group '{}' has been reached",
                  model::quota(tx.world(), model::Quota::GroupTargets), group.id);
  }
  if (const auto* load_balancer = model::load_balancer_of(tx.world(), group.id)) {
    TRY(check_balancer_targets(tx.world(), *load_balancer));
  }
  return Nothing{};
}

// ---- DeregisterTargets --------------------------------------------------------------------------

// The same shape as RegisterTargets has.
using DeregisterTargetsRequest = RegisterTargetsRequest;

// A target that is not registered is deregistered already. [API reference, DeregisterTargets]
Result<Nothing> deregister_targets(model::Transaction& tx, const model::Caller& caller,
                                   const DeregisterTargetsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::TargetGroup>(tx.world(), caller, request.TargetGroupArn));
  const model::TargetGroup group = *found;
  TRY(check_ports(request.Targets));
  for (const TargetDescription& wanted : request.Targets) {
    for (const model::Target& each :
         model::nodes_of(tx.world(), group, registration(group, wanted))) {
      model::begin_deregistration(tx, each.id);
    }
  }
  return Nothing{};
}

// ---- DescribeTargetHealth -----------------------------------------------------------------------

struct DescribeTargetHealthRequest {
  std::string TargetGroupArn;
  std::vector<TargetDescription> Targets;
  std::vector<std::string> Include;
};
BOOST_DESCRIBE_STRUCT(DescribeTargetHealthRequest, (), (TargetGroupArn, Targets, Include))

struct TargetHealth {
  std::string State;
  std::optional<std::string> Reason;
  std::optional<std::string> Description;
};
BOOST_DESCRIBE_STRUCT(TargetHealth, (), (State, Reason, Description))

struct TargetHealthDescription {
  TargetDescription Target;
  std::string HealthCheckPort;
  TargetHealth TargetHealth_;
};
BOOST_DESCRIBE_STRUCT(TargetHealthDescription, (), (Target, HealthCheckPort, TargetHealth_))

struct DescribeTargetHealthAnswer {
  std::vector<TargetHealthDescription> TargetHealthDescriptions;
};
BOOST_DESCRIBE_STRUCT(DescribeTargetHealthAnswer, (), (TargetHealthDescriptions))

TargetHealthDescription health_item(const View& view, const model::TargetGroup& group,
                                    const model::Target& target,
                                    const model::TargetHealth& health) {
  const auto some = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
  };
  TargetHealthDescription item{
      .Target = {.Id = target.target_id, .Port = target.port},
      .HealthCheckPort = fmt::format("{}", model::health_check_port(group, target)),
      .TargetHealth_ = {.State = std::string(model::text(health.state)),
                        .Reason = some(health.reason),
                        .Description = some(health.description)}};
  if (group.target_type == "ip") {
    item.Target.AvailabilityZone = model::target_zone(view.world, target);
  }
  return item;
}

// Its time is over and its record goes with the next look at the clock.
bool is_drained(const model::Target& target, TimePoint now) {
  return target.draining_until != TimePoint{} && target.draining_until <= now;
}

// The registration that is described for `named`: of an ALB the best of its nodes'. (AWS does not
// say what it makes of several; one that serves is enough.)
const model::Target* find_named(const View& view, const model::TargetGroup& group,
                                const model::Target& named) {
  const model::Target* best = nullptr;
  for (const model::Target& each : model::nodes_of(view.world, group, named)) {
    const model::Target* there = view.world.find(each.id);
    if (there != nullptr &&
        (best == nullptr ||
         model::target_health(view.world, *there, view.now).state == model::TargetState::Healthy)) {
      best = there;
    }
  }
  return best;
}

bool is_shown(const View& view, const model::TargetGroup& group, const model::Target& target) {
  return group.target_type != "alb" ||
         find_named(view, group, model::registration(group, target.target_id, target.port)) ==
             &target;
}

// All registrations, or one description for each target that is named, in their order; one that is
// not registered is `unused`. [API reference, DescribeTargetHealth; Terraform counts on one each]
Result<DescribeTargetHealthAnswer> describe_target_health(
    const View& view, const DescribeTargetHealthRequest& request) {
  TRY_ASSIGN(const auto* const group,
             find<model::TargetGroup>(view.world, view.caller, request.TargetGroupArn));
  TRY(check_ports(request.Targets));
  for (const std::string& include : request.Include) {
    TRY(check_enum("include.1.member", include, {"AnomalyDetection", "All"}));
  }
  DescribeTargetHealthAnswer answer;
  for (const TargetDescription& wanted : request.Targets) {
    const model::Target named = registration(*group, wanted);
    const auto* there = find_named(view, *group, named);
    answer.TargetHealthDescriptions.push_back(
        there != nullptr
            ? health_item(view, *group, *there, model::target_health(view.world, *there, view.now))
            : health_item(view, *group, named, model::not_registered()));
  }
  if (request.Targets.empty()) {
    for (const model::Target* target : model::targets_of(view.world, group->id)) {
      if (!is_drained(*target, view.now) && is_shown(view, *group, *target)) {
        answer.TargetHealthDescriptions.push_back(health_item(
            view, *group, *target, model::target_health(view.world, *target, view.now)));
      }
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> target_actions() {
  return {write<register_targets>("RegisterTargets"),
          write<deregister_targets>("DeregisterTargets"),
          read<describe_target_health>("DescribeTargetHealth")};
}

}  // namespace postern::api::elbv2
