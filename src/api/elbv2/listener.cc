// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/listener.h"

#include <algorithm>
#include <tuple>

#include "api/elbv2/constraint.h"
#include "api/elbv2/detach.h"
#include "api/elbv2/find.h"
#include "api/elbv2/forward_action.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/tags.h"
#include "api/elbv2/tls.h"
#include "base/check.h"
#include "model/quotas.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

constexpr Between kPort{1, 65535};

// ---- Answers ------------------------------------------------------------------------------------

struct Listener {
  std::string ListenerArn;
  std::string LoadBalancerArn;
  int Port;
  std::string Protocol;
  std::optional<std::vector<Certificate>> Certificates;
  std::optional<std::string> SslPolicy;
  std::vector<ActionItem> DefaultActions;
  std::optional<std::vector<std::string>> AlpnPolicy;
};
BOOST_DESCRIBE_STRUCT(Listener, (),
                      (ListenerArn, LoadBalancerArn, Port, Protocol, Certificates, SslPolicy,
                       DefaultActions, AlpnPolicy))

Listener description(const model::Listener& from) {
  Listener item{.ListenerArn = from.id.value,
                .LoadBalancerArn = from.load_balancer.value,
                .Port = from.port,
                .Protocol = from.protocol,
                .Certificates = std::nullopt,
                .SslPolicy = std::nullopt,
                .DefaultActions = {action_item(from)},
                .AlpnPolicy = std::nullopt};
  if (from.protocol == "TLS") {
    item.Certificates = {
        Certificate{.CertificateArn = from.certificate.value, .IsDefault = std::nullopt}};
    item.SslPolicy = from.ssl_policy;
  }
  if (!from.alpn_policy.empty()) {
    item.AlpnPolicy = {from.alpn_policy};
  }
  return item;
}

struct ListenersAnswer {
  std::vector<Listener> Listeners;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(ListenersAnswer, (), (Listeners, NextMarker))

// ---- What a listener may be ---------------------------------------------------------------------

// Its protocol is one that a Network Load Balancer has and that packets are carried for.
// [API reference, CreateListener]
Result<> check_protocol(const std::optional<std::string>& protocol) {
  TRY(check_enum("protocol", protocol,
                 {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"}));
  if (protocol == "HTTP" || protocol == "HTTPS" || protocol == "GENEVE") {
    return refuse(faults::ValidationError,
                  "Listener protocol '{}' must be one of 'TCP, TLS, UDP, TCP_UDP, QUIC, TCP_QUIC'",
                  *protocol);
  }
  if (protocol == "QUIC" || protocol == "TCP_QUIC") {
    return refuse(faults::UnsupportedProtocol,
                  "Listeners with the {} protocol are not supported: use TCP, TLS, UDP or TCP_UDP",
                  *protocol);
  }
  return {};
}

// Of Application Load Balancers.
template <class Request>
Result<> check_served(const Request& request) {
  if (request.MutualAuthentication) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Mutual authentication is not supported on load balancers with type 'network'");
  }
  return {};
}

template <class Request>
TlsInput tls_input(const Request& request) {
  return {.ssl_policy = request.SslPolicy,
          .certificates = request.Certificates,
          .alpn_policy = request.AlpnPolicy};
}

// [NLB guide, "Listener configuration": protocols of listeners and target groups]
bool fit_together(std::string_view listener, std::string_view group) {
  return listener == group || (group == "TCP_UDP" && (listener == "TCP" || listener == "UDP")) ||
         (group == "TCP" && listener == "TLS");
}

// The group can be behind the listener: its protocol fits, it is in the load balancer's VPC, and
// behind no other load balancer. [the words are recorded]
Result<> check_group(const model::World& world, const model::Listener& listener,
                     const model::TargetGroup& group) {
  if (!fit_together(listener.protocol, group.protocol)) {
    return refuse(faults::IncompatibleProtocols,
                  "The listener and its associated target group '{}' have incompatible protocols: "
                  "'{}' and '{}'",
                  group.id, listener.protocol, group.protocol);
  }
  if (listener.protocol == "TLS") {
    TRY(check_behind_tls(group));
  }
  const auto* load_balancer = world.find(listener.load_balancer);
  POSTERN_CHECK(load_balancer != nullptr, "a listener's load balancer is there");
  if (group.vpc != load_balancer->vpc) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' is in a different VPC than load balancer '{}'", group.id,
                  load_balancer->id);
  }
  const bool dualstack = load_balancer->ip_address_type == "dualstack";
  if (group.ip_address_type == "ipv6" && !dualstack) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' with IP address type 'ipv6' needs a load balancer with IP "
                  "address type 'dualstack'",
                  group.id);
  }
  if (group.ip_address_type == "ipv4" && dualstack && listener.protocol.contains("UDP")) {
    return refuse(faults::InvalidConfigurationRequest,
                  "A listener with the {} protocol on a load balancer with IP address type "
                  "'dualstack' needs a target group with IP address type 'ipv6'",
                  listener.protocol);
  }
  const auto* other = model::load_balancer_of(world, group.id);
  if (other != nullptr && other->id != load_balancer->id) {
    return refuse(faults::TargetGroupAssociationLimit,
                  "The following target groups cannot be associated with more than one load "
                  "balancer: {}",
                  group.id);
  }
  return {};
}

Result<const model::TargetGroup*> find_action_group(const model::World& world,
                                                    const model::Caller& caller,
                                                    const std::string& arn) {
  TRY_ASSIGN(const auto* const group, find_if_any<model::TargetGroup>(world, caller, arn));
  if (group == nullptr) {
    return refuse(faults::TargetGroupNotFound, "Target group '{}' not found", arn);
  }
  return group;
}

std::vector<const model::Listener*> listeners_of(const model::World& world,
                                                 const model::LoadBalancer& load_balancer) {
  std::vector<const model::Listener*> found;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == load_balancer.id) {
      found.push_back(listener.get());
    }
  }
  return found;
}

// ---- CreateListener -----------------------------------------------------------------------------

struct CreateListenerRequest {
  std::string LoadBalancerArn;
  std::optional<std::string> Protocol;
  std::optional<int> Port;
  std::optional<std::string> SslPolicy;
  std::vector<Certificate> Certificates;
  std::vector<ActionInput> DefaultActions;
  std::vector<std::string> AlpnPolicy;
  std::vector<Tag> Tags;
  std::optional<Unserved> MutualAuthentication;
};
BOOST_DESCRIBE_STRUCT(CreateListenerRequest, (),
                      (LoadBalancerArn, Protocol, Port, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy, Tags, MutualAuthentication))

Result<> check_form(const CreateListenerRequest& request) {
  TRY(check_number("port", request.Port, kPort));
  TRY(check_protocol(request.Protocol));
  if (!request.Port) {
    return refuse(faults::ValidationError, "A listener port must be specified");
  }
  if (!request.Protocol) {
    return refuse(faults::ValidationError, "A listener protocol must be specified");
  }
  return check_served(request);
}

// The port alone tells a load balancer's listeners apart. The same listener again is the one that
// is there. [the words are recorded]
Result<const model::Listener*> find_twin(const model::World& world,
                                         const model::LoadBalancer& load_balancer,
                                         const model::Listener& wanted) {
  for (const model::Listener* other : listeners_of(world, load_balancer)) {
    if (other->port != wanted.port) {
      continue;
    }
    const auto settings = [](const model::Listener& listener) {
      return std::tie(listener.protocol, listener.target_group, listener.certificate,
                      listener.ssl_policy, listener.alpn_policy);
    };
    if (settings(*other) == settings(wanted)) {
      return other;
    }
    return refuse(faults::DuplicateListener,
                  "A listener already exists on this port for this load balancer '{}'",
                  load_balancer.id);
  }
  return nullptr;
}

Result<ListenersAnswer> create_listener(model::Transaction& tx, const model::Caller& caller,
                                        const CreateListenerRequest& request) {
  TRY_ASSIGN(const auto* const load_balancer,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY(check_form(request));
  TRY_ASSIGN(const Forward forward, forward_of(request.DefaultActions));
  TRY_ASSIGN(const auto* const group,
             find_action_group(tx.world(), caller, forward.target_group_arn));
  model::Listener made{.owner = caller.account,
                       .region = caller.region,
                       .load_balancer = load_balancer->id,
                       .protocol = *request.Protocol,
                       .port = *request.Port,
                       .target_group = group->id,
                       .action_order = forward.order};
  TRY(set_tls(tx.world(), caller, tls_input(request), made));
  TRY(check_group(tx.world(), made, *group));
  TRY(add_tags(made.tags, request.Tags));
  TRY_ASSIGN(const auto* const twin, find_twin(tx.world(), *load_balancer, made));
  if (twin != nullptr) {
    return ListenersAnswer{.Listeners = {description(*twin)}};
  }
  if (model::is_used_up(tx.world(), model::Quota::LoadBalancerListeners,
                        std::ssize(listeners_of(tx.world(), *load_balancer)))) {
    return refuse(faults::TooManyListeners,
                  "The maximum number of {} listeners of load balancer '{}' has been reached",
                  model::quota(tx.world(), model::Quota::LoadBalancerListeners), load_balancer->id);
  }
  made.id = listener_arn(*load_balancer, tx.ids().hex16());
  made.number = tx.next_number();
  const model::Id<model::LoadBalancer> behind = load_balancer->id;
  tx.put(made);
  TRY(check_balancer_targets(tx.world(), *tx.world().find(behind)));
  return ListenersAnswer{.Listeners = {description(made)}};
}

// ---- DescribeListeners --------------------------------------------------------------------------

struct DescribeListenersRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<std::string> ListenerArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeListenersRequest, (),
                      (LoadBalancerArn, ListenerArns, Marker, PageSize))

Result<std::vector<const model::Listener*>> select(const View& view,
                                                   const DescribeListenersRequest& request) {
  if (request.LoadBalancerArn.has_value() != request.ListenerArns.empty()) {
    return refuse(faults::ValidationError,
                  "You must specify either listener ARNs or a load balancer ARN");
  }
  if (!request.LoadBalancerArn) {
    return find_all<model::Listener>(view.world, view.caller, request.ListenerArns);
  }
  TRY_ASSIGN(const auto* const load_balancer,
             find<model::LoadBalancer>(view.world, view.caller, *request.LoadBalancerArn));
  return listeners_of(view.world, *load_balancer);
}

Result<ListenersAnswer> describe_listeners(const View& view,
                                           const DescribeListenersRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY_ASSIGN(auto found, select(view, request));
  ListenersAnswer answer;
  answer.NextMarker = cut_to_page(page, found, [](const auto* item) { return item->id.value; });
  for (const model::Listener* item : found) {
    answer.Listeners.push_back(description(*item));
  }
  return answer;
}

// ---- ModifyListener -----------------------------------------------------------------------------

struct ModifyListenerRequest {
  std::string ListenerArn;
  std::optional<int> Port;
  std::optional<std::string> Protocol;
  std::optional<std::string> SslPolicy;
  std::vector<Certificate> Certificates;
  std::vector<ActionInput> DefaultActions;
  std::vector<std::string> AlpnPolicy;
  std::optional<Unserved> MutualAuthentication;
};
BOOST_DESCRIBE_STRUCT(ModifyListenerRequest, (),
                      (ListenerArn, Port, Protocol, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy, MutualAuthentication))

// [the words are recorded]
Result<> check_port_free(const model::World& world, const model::Listener& changed) {
  for (const auto& [id, other] : world.all<model::Listener>()) {
    if (other->load_balancer == changed.load_balancer && other->port == changed.port &&
        other->id != changed.id) {
      return refuse(faults::ValidationError, "Listener port '{}' is already in use", changed.port);
    }
  }
  return {};
}

Result<model::Listener> changed_listener(const model::World& world, const model::Caller& caller,
                                         const model::Listener& now,
                                         const ModifyListenerRequest& request) {
  model::Listener changed = now;
  changed.port = request.Port.value_or(now.port);
  changed.protocol = request.Protocol.value_or(now.protocol);
  if (changed.protocol != now.protocol) {
    changed.attributes.clear();  // they belong to the protocol
  }
  TRY(set_tls(world, caller, tls_input(request), changed));
  if (!request.DefaultActions.empty()) {
    TRY_ASSIGN(const Forward forward, forward_of(request.DefaultActions));
    TRY_ASSIGN(const auto* const group, find_action_group(world, caller, forward.target_group_arn));
    changed.target_group = group->id;
    changed.action_order = forward.order;
  }
  return changed;
}

Result<ListenersAnswer> modify_listener(model::Transaction& tx, const model::Caller& caller,
                                        const ModifyListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  const model::Listener before = *found;
  TRY(check_number("port", request.Port, kPort));
  TRY(check_protocol(request.Protocol));
  TRY(check_served(request));
  TRY_ASSIGN(const auto changed, changed_listener(tx.world(), caller, before, request));
  const auto* group = tx.world().find(changed.target_group);
  POSTERN_CHECK(group != nullptr, "a listener's target group is there");
  TRY(check_group(tx.world(), changed, *group));
  TRY(check_port_free(tx.world(), changed));
  tx.put(changed);
  TRY(check_balancer_targets(tx.world(), *tx.world().find(changed.load_balancer)));
  leave_group(tx, before.target_group);
  return ListenersAnswer{.Listeners = {description(changed)}};
}

// ---- DeleteListener -----------------------------------------------------------------------------

struct DeleteListenerRequest {
  std::string ListenerArn;
};
BOOST_DESCRIBE_STRUCT(DeleteListenerRequest, (), (ListenerArn))

Result<Nothing> delete_listener(model::Transaction& tx, const model::Caller& caller,
                                const DeleteListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  remove_listener(tx, model::Listener(*found));
  return Nothing{};
}

// ---- DescribeRules ------------------------------------------------------------------------------

struct DescribeRulesRequest {
  std::optional<std::string> ListenerArn;
  std::vector<std::string> RuleArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeRulesRequest, (), (ListenerArn, RuleArns, Marker, PageSize))

struct Rule {
  std::string RuleArn;
  std::string Priority = "default";
  std::vector<std::string> Conditions;  // a default rule has none
  std::vector<ActionItem> Actions;
  bool IsDefault = true;
};
BOOST_DESCRIBE_STRUCT(Rule, (), (RuleArn, Priority, Conditions, Actions, IsDefault))

struct DescribeRulesAnswer {
  std::vector<Rule> Rules;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(DescribeRulesAnswer, (), (Rules, NextMarker))

Rule description_of_rule(const model::Listener& listener) {
  return {.RuleArn = default_rule_arn(listener), .Actions = {action_item(listener)}};
}

Result<std::vector<Rule>> rules_named(const View& view, const std::vector<std::string>& arns) {
  std::vector<Rule> rules;
  for (const model::Listener* listener :
       all_of_caller<model::Listener>(view.world, view.caller, [](const auto&) { return true; })) {
    Rule rule = description_of_rule(*listener);
    if (std::ranges::find(arns, rule.RuleArn) != arns.end()) {
      rules.push_back(std::move(rule));
    }
  }
  for (const std::string& arn : arns) {
    if (arn_kind(arn) != ArnKind::Rule) {
      return refuse(faults::ValidationError, "'{}' is not a valid rule ARN", arn);
    }
    if (std::ranges::find(rules, arn, &Rule::RuleArn) == rules.end()) {
      return refuse(faults::RuleNotFound, "One or more rules not found");
    }
  }
  return rules;
}

// A listener of a Network Load Balancer has its default rule and no other.
// [API reference, CreateRule]
Result<DescribeRulesAnswer> describe_rules(const View& view, const DescribeRulesRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  if (request.ListenerArn.has_value() != request.RuleArns.empty()) {
    return refuse(faults::ValidationError, "You must specify either listener rules or a listener");
  }
  DescribeRulesAnswer answer;
  if (request.ListenerArn) {
    TRY_ASSIGN(const auto* const listener,
               find<model::Listener>(view.world, view.caller, *request.ListenerArn));
    answer.Rules = {description_of_rule(*listener)};
  } else {
    TRY_ASSIGN(answer.Rules, rules_named(view, request.RuleArns));
  }
  std::ranges::sort(answer.Rules, {}, &Rule::RuleArn);
  answer.NextMarker =
      cut_to_page(page, answer.Rules, [](const Rule& rule) { return rule.RuleArn; });
  return answer;
}

}  // namespace

std::vector<Action> listener_actions() {
  return {write<create_listener>("CreateListener"), read<describe_listeners>("DescribeListeners"),
          write<modify_listener>("ModifyListener"), write<delete_listener>("DeleteListener"),
          read<describe_rules>("DescribeRules")};
}

}  // namespace postern::api::elbv2
