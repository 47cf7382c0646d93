// SPDX-License-Identifier: Apache-2.0
// The part of a walk behind a load balancer's node: listener, rules, targets.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "dataplane/compile/parts.h"
#include "explain/acls.h"
#include "explain/broken.h"
#include "explain/fix.h"
#include "explain/listening.h"
#include "explain/walk.h"
#include "model/addresses.h"
#include "model/attributes.h"
#include "model/faults.h"
#include "model/load_balancer_state.h"
#include "model/target_health.h"

namespace postern::explain {
namespace {

using dataplane::Verdict;
using model::Id;
using model::LoadBalancer;
using model::Target;
using model::TargetGroup;
using model::World;

bool listens(const model::Listener& listener, const Traffic& traffic) {
  return listener.port == traffic.port && takes(listener, traffic.protocol);
}

const model::Listener* listener_at(const World& world, const LoadBalancer& balancer,
                                   const Traffic& traffic) {
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == balancer.id && listens(*listener, traffic)) {
      return listener.get();
    }
  }
  return nullptr;
}

// "TCP 80, UDP 53", or "none".
std::string listeners_text(const World& world, const LoadBalancer& balancer) {
  std::string text;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == balancer.id) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", listener->protocol, listener->port);
    }
  }
  return text.empty() ? "none" : text;
}

std::ptrdiff_t registered_in(const std::vector<const Target*>& targets) {
  return std::ranges::count_if(targets,
                               [](const Target* target) { return !model::is_draining(*target); });
}

constexpr std::ptrdiff_t kReasonsShown = 3;

// "i-1 is stopped": why each of them is not one that a node sends to, as DescribeTargetHealth has
// it.
std::string why_unused(const World& world, const std::vector<const Target*>& targets) {
  std::string words;
  for (const Target* target : targets | std::views::take(kReasonsShown)) {
    const model::TargetHealth health = model::target_health(world, *target, {});
    words +=
        fmt::format("; {}: {}", target->target_id,
                    health.description.empty() ? model::text(health.state) : health.description);
  }
  return words;
}

// Whether packets to it arrive: it has a link, or is a load balancer's node.
bool receives(const World& world, const model::NetworkInterface& interface) {
  return interface.type == model::InterfaceType::NetworkLoadBalancer
             ? model::darkening(world, interface) == nullptr
             : dataplane::has_link(world, interface);
}

// "3 rules, then forward to web": what a request meets at an Application Load Balancer.
std::string rules_text(const World& world, const model::Listener& listener) {
  std::string text = listener.rules.empty() ? std::string()
                                            : fmt::format("{} rules, then ", listener.rules.size());
  text += listener.default_action.type;
  for (const model::WeightedGroup& weighted : listener.default_action.groups) {
    if (const TargetGroup* group = world.find(weighted.group)) {
      text += fmt::format(" {}", group->name);
    }
  }
  return text;
}

// The groups that some rule sends anything to, each once: of weight 0 nothing is sent.
std::vector<const TargetGroup*> groups_asked(const World& world, const model::Listener& listener) {
  std::vector<const TargetGroup*> groups;
  const auto add = [&](const model::RuleAction& action) {
    for (const model::Share& share : model::shares_of(world, action)) {
      if (std::ranges::find(groups, share.group) == groups.end()) {
        groups.push_back(share.group);
      }
    }
  };
  add(listener.default_action);
  std::ranges::for_each(listener.rules, add, &model::ListenerRule::action);
  return groups;
}

Hop by_rules_hop(const World& world, const model::Listener& listener) {
  return {.step = "application load balancer",
          .resource = listener.id.value,
          .account = listener.owner.value,
          .because = rules_text(world, listener)};
}

// "blue", or "blue (3 of 4), green (1 of 4)".
std::string shares_text(const std::vector<model::Share>& shares) {
  int all = 0;
  for (const model::Share& share : shares) {
    all += share.weight;
  }
  std::string text;
  for (const model::Share& share : shares) {
    text += (text.empty() ? "" : ", ") + share.group->name;
    if (shares.size() > 1) {
      text += fmt::format(" ({} of {})", share.weight, all);
    }
  }
  return text;
}

// The node's address towards a target at `address`: of the same family.
IpAddress node_address(const AtNode& node, const IpAddress& address) {
  return model::address_like(*node.interface, address).value_or(node.interface->address);
}

}  // namespace

void Walk::enter(const Entry& entry) {
  const LoadBalancer& balancer = *entry.node.balancer;
  const GroupIds& groups = entry.node.interface->groups;
  const model::Listener* listener = listener_at(world_, balancer, traffic_);
  const auto shares = listener != nullptr ? model::shares_of(world_, listener->default_action)
                                          : std::vector<model::Share>();
  Hop listening{.step = "listener",
                .resource = listener != nullptr ? listener->id.value : balancer.id.value,
                .account = balancer.owner.value};
  const bool by_rules = listener != nullptr && is_application(balancer);
  if ((shares.empty() && !by_rules) || balancer.state != model::LoadBalancerState::Active) {
    listening.judgement = Judgement::Stops;
    listening.verdict = Verdict::NoListener;
    if (balancer.state != model::LoadBalancerState::Active) {
      listening.because = fmt::format("the load balancer is {}", model::text(balancer.state));
      listening.advice = "wait until it is active";
    } else {
      listening.because = fmt::format("the load balancer does not listen on {}; its listeners: {}",
                                      text(traffic_), listeners_text(world_, balancer));
      if (std::string command = listen_command(world_, balancer, traffic_); !command.empty()) {
        listening.fixes.push_back({balancer.owner.value, std::move(command)});
      } else {
        listening.advice = fmt::format(
            "make a target group for {}, and a listener that forwards "
            "to it",
            traffic_.protocol == 6 ? "TCP" : "UDP");
      }
    }
  } else {
    listening.because = fmt::format("{} {} to {}", listener->protocol, listener->port,
                                    by_rules ? "what its rules say" : shares_text(shares));
  }
  add(std::move(listening));

  Hop inbound{.step = "inbound rules of the load balancer",
              .resource = balancer.id.value,
              .account = balancer.owner.value,
              .verdict = Verdict::BalancerIngressDenied,
              .subject = {.interface = entry.node.interface->id.value}};
  if (groups.empty()) {
    inbound.because = "it has no security groups: everything is admitted";
    inbound.verdict.reset();
    add(std::move(inbound));
  } else if (!entry.ask_inbound) {
    inbound.because = "not enforced for PrivateLink traffic at this load balancer";
    inbound.verdict.reset();
    add(std::move(inbound));
  } else {
    // Behind an endpoint the client's own address is judged, and its groups mean nothing.
    add(ask_rules(world_,
                  {.groups = groups,
                   .egress = false,
                   .traffic = traffic_,
                   .peer = {from_, entry.endpoint != nullptr ? GroupIds{} : source_.groups}},
                  std::move(inbound)));
  }
  if (traffic_.established && listener != nullptr) {
    const int idle = model::number(listener->attributes, "tcp.idle_timeout.seconds", 350);
    refuse_forgotten(
        "connection", listener->id.value, balancer.owner.value, Verdict::ResetNoFlow,
        fmt::format("no such connection is tracked any more: after {} silent seconds the listener "
                    "forgets one, and answers its next packet with a reset",
                    idle),
        ", or let the listener wait longer: its attribute tcp.idle_timeout.seconds, up to 6000");
  } else if (by_rules) {
    end_at_relay(entry, by_rules_hop(world_, *listener));
    path_.branches = ways_by_rules(entry, *listener);
  } else if (!shares.empty()) {
    Entry behind = entry;
    if (listener->protocol == "TLS") {
      const auto* certificate = world_.find(listener->certificate);
      end_at_relay(entry, {.step = "TLS relay",
                           .resource = listener->id.value,
                           .account = listener->owner.value,
                           .because = fmt::format(
                               "ends TLS as {}, by {}; goes on from {}",
                               certificate != nullptr ? certificate->facts.domain_name
                                                      : std::string("nobody"),
                               listener->ssl_policy, entry.node.interface->address.text())});
      behind.relayed = true;
    }
    choose_targets(behind, shares);
  }
}

// What becomes of a request depends on what is in it: each target that some rule sends to is a way,
// and so is a group without any. [ALB guide, "Troubleshoot your Application Load Balancers": 503]
std::vector<Branch> Walk::ways_by_rules(const Entry& entry, const model::Listener& listener) const {
  Entry behind = entry;
  behind.relayed = true;
  std::vector<Branch> ways;
  for (const TargetGroup* group : groups_asked(world_, listener)) {
    const auto targets =
        model::routed_targets(world_, *entry.node.balancer, *group, *entry.node.zone);
    for (const Target* target : targets) {
      ways.push_back(branch(behind, *group, *target));
    }
    if (targets.empty()) {
      Hop hop = no_target(
          behind, *group,
          {.step = "targets", .resource = group->id.value, .account = group->owner.value});
      hop.verdict.reset();  // the client is connected, and its request is answered
      hop.because += ": requests for it are answered with 503";
      ways.push_back({.target = group->name,
                      .port = static_cast<std::uint16_t>(group->port),
                      .hops = {std::move(hop)}});
    }
  }
  return ways;
}

// The hop of a relay at a node, which stops all if none runs.
Hop Walk::at_relay(const model::NetworkInterface& node, Hop hop) const {
  if (sight_.relay && !sight_.relay(node.vpc)) {
    hop.judgement = Judgement::Stops;
    hop.because = "no HAProxy runs for this VPC: connections are refused";
    hop.advice = "install the package haproxy on the host; posternd's log says what else is wrong";
  }
  return hop;
}

// The client's packets come to the relay at the node, and the relay's own go on from there.
void Walk::end_at_relay(const Entry& entry, Hop hop) {
  // Packets of IPv6 are changed at the node: the relay is there by IPv4.
  ask_acls_to(entry, from_.is_v4() ? Verdict::DestinationAclDenied : Verdict::BalancerAclDenied,
              path_.hops);
  ask_acls_back(entry, path_.hops);
  path_.relay = path_.hops.size();
  path_.admitted = Verdict::RelayAdmitted;
  add(at_relay(*entry.node.interface, std::move(hop)));
}

// Each target of each group is a way that a connection may go; so is a group without any.
void Walk::choose_targets(const Entry& entry, const std::vector<model::Share>& shares) {
  const LoadBalancer& balancer = *entry.node.balancer;
  for (const auto& [group, weight] : shares) {
    const auto every = model::targets_of(world_, group->id);
    const auto healthy = std::ranges::count_if(every, [](const Target* target) {
      return target->verdict == model::HealthVerdict::Healthy && !model::is_draining(*target);
    });
    const auto chosen = model::routed_targets(world_, balancer, *group, *entry.node.zone);
    Hop hop{.step = "targets", .resource = group->id.value, .account = group->owner.value};
    if (!chosen.empty()) {
      hop.because = fmt::format("{} registered in {}, {} healthy; the node in {} sends to {}",
                                registered_in(every), group->name, healthy, entry.node.zone->zone,
                                chosen.size());
      add(std::move(hop));
      for (const Target* target : chosen) {
        std::ranges::move(ways_to(entry, *group, *target), std::back_inserter(path_.branches));
      }
    } else if (shares.size() > 1) {
      path_.branches.push_back({.target = group->name,
                                .port = static_cast<std::uint16_t>(group->port),
                                .hops = {no_target(entry, *group, std::move(hop))}});
    } else {
      add(no_target(entry, *group, std::move(hop)));
    }
  }
}

// Why the node has nobody to send to, and what gives it somebody.
Hop Walk::no_target(const Entry& entry, const TargetGroup& group, Hop hop) const {
  const auto every = model::targets_of(world_, group.id);
  const auto registered = registered_in(every);
  const LoadBalancer& balancer = *entry.node.balancer;
  hop.judgement = Judgement::Stops;
  const auto fix = [&](std::string command) {
    if (!command.empty()) {
      hop.fixes.push_back({group.owner.value, std::move(command)});
    }
  };
  if (registered == 0) {
    hop.verdict = Verdict::TargetGroupEmpty;
    hop.because = fmt::format("no target is registered in {}", group.name);
  } else {
    hop.verdict = Verdict::ZoneWithoutTargets;
    hop.because = fmt::format("{} has {} targets, none that the node in {} may use", group.name,
                              registered, entry.node.zone->zone);
  }
  if (registered != 0 && !model::is_cross_zone(balancer, group)) {
    hop.because += ": cross-zone load balancing is off";
  }
  hop.because += why_unused(world_, every);
  bool runs = false;
  for (const Target* target : every) {
    const auto* instance = world_.find(Id<model::Instance>(target->target_id));
    if (model::is_draining(*target) || instance == nullptr) {
      continue;
    }
    runs = runs || instance->state == model::InstanceState::Running;
  }
  if (registered != 0 && hop.fixes.empty() && !model::is_cross_zone(balancer, group) &&
      (runs || group.target_type != "instance")) {
    hop.fixes.push_back({balancer.owner.value, cross_zone_command(balancer)});
  } else if (hop.fixes.empty()) {
    fix(register_command(world_, group));
  }
  if (hop.fixes.empty()) {
    hop.advice = "register a target that runs";
  }
  return hop;
}

// Whether something takes the traffic at the target, and if it is at another port, how to register
// that.
std::optional<Hop> Walk::listening_of(const TargetGroup& group, const Target& target,
                                      const model::NetworkInterface& interface,
                                      const IpAddress& address, const Traffic& traffic) const {
  auto hop = ask_listening(sight_, interface, address, traffic, "what listens on the target");
  const auto found = listening_at(sight_, interface, address, traffic);
  if (!hop || hop->judgement != Judgement::Stops || found->loopback) {
    return hop;
  }
  // The group's own port is what is meant, or else the only one that there is.
  const auto own = static_cast<std::uint16_t>(group.port);
  const bool has_own = std::ranges::find(found->others, own) != found->others.end();
  if (has_own || found->others.size() == 1) {
    const std::uint16_t port = has_own ? own : found->others.front();
    for (std::string& command : move_target_commands(target, port)) {
      hop->fixes.push_back({group.owner.value, std::move(command)});
    }
  }
  return hop;
}

Branch Walk::branch(const Entry& entry, const TargetGroup& group, const Target& target) const {
  Branch made{.target = target.target_id, .port = static_cast<std::uint16_t>(target.port)};
  const auto address = model::target_address(world_, target);
  const auto* found = address ? ground_.interface_at(group.vpc, *address) : nullptr;
  Hop where{.step = "target", .resource = target.target_id, .account = group.owner.value};
  if (found == nullptr || !receives(world_, *found)) {
    where.judgement = Judgement::Stops;
    where.verdict = Verdict::TargetMissing;
    where.because = address ? fmt::format("nothing that runs has the address {}", address->text())
                            : std::string("it is gone");
    where.advice = "register a target that runs in the target group's VPC";
    const auto* interface = address ? model::interface_at(world_, group.vpc, *address) : nullptr;
    const auto* fault = interface != nullptr ? model::darkening(world_, *interface) : nullptr;
    if (fault != nullptr) {
      where = cut_off(*interface, *fault, Verdict::TargetMissing);
    }
    made.hops.push_back(std::move(where));
    return made;
  }
  const model::NetworkInterface& interface = *found;
  made.passages = {{interface.id.value, *address, resource_of(interface), interface.owner.value}};
  where.because = fmt::format("{} at {}, port {}", interface.id, address->text(), target.port);
  made.hops.push_back(std::move(where));
  if (auto hop = disturbed(world_, interface)) {
    made.hops.push_back(std::move(*hop));
  }

  const GroupIds& groups = entry.node.interface->groups;
  const Traffic traffic{traffic_.protocol, static_cast<std::uint16_t>(target.port)};
  if (!groups.empty()) {
    made.hops.push_back(ask_rules(world_,
                                  {.groups = groups,
                                   .egress = true,
                                   .traffic = traffic,
                                   .peer = {*address, interface.groups}},
                                  {.step = "outbound rules of the load balancer",
                                   .verdict = Verdict::BalancerEgressDenied,
                                   .subject = {.interface = entry.node.interface->id.value}}));
  }
  // [NLB guide, "Client IP preservation": not from one family to the other]
  const bool preserve = entry.endpoint == nullptr && !entry.relayed &&
                        model::preserves_client_ip(group) && from_.is_v4() == address->is_v4();
  const IpAddress seen = preserve ? from_ : node_address(entry.node, *address);
  made.hops.push_back(ask_rules(
      world_,
      {.groups = interface.groups, .egress = false, .traffic = traffic, .peer = {seen, groups}},
      {.step = "inbound rules of the target",
       .verdict = Verdict::TargetIngressDenied,
       .subject = {.interface = interface.id.value}}));
  ask_acls_of_branch(entry, {interface, *address, seen, traffic, preserve}, made.hops);
  if (group.target_type == "alb") {
    made.relay = made.hops.size();
  } else if (auto hop = listening_of(group, target, interface, *address, traffic)) {
    made.hops.push_back(std::move(*hop));
  }
  made.hops.push_back(health_of(entry, group, target, interface, *address));
  return made;
}

// To a target, or through the Application Load Balancer that it is to each of that one's own.
std::vector<Branch> Walk::ways_to(const Entry& entry, const TargetGroup& group,
                                  const Target& target) const {
  const Branch common = branch(entry, group, target);
  if (!common.relay) {
    return {common};
  }
  const auto* alb = world_.find(Id<LoadBalancer>(target.target_id));
  const auto* zone = model::zone_named(*alb, target.zone);
  const AtNode node = node_of(world_, *alb, *zone);
  const Traffic traffic{traffic_.protocol, static_cast<std::uint16_t>(target.port)};
  const model::Listener* listener = listener_at(world_, *alb, traffic);
  Branch through = common;
  const auto put = [&](Hop hop) {
    through.hops.insert(through.hops.begin() + static_cast<std::ptrdiff_t>(*common.relay),
                        at_relay(*node.interface, std::move(hop)));
  };
  if (listener == nullptr) {
    put({.step = "application load balancer",
         .resource = alb->id.value,
         .account = alb->owner.value,
         .judgement = Judgement::Stops,
         .because = fmt::format("it does not listen on {}; its listeners: {}", text(traffic),
                                listeners_text(world_, *alb)),
         .advice = "give it a listener there"});
    return {through};
  }
  put(by_rules_hop(world_, *listener));
  std::vector<Branch> ways;
  for (Branch& beyond : ways_by_rules({.node = node}, *listener)) {
    Branch way = through;
    way.target = beyond.target;
    way.port = beyond.port;
    std::ranges::move(beyond.passages, std::back_inserter(way.passages));
    std::ranges::move(beyond.hops, std::back_inserter(way.hops));
    ways.push_back(std::move(way));
  }
  if (ways.empty()) {
    return {through};  // its rules answer themselves
  }
  return ways;
}

End Walk::first_end(const Entry& entry) {
  return entry.endpoint != nullptr ? End{entry.endpoint, "endpoint"}
                                   : End{entry.node.interface, "load balancer"};
}

// From the source to where the client's packets first end, the endpoint or the node. `at_node`: how
// the node's subnet denies them.
void Walk::ask_acls_to(const Entry& entry, Verdict at_node, std::vector<Hop>& hops) const {
  ask_acls(world_,
           {.from = {&source_, "source"},
            .to = first_end(entry),
            .source = from_,
            .destination = path_.destination,
            .ports = ports_of(traffic_),
            .out_denied = Verdict::SourceAclDenied,
            .in_denied = entry.endpoint != nullptr ? Verdict::EndpointAclDenied : at_node},
           hops);
}

void Walk::ask_acls_back(const Entry& entry, std::vector<Hop>& hops) const {
  ask_acls(world_,
           {.from = first_end(entry),
            .to = {&source_, "source"},
            .source = path_.destination,
            .destination = from_,
            .ports = answers_to_client(traffic_)},
           hops);
}

// There and back, each in two stretches: to where the addresses change, and on from there.
void Walk::ask_acls_of_branch(const Entry& entry, const AtTarget& at,
                              std::vector<Hop>& hops) const {
  const End node{entry.node.interface, "load balancer"};
  const End receiver{&at.interface, "target"};
  if (!entry.relayed) {
    ask_acls_to(entry, Verdict::BalancerAclDenied, hops);
  }
  ask_acls(world_,
           {.from = node,
            .to = receiver,
            .source = at.seen,
            .destination = at.address,
            .ports = ports_of(at.traffic),
            .out_denied = Verdict::BalancerAclDenied,
            .in_denied = Verdict::DestinationAclDenied},
           hops);
  ask_acls(world_,
           {.from = receiver,
            .to = node,
            .source = at.address,
            .destination = at.seen,
            .ports = at.preserve ? answers_to_client(at.traffic) : answers_to_node(at.traffic)},
           hops);
  if (!entry.relayed) {
    ask_acls_back(entry, hops);
  }
}

// What its health checks found, and if they fail, whether a rule stops them.
Hop Walk::health_of(const Entry& entry, const TargetGroup& group, const Target& target,
                    const model::NetworkInterface& interface, const IpAddress& address) const {
  Hop hop{
      .step = "health of the target", .resource = target.target_id, .account = group.owner.value};
  switch (target.verdict) {
    case model::HealthVerdict::Healthy:
      hop.because = "healthy: something answers";
      return hop;
    case model::HealthVerdict::None:
      hop.because = "not checked yet";
      break;
    case model::HealthVerdict::Unavailable:
      hop.because = "its checks cannot be made";
      break;
    case model::HealthVerdict::Unhealthy:
      hop.because = "its health checks fail; nodes use it as no target is healthy";
      break;
  }
  hop.judgement = Judgement::Unknown;
  const IpAddress node = node_address(entry.node, address);
  const GroupIds& groups = entry.node.interface->groups;
  const Traffic check{6, static_cast<std::uint16_t>(model::health_check_port(group, target))};
  std::vector<Hop> asked;
  for (const Question& question : {Question{groups, true, check, {address, interface.groups}},
                                   Question{interface.groups, false, check, {node, groups}}}) {
    if (!question.groups.empty()) {
      asked.push_back(ask_rules(world_, question, {}));
    }
  }
  const End from{entry.node.interface, "load balancer"};
  const End to{&interface, "target"};
  ask_acls(world_, {from, to, node, address, ports_of(check), {}, {}}, asked);
  ask_acls(world_, {to, from, address, node, answers_to_node(check), {}, {}}, asked);
  for (const Hop& one : asked) {
    if (one.judgement == Judgement::Stops) {
      hop.because += fmt::format(": {}", one.because);
      hop.fixes.insert(hop.fixes.end(), one.fixes.begin(), one.fixes.end());
    }
  }
  if (!hop.fixes.empty() || target.verdict != model::HealthVerdict::Unhealthy) {
    return hop;
  }
  const auto found = listening_at(sight_, interface, address, check);
  if (!found) {
    hop.because +=
        fmt::format("; no rule stops them: does something listen on port {}?", check.port);
  } else if (!found->any) {
    hop.because += fmt::format("; nothing listens on port {}, which they ask", check.port);
    const Traffic at_target{6, static_cast<std::uint16_t>(target.port)};
    if (check.port != target.port && listening_at(sight_, interface, address, at_target)->any) {
      hop.fixes.push_back({group.owner.value, check_traffic_port_command(group)});
    } else {
      hop.advice = "start the service there";
    }
  } else if (!group.health_check.path.empty()) {
    hop.because += fmt::format("; something listens on port {} and does not answer {} {} with {}",
                               check.port, group.health_check.protocol, group.health_check.path,
                               group.health_check.matcher);
    hop.advice = "let the service answer that, or let the checks ask for what it answers";
  }
  return hop;
}

}  // namespace postern::explain
