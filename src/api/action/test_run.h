// SPDX-License-Identifier: Apache-2.0
// For the tests of services: actions run on a World that a test holds.
#pragma once

#include "api/action/action.h"

namespace postern::api {

// Who asks, when, and of what; all of it is the test's.
struct TestCall {
  model::World& world;
  const model::Caller& caller;
  TimePoint now;
  IdSource& ids;
  const Machine& machine;
};

// The World becomes what `write` makes of it, unless that is refused or touches nothing.
inline Result<std::string> commit(const TestCall& call, const Write& write) {
  model::Transaction tx(call.world, call.now, call.ids);
  TRY_ASSIGN(std::string answer, write(tx));
  if (!tx.touched().empty()) {
    call.world = tx.world();
  }
  return answer;
}

inline Result<std::string> run_action(const TestCall& call, wire::Dialect dialect,
                                      const Action& action, const wire::Parameter& root) {
  if (action.read) {
    return action.read(
        dialect,
        {.world = call.world, .caller = call.caller, .now = call.now, .machine = call.machine},
        root);
  }
  TRY_ASSIGN(const Write bound, action.write(dialect, call.caller, root));
  return commit(call, bound);
}

// The same from form text, "Name=n&Subnets.member.1=…".
inline Result<std::string> run_form(const TestCall& call, const Service& service,
                                    std::string_view name, std::string_view parameters) {
  const Action* action = service.find(name);
  if (action == nullptr) {
    return refuse(faults::InvalidAction, "The action {} is not valid for this web service.", name);
  }
  TRY_ASSIGN(const wire::Parameter root,
             wire::parse_parameters(
                 fmt::format("Action={}&Version={}&{}", name, service.version, parameters)));
  return run_action(call, service.dialect, *action, root);
}

// The answer, or "Code: message".
inline std::string words(const Result<std::string>& answer) {
  return answer ? *answer
                : fmt::format("{}: {}", answer.error().fault().code, answer.error().message());
}

}  // namespace postern::api
