// SPDX-License-Identifier: Apache-2.0
#include "cli/expectation.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "base/faults.h"
#include "cli/member.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(const YAML::Mark& mark, const std::string& what) {
  return refuse(faults::InvalidParameterValue, "line {}: {}", mark.line + 1, what);
}

Result<Expectation> read_one(const YAML::Node& node) {
  static const std::set<std::string> kKnown = {"name",      "from",    "to",     "protocol",
                                               "reachable", "through", "because"};
  if (!node.IsMap()) {
    return wrong(node.Mark(), "an expectation is a map with from and to");
  }
  Expectation made{.line = node.Mark().line + 1};
  for (const auto& member : node) {
    const auto key = member.first.as<std::string>();
    if (!kKnown.contains(key)) {
      return wrong(member.first.Mark(), "there is no " + key + " in an expectation");
    }
    if (!member.second.IsScalar()) {
      return wrong(member.second.Mark(), key + " is a single value");
    }
  }
  const auto text = [&](const char* key, std::string& to) {
    if (const YAML::Node found = node[key]) {
      to = found.as<std::string>();
    }
  };
  text("from", made.from);
  text("to", made.to);
  if (made.from.empty() || made.to.empty()) {
    return wrong(node.Mark(), "an expectation needs from and to");
  }
  made.name = made.from + " to " + made.to;
  text("name", made.name);
  text("protocol", made.protocol);
  text("through", made.through);
  text("because", made.because);
  if (const YAML::Node found = node["reachable"]) {
    if (!YAML::convert<bool>::decode(found, made.reachable)) {
      return wrong(found.Mark(), "reachable is true or false");
    }
  }
  if (made.reachable && !made.because.empty()) {
    return wrong(node.Mark(), "because is for what is not reachable");
  }
  return made;
}

// The verdict of the first hop that stops; of the step itself when no packet gets that far.
std::string reason(const json::object& explanation) {
  const auto first_stop = [](const json::array& hops) -> std::string {
    for (const json::value& row : hops) {
      const json::object& hop = row.as_object();
      if (text(hop, "judgement") == "stops") {
        return hop.contains("verdict") ? text(hop, "verdict") : text(hop, "step");
      }
    }
    return "";
  };
  if (std::string found = first_stop(explanation.at("lookup").as_array()); !found.empty()) {
    return found;
  }
  for (const json::value& path : explanation.at("paths").as_array()) {
    if (std::string found = first_stop(path.at("hops").as_array()); !found.empty()) {
      return found;
    }
    for (const json::value& target : path.at("targets").as_array()) {
      if (std::string found = first_stop(target.at("hops").as_array()); !found.empty()) {
        return found;
      }
    }
  }
  return "";
}

bool is_on(const json::object& path, const std::string& resource) {
  const auto among = [&](const json::array& hops) {
    return std::ranges::any_of(hops, [&](const json::value& hop) {
      return text(hop.as_object(), "resource") == resource;
    });
  };
  return among(path.at("hops").as_array()) ||
         std::ranges::any_of(path.at("targets").as_array(), [&](const json::value& target) {
           return among(target.at("hops").as_array());
         });
}

const char* text_of(Probe probe) {
  switch (probe) {
    case Probe::Connected:
      return "connected";
    case Probe::Refused:
      return "was refused";
    case Probe::TimedOut:
      return "timed out";
    case Probe::NotTried:
      break;
  }
  return "was not tried";
}

std::string not_reached(const json::object& explanation, const std::vector<Probe>& probes) {
  const json::array& paths = explanation.at("paths").as_array();
  for (std::size_t at = 0; at < probes.size(); ++at) {
    if (probes[at] == Probe::Refused || probes[at] == Probe::TimedOut) {
      return fmt::format("a connection to {} {}", text(paths[at].as_object(), "destination"),
                         text_of(probes[at]));
    }
  }
  const std::string answer = text(explanation, "answer");
  if (answer == "unreachable") {
    return fmt::format("it is not reachable: {}", reason(explanation));
  }
  const bool all_connected = !probes.empty() && std::ranges::all_of(probes, [](Probe probe) {
    return probe == Probe::Connected;
  });
  return answer == "reachable" || all_connected ? "" : "nobody knows whether it is reachable";
}

std::string reached(const json::object& explanation, const std::vector<Probe>& probes) {
  const json::array& paths = explanation.at("paths").as_array();
  for (std::size_t at = 0; at < probes.size(); ++at) {
    if (probes[at] == Probe::Connected) {
      return fmt::format("a connection to {} {}", text(paths[at].as_object(), "destination"),
                         text_of(probes[at]));
    }
  }
  return text(explanation, "answer") == "reachable" ? "it is reachable" : "";
}

}  // namespace

Result<std::vector<Expectation>> read_expectations(const std::string& yaml) {
  std::vector<Expectation> made;
  try {
    const YAML::Node root = YAML::Load(yaml);
    if (!root.IsMap() || root.size() != 1 || !root["expect"] || !root["expect"].IsSequence()) {
      return wrong(root.Mark(), "the file is a map with one member, expect, which is a list");
    }
    for (const YAML::Node& node : root["expect"]) {
      TRY_ASSIGN(Expectation one, read_one(node));
      made.push_back(std::move(one));
    }
  } catch (const YAML::Exception& exception) {
    return wrong(exception.mark, exception.msg);
  }
  if (made.empty()) {
    return refuse(faults::InvalidParameterValue, "nothing is expected: expect is empty");
  }
  return made;
}

std::string disappointment(const Expectation& expected, const json::object& explanation,
                           const std::vector<Probe>& probes) {
  std::string said =
      expected.reachable ? not_reached(explanation, probes) : reached(explanation, probes);
  if (!said.empty()) {
    return said;
  }
  if (!expected.because.empty() && reason(explanation) != expected.because) {
    const std::string found = reason(explanation);
    return fmt::format("the reason is {} and not {}", found.empty() ? "unknown" : found,
                       expected.because);
  }
  if (!expected.through.empty()) {
    for (const json::value& path : explanation.at("paths").as_array()) {
      if (!is_on(path.as_object(), expected.through)) {
        return fmt::format("{} is not on the path to {}", expected.through,
                           text(path.as_object(), "destination"));
      }
    }
  }
  return "";
}

}  // namespace postern::cli
