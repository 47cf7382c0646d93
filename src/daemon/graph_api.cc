// SPDX-License-Identifier: Apache-2.0
#include "daemon/graph_api.h"

#include <boost/json.hpp>
#include <map>

#include "daemon/operator_answer.h"
#include "explain/graph.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using explain::Resource;

json::array texts(const std::vector<std::string>& from) {
  json::array made;
  for (const std::string& text : from) {
    made.emplace_back(text);
  }
  return made;
}

json::object name_of(const Resource& resource) {
  return {{"id", resource.id}, {"kind", resource.kind}, {"account", resource.account}};
}

json::object graph_object(const std::string& about, const explain::Graph& graph) {
  std::map<std::string, const Resource*> by_id;
  json::array resources;
  for (const Resource& resource : graph.resources) {
    by_id[resource.id] = &resource;
    json::object row = name_of(resource);
    row["stands_on"] = texts(resource.stands_on);
    row["leads_to"] = texts(resource.leads_to);
    resources.push_back(row);
  }
  for (const Resource& resource : graph.outside) {
    by_id[resource.id] = &resource;
  }
  json::array tear_down;
  for (const std::string& id : graph.tear_down) {
    const Resource& resource = *by_id.at(id);
    json::object row = name_of(resource);
    row["commands"] = texts(resource.commands);
    tear_down.push_back(row);
  }
  json::array staying;
  for (const explain::Staying& stays : graph.staying) {
    json::object row = name_of(*by_id.at(stays.id));
    json::array users;
    for (const std::string& user : stays.used_by) {
      users.push_back(name_of(*by_id.at(user)));
    }
    row["used_by"] = users;
    staying.push_back(row);
  }
  return {
      {"about", about}, {"resources", resources}, {"tear_down", tear_down}, {"staying", staying}};
}

}  // namespace

OperatorAnswer graph_answer(const model::World& world, const std::string& body) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::value* about = object != nullptr ? object->if_contains("about") : nullptr;
  if (about == nullptr || !about->is_string() || object->size() != 1) {
    return failure(400, "the body must be an object with about");
  }
  const std::string name(about->get_string());
  const auto graph = explain::graph(world, name);
  if (!graph) {
    return failure(409, graph.error().message());
  }
  return {.status = 200, .json = json::serialize(graph_object(name, *graph))};
}

}  // namespace postern::daemon
