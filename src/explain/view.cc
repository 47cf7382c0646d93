// SPDX-License-Identifier: Apache-2.0
#include "explain/view.h"

#include <boost/json/array.hpp>

#include "model/principal.h"

namespace postern::explain {
namespace {

namespace json = boost::json;
using model::Id;

template <class T>
bool is_own(const model::World& world, const Id<model::Account>& account, const std::string& id) {
  const auto* record = world.find(Id<T>(id));
  return record != nullptr && record->owner == account;
}

// The host part of "10.0.1.100:80" or "name.example:80".
std::string host_of(const std::string& to) {
  return to.substr(0, to.rfind(':'));
}

bool is_host(const std::string& text) {
  return text.find('.') != std::string::npos && text.find('/') == std::string::npos;
}

bool is_own_destination(const model::World& world, const Id<model::Account>& account,
                        const std::string& id) {
  return is_own<model::Instance>(world, account, id) ||
         is_own<model::NetworkInterface>(world, account, id) ||
         is_own<model::VpcEndpoint>(world, account, id) ||
         is_own<model::LoadBalancer>(world, account, id);
}

// A service that does not allow the account does not exist for it.
bool is_hidden_service(const model::World& world, const Id<model::Account>& account,
                       const std::string& name) {
  for (const auto& [id, service] : world.all<model::EndpointService>()) {
    if (id.value == name || service->name == name) {
      return !model::may_use(*service, model::root_of(account));
    }
  }
  return false;
}

bool is_service(const model::World& world, const std::string& name) {
  return world.find(Id<model::EndpointService>(name)) != nullptr;
}

bool is_of(const json::object& row, const Id<model::Account>& account) {
  const json::value* owner = row.if_contains("account");
  return owner != nullptr && owner->is_string() && owner->get_string() == account.value;
}

// Whether all hops are the account's own.
bool reduce(json::array& hops, const Id<model::Account>& account) {
  bool all_own = true;
  for (json::value& value : hops) {
    json::object& hop = value.as_object();
    if (!is_of(hop, account)) {
      all_own = false;
      hop = {{"step", hop.at("step")},
             {"account", hop.at("account")},
             {"judgement", hop.at("judgement")},
             {"resource", ""},
             {"because", ""},
             {"fixes", json::array()}};
    }
  }
  return all_own;
}

// Leaves the account's own.
void reduce_passages(json::object& of, const Id<model::Account>& account) {
  json::array own;
  for (const json::value& passage : of.at("passages").as_array()) {
    if (is_of(passage.as_object(), account)) {
      own.push_back(passage);
    }
  }
  of["passages"] = std::move(own);
}

}  // namespace

Result<> check_question(const model::World& world, const Id<model::Account>& account,
                        const std::string& from, const std::string& to) {
  if (!is_own<model::Instance>(world, account, from) &&
      !is_own<model::NetworkInterface>(world, account, from)) {
    return refuse(faults::InvalidParameterValue, "there is no instance or network interface {}",
                  from);
  }
  const std::string host = host_of(to);
  if (is_hidden_service(world, account, host)) {
    return refuse(faults::InvalidServiceName, "The Vpc Endpoint Service '{}' does not exist", host);
  }
  if (!is_host(host) && !is_service(world, host) && !is_own_destination(world, account, host) &&
      !is_own_destination(world, account, to)) {
    return refuse(faults::InvalidParameterValue, "there is no {}", to);
  }
  return {};
}

json::object explain_view(json::object answer, const Id<model::Account>& account) {
  reduce(answer.at("lookup").as_array(), account);
  for (json::value& value : answer.at("paths").as_array()) {
    json::object& path = value.as_object();
    bool all_own = reduce(path.at("hops").as_array(), account);
    reduce_passages(path, account);
    for (json::value& branch : path.at("targets").as_array()) {
      if (!reduce(branch.as_object().at("hops").as_array(), account)) {
        branch.as_object()["target"] = "";
        all_own = false;
      }
      reduce_passages(branch.as_object(), account);
    }
    if (!all_own) {
      path.erase("packet");  // its verdict may be somebody else's rule
    }
  }
  return answer;
}

json::object events_view(json::object answer, const Id<model::Account>& account) {
  json::array own;
  for (json::value& event : answer.at("events").as_array()) {
    if (is_of(event.as_object(), account)) {
      // What the operator has broken may be another account's.
      event.as_object().erase("fault");
      event.as_object().erase("fault_about");
      own.push_back(event);
    }
  }
  answer["events"] = std::move(own);
  return answer;
}

}  // namespace postern::explain
