// SPDX-License-Identifier: Apache-2.0
#include "api/logs/service.h"

#include <algorithm>
#include <iterator>

#include "api/logs/actions.h"

namespace postern::api::logs {
namespace {

// Where other services of its protocol say ValidationException, this one has a name of its own.
// [API reference, "InvalidParameterException"]
template <class T>
Result<T> in_its_words(Result<T> bound) {
  if (!bound && &bound.error().fault() == &faults::ValidationException) {
    return refuse(faults::InvalidParameterException, "{}", bound.error().message());
  }
  return bound;
}

Action in_its_words(Action action) {
  if (action.read) {
    action.read = [read = std::move(action.read)](wire::Dialect dialect, const View& view,
                                                  const wire::Parameter& root) {
      return in_its_words(read(dialect, view, root));
    };
  } else {
    action.write = [write = std::move(action.write)](wire::Dialect dialect,
                                                     const model::Caller& caller,
                                                     const wire::Parameter& root) {
      return in_its_words(write(dialect, caller, root));
    };
  }
  return action;
}

}  // namespace

Service logs_service() {
  std::vector<Action> actions;
  for (auto some : {log_group_actions(), log_event_actions()}) {
    std::ranges::transform(some, std::back_inserter(actions),
                           [](Action& action) { return in_its_words(std::move(action)); });
  }
  return {.signing_name = "logs",
          .version = "Logs_20140328",
          .xmlns = "",
          .dialect = wire::Dialect::Json,
          .actions = std::move(actions)};
}

}  // namespace postern::api::logs
