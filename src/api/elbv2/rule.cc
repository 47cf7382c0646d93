// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/rule.h"

#include <algorithm>
#include <set>

#include "api/elbv2/constraint.h"
#include "api/elbv2/detach.h"
#include "api/elbv2/find.h"
#include "api/elbv2/forwarding.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/rule_action.h"
#include "api/elbv2/rule_condition.h"
#include "api/elbv2/tags.h"
#include "base/check.h"
#include "model/quotas.h"

namespace postern::api::elbv2 {
namespace {

constexpr Between kPriority{1, 50000};

struct Rule {
  std::string RuleArn;
  std::string Priority = "default";
  std::vector<RuleCondition> Conditions;  // a default rule has none
  std::vector<ActionItem> Actions;
  bool IsDefault = true;
};
BOOST_DESCRIBE_STRUCT(Rule, (), (RuleArn, Priority, Conditions, Actions, IsDefault))

struct RulesAnswer {
  std::vector<Rule> Rules;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(RulesAnswer, (), (Rules, NextMarker))

Rule default_rule(const model::Listener& listener) {
  return {.RuleArn = default_rule_arn(listener), .Actions = {action_item(listener)}};
}

Rule description(const model::ListenerRule& from) {
  Rule item{.RuleArn = from.id,
            .Priority = std::to_string(from.priority),
            .Actions = {action_item(from.action)},
            .IsDefault = false};
  for (const model::RuleCondition& condition : from.conditions) {
    item.Conditions.push_back(condition_item(condition));
  }
  return item;
}

// The default rule stands last.
std::vector<Rule> rules_of(const model::Listener& listener) {
  std::vector<Rule> rules;
  for (const model::ListenerRule& rule : listener.rules) {
    rules.push_back(description(rule));
  }
  rules.push_back(default_rule(listener));
  return rules;
}

// ---- Finding ------------------------------------------------------------------------------------

Result<const model::Listener*> find_listener_of_rule(const model::World& world,
                                                     const model::Caller& caller,
                                                     const std::string& arn) {
  if (arn_kind(arn) != ArnKind::Rule) {
    return refuse(faults::ValidationError, "'{}' is not a valid rule ARN", arn);
  }
  const auto* listener = world.find(listener_of_rule(arn));
  if (listener == nullptr || !model::owns(caller, *listener)) {
    return refuse(faults::RuleNotFound, "One or more rules not found");
  }
  return listener;
}

// A rule of the caller's that is no default one, with its listener.
struct Found {
  model::Listener listener;
  std::size_t at = 0;

  model::ListenerRule& rule() { return listener.rules[at]; }
};

Result<Found> find_rule(const model::World& world, const model::Caller& caller,
                        const std::string& arn) {
  TRY_ASSIGN(const auto* const listener, find_listener_of_rule(world, caller, arn));
  if (arn == default_rule_arn(*listener)) {
    return refuse(faults::OperationNotPermitted, "Default rule '{}' cannot be modified", arn);
  }
  const auto rule = std::ranges::find(listener->rules, arn, &model::ListenerRule::id);
  if (rule == listener->rules.end()) {
    return refuse(faults::RuleNotFound, "One or more rules not found");
  }
  return Found{*listener, static_cast<std::size_t>(rule - listener->rules.begin())};
}

// Rules are an Application Load Balancer's.
ActionPlace place_of(const model::Transaction& tx, const model::Caller& caller) {
  return {.world = tx.world(), .caller = caller, .is_application = true, .parameter = "actions"};
}

// ---- Putting ------------------------------------------------------------------------------------

// [the words are recorded]
Result<> check_priorities(const model::Listener& listener) {
  std::set<int> seen;
  for (const model::ListenerRule& rule : listener.rules) {
    if (!seen.insert(rule.priority).second) {
      return refuse(faults::PriorityInUse, "Priority '{}' is currently in use", rule.priority);
    }
  }
  return {};
}

Result<> put(model::Transaction& tx, const model::Listener& before, model::Listener changed) {
  TRY(check_priorities(changed));
  std::ranges::sort(changed.rules, {}, &model::ListenerRule::priority);
  TRY(check_groups(tx.world(), changed));
  const model::Id<model::LoadBalancer> behind = changed.load_balancer;
  tx.put(std::move(changed));
  TRY(check_balancer_targets(tx.world(), *tx.world().find(behind)));
  leave_groups(tx, before);
  return {};
}

// ---- CreateRule ---------------------------------------------------------------------------------

struct CreateRuleRequest {
  std::string ListenerArn;
  std::vector<RuleCondition> Conditions;
  std::optional<int> Priority;
  std::vector<ActionInput> Actions;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(CreateRuleRequest, (), (ListenerArn, Conditions, Priority, Actions, Tags))

Result<RulesAnswer> create_rule(model::Transaction& tx, const model::Caller& caller,
                                const CreateRuleRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  model::Listener listener = *found;
  const auto* load_balancer = tx.world().find(listener.load_balancer);
  POSTERN_CHECK(load_balancer != nullptr, "a listener's load balancer is there");
  if (!is_application(*load_balancer)) {
    return refuse(faults::UnsupportedProtocol,
                  "Rules are not supported on listeners with the {} protocol", listener.protocol);
  }
  if (!request.Priority) {
    return refuse(faults::ValidationError, "A priority must be specified");
  }
  TRY(check_number("priority", request.Priority, kPriority));
  model::ListenerRule rule{.id = rule_arn(listener, tx.ids().hex16()),
                           .priority = *request.Priority};
  TRY_ASSIGN(rule.conditions, conditions_of(request.Conditions));
  TRY_ASSIGN(rule.action, action_of(place_of(tx, caller), request.Actions));
  TRY(add_tags(rule.tags, request.Tags));
  if (model::is_used_up(tx.world(), model::Quota::ListenerRules, std::ssize(listener.rules))) {
    return refuse(faults::TooManyRules,
                  "The maximum number of {} rules of load balancer '{}' has been reached",
                  model::quota(tx.world(), model::Quota::ListenerRules), listener.load_balancer);
  }
  const model::Listener before = listener;
  listener.rules.push_back(rule);
  TRY(put(tx, before, std::move(listener)));
  return RulesAnswer{.Rules = {description(rule)}, .NextMarker = std::nullopt};
}

// ---- DescribeRules ------------------------------------------------------------------------------

struct DescribeRulesRequest {
  std::optional<std::string> ListenerArn;
  std::vector<std::string> RuleArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeRulesRequest, (), (ListenerArn, RuleArns, Marker, PageSize))

Result<std::vector<Rule>> rules_named(const View& view, const std::vector<std::string>& arns) {
  std::vector<Rule> rules;
  for (const std::string& arn : arns) {
    TRY_ASSIGN(const auto* const listener, find_listener_of_rule(view.world, view.caller, arn));
    const auto of_listener = rules_of(*listener);
    const auto rule = std::ranges::find(of_listener, arn, &Rule::RuleArn);
    if (rule == of_listener.end()) {
      return refuse(faults::RuleNotFound, "One or more rules not found");
    }
    if (std::ranges::find(rules, arn, &Rule::RuleArn) == rules.end()) {
      rules.push_back(*rule);
    }
  }
  return rules;
}

// A listener of a Network Load Balancer has its default rule and no other.
// [API reference, CreateRule]
Result<RulesAnswer> describe_rules(const View& view, const DescribeRulesRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  if (request.ListenerArn.has_value() != request.RuleArns.empty()) {
    return refuse(faults::ValidationError, "You must specify either listener rules or a listener");
  }
  RulesAnswer answer;
  if (request.ListenerArn) {
    TRY_ASSIGN(const auto* const listener,
               find<model::Listener>(view.world, view.caller, *request.ListenerArn));
    answer.Rules = rules_of(*listener);
  } else {
    TRY_ASSIGN(answer.Rules, rules_named(view, request.RuleArns));
  }
  std::ranges::sort(answer.Rules, {}, &Rule::RuleArn);
  answer.NextMarker =
      cut_to_page(page, answer.Rules, [](const Rule& rule) { return rule.RuleArn; });
  return answer;
}

// ---- ModifyRule ---------------------------------------------------------------------------------

struct ModifyRuleRequest {
  std::string RuleArn;
  std::vector<RuleCondition> Conditions;
  std::vector<ActionInput> Actions;
};
BOOST_DESCRIBE_STRUCT(ModifyRuleRequest, (), (RuleArn, Conditions, Actions))

// What is not given stays. [API reference, ModifyRule]
Result<RulesAnswer> modify_rule(model::Transaction& tx, const model::Caller& caller,
                                const ModifyRuleRequest& request) {
  TRY_ASSIGN(Found found, find_rule(tx.world(), caller, request.RuleArn));
  const model::Listener before = found.listener;
  if (!request.Conditions.empty()) {
    TRY_ASSIGN(found.rule().conditions, conditions_of(request.Conditions));
  }
  if (!request.Actions.empty()) {
    TRY_ASSIGN(found.rule().action, action_of(place_of(tx, caller), request.Actions));
  }
  const model::ListenerRule changed = found.rule();
  TRY(put(tx, before, std::move(found.listener)));
  return RulesAnswer{.Rules = {description(changed)}, .NextMarker = std::nullopt};
}

// ---- DeleteRule ---------------------------------------------------------------------------------

struct DeleteRuleRequest {
  std::string RuleArn;
};
BOOST_DESCRIBE_STRUCT(DeleteRuleRequest, (), (RuleArn))

Result<Nothing> delete_rule(model::Transaction& tx, const model::Caller& caller,
                            const DeleteRuleRequest& request) {
  TRY_ASSIGN(Found found, find_rule(tx.world(), caller, request.RuleArn));
  const model::Listener before = found.listener;
  found.listener.rules.erase(found.listener.rules.begin() + static_cast<std::ptrdiff_t>(found.at));
  TRY(put(tx, before, std::move(found.listener)));
  return Nothing{};
}

// ---- SetRulePriorities --------------------------------------------------------------------------

struct RulePriorityPair {
  std::optional<std::string> RuleArn;
  std::optional<int> Priority;
};
BOOST_DESCRIBE_STRUCT(RulePriorityPair, (), (RuleArn, Priority))

struct SetRulePrioritiesRequest {
  std::vector<RulePriorityPair> RulePriorities;
};
BOOST_DESCRIBE_STRUCT(SetRulePrioritiesRequest, (), (RulePriorities))

// All at once: two rules can change places. [API reference, SetRulePriorities]
Result<RulesAnswer> set_rule_priorities(model::Transaction& tx, const model::Caller& caller,
                                        const SetRulePrioritiesRequest& request) {
  std::map<model::Id<model::Listener>, model::Listener> changed;
  std::vector<std::string> arns;
  for (const RulePriorityPair& pair : request.RulePriorities) {
    if (!pair.RuleArn || !pair.Priority) {
      return refuse(faults::ValidationError, "A rule ARN and a priority must be specified");
    }
    TRY(check_number("rulePriorities.1.member.priority", pair.Priority, kPriority));
    TRY_ASSIGN(Found found, find_rule(tx.world(), caller, *pair.RuleArn));
    const auto at = changed.try_emplace(found.listener.id, found.listener).first;
    at->second.rules[found.at].priority = *pair.Priority;
    arns.push_back(*pair.RuleArn);
  }
  RulesAnswer answer;
  for (const auto& [id, listener] : changed) {
    const model::Listener before = *tx.world().find(id);
    TRY(put(tx, before, listener));
    for (const model::ListenerRule& rule : tx.world().find(id)->rules) {
      if (std::ranges::find(arns, rule.id) != arns.end()) {
        answer.Rules.push_back(description(rule));
      }
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> rule_actions() {
  return {write<create_rule>("CreateRule"), read<describe_rules>("DescribeRules"),
          write<modify_rule>("ModifyRule"), write<delete_rule>("DeleteRule"),
          write<set_rule_priorities>("SetRulePriorities")};
}

}  // namespace postern::api::elbv2
