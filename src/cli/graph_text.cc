// SPDX-License-Identifier: Apache-2.0
#include "cli/graph_text.h"

#include <fmt/format.h>

#include "cli/member.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

std::string named(const json::object& resource) {
  return fmt::format("{} {} of account {}", text(resource, "kind"), text(resource, "id"),
                     text(resource, "account"));
}

std::string list(const json::object& of, const char* name, const char* words) {
  std::string out;
  for (const json::value& id : of.at(name).as_array()) {
    out += fmt::format("{}{}", out.empty() ? words : ", ", std::string(id.as_string()));
  }
  return out.empty() ? "" : out + "\n";
}

}  // namespace

std::string graph_text(const json::object& graph) {
  std::string out;
  for (const json::value& row : graph.at("resources").as_array()) {
    const json::object& resource = row.as_object();
    out += named(resource) + "\n";
    out += list(resource, "leads_to", "  leads to ");
    out += list(resource, "stands_on", "  stands on ");
  }
  out += "\nto take it down, in this order:\n";
  for (const json::value& row : graph.at("tear_down").as_array()) {
    const json::object& step = row.as_object();
    for (const json::value& command : step.at("commands").as_array()) {
      out += fmt::format("  as account {}: {}\n", text(step, "account"),
                         std::string(command.as_string()));
    }
  }
  const json::array& staying = graph.at("staying").as_array();
  if (!staying.empty()) {
    out += "\nwhat stays, since something else uses it:\n";
  }
  for (const json::value& row : staying) {
    out += fmt::format("  {}\n", named(row.as_object()));
    for (const json::value& user : row.as_object().at("used_by").as_array()) {
      out += fmt::format("    by {}\n", named(user.as_object()));
    }
  }
  return out;
}

}  // namespace postern::cli
