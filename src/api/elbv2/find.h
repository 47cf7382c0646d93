// SPDX-License-Identifier: Apache-2.0
// The caller's own load balancers, target groups and listeners by ARN, with ELBv2's refusals.
// Another account's record does not exist.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "api/elbv2/arn.h"
#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

// How a kind of record is spoken of when an ARN is wrong.
struct ArnWords {
  ArnKind kind;
  std::string_view noun;
  const Fault* not_found;
};

template <class T>
constexpr ArnWords arn_words();
template <>
constexpr ArnWords arn_words<model::LoadBalancer>() {
  return {ArnKind::LoadBalancer, "load balancer", &faults::LoadBalancerNotFound};
}
template <>
constexpr ArnWords arn_words<model::TargetGroup>() {
  return {ArnKind::TargetGroup, "target group", &faults::TargetGroupNotFound};
}
template <>
constexpr ArnWords arn_words<model::Listener>() {
  return {ArnKind::Listener, "listener", &faults::ListenerNotFound};
}

// ValidationError for text that is not an ARN of that kind.
Result<> check_arn(const ArnWords& words, std::string_view arn);

// "One or more load balancers not found"
inline std::unexpected<Error> not_found(const ArnWords& words) {
  return refuse(*words.not_found, "One or more {}s not found", words.noun);
}

// The caller's record, or null. ValidationError for text that is not an ARN of its kind.
template <class T>
Result<const T*> find_if_any(const model::World& world, const model::Caller& caller,
                             const std::string& arn) {
  TRY(check_arn(arn_words<T>(), arn));
  const T* found = world.find(model::Id<T>(arn));
  return found != nullptr && model::owns(caller, *found) ? found : nullptr;
}

// The caller's record; LoadBalancerNotFound and its like when there is none.
template <class T>
Result<const T*> find(const model::World& world, const model::Caller& caller,
                      const std::string& arn) {
  TRY_ASSIGN(const T* const found, find_if_any<T>(world, caller, arn));
  if (found == nullptr) {
    return not_found(arn_words<T>());
  }
  return found;
}

// The caller's records of that type for which `wanted` is true, by ARN.
template <class T, class Wanted>
std::vector<const T*> all_of_caller(const model::World& world, const model::Caller& caller,
                                    Wanted wanted) {
  std::vector<const T*> found;
  for (const auto& [id, record] : world.all<T>()) {
    if (model::owns(caller, *record) && wanted(*record)) {
      found.push_back(record.get());
    }
  }
  return found;
}

// The caller's records of `arns`, each once, by ARN; one that there is not refuses all.
template <class T>
Result<std::vector<const T*>> find_all(const model::World& world, const model::Caller& caller,
                                       const std::vector<std::string>& arns) {
  for (const std::string& arn : arns) {
    TRY(find<T>(world, caller, arn));
  }
  return all_of_caller<T>(world, caller, [&](const T& record) {
    return std::find(arns.begin(), arns.end(), record.id.value) != arns.end();
  });
}

// The same by name.
template <class T>
Result<std::vector<const T*>> find_all_named(const model::World& world, const model::Caller& caller,
                                             const std::vector<std::string>& names) {
  const auto named = [](const std::string& name) {
    return [&name](const T& record) { return record.name == name; };
  };
  for (const std::string& name : names) {
    if (all_of_caller<T>(world, caller, named(name)).empty()) {
      return not_found(arn_words<T>());
    }
  }
  return all_of_caller<T>(world, caller, [&](const T& record) {
    return std::find(names.begin(), names.end(), record.name) != names.end();
  });
}

}  // namespace postern::api::elbv2
