// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_text.h"

#include <fmt/format.h>

#include "cli/member.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

const char* mark_of(const std::string& judgement) {
  return judgement == "passes" ? "ok  " : judgement == "stops" ? "STOP" : "?   ";
}

std::string hop_text(const json::object& hop, const std::string& indent) {
  std::string out = fmt::format("{}{}  {}: {}", indent, mark_of(text(hop, "judgement")),
                                text(hop, "step"), text(hop, "because"));
  if (text(hop, "because").empty()) {
    out += fmt::format("a matter of account {}", text(hop, "account"));
  }
  const std::string resource = text(hop, "resource");
  if (!resource.empty() && out.find(resource) == std::string::npos) {
    out += fmt::format(" [{}]", resource);
  }
  if (hop.contains("verdict")) {
    out += fmt::format(" ({})", text(hop, "verdict"));
  }
  out += "\n";
  for (const json::value& row : hop.at("fixes").as_array()) {
    const json::object& fix = row.as_object();
    const std::string account = text(fix, "account");
    out += fmt::format("{}      to mend it, as {}:\n{}        {}\n", indent,
                       account.empty() ? "the operator" : "account " + account, indent,
                       text(fix, "command"));
  }
  if (hop.contains("advice")) {
    out += fmt::format("{}      to do: {}\n", indent, text(hop, "advice"));
  }
  return out;
}

std::string hops_text(const json::object& of, const char* name, const std::string& indent) {
  std::string out;
  for (const json::value& hop : of.at(name).as_array()) {
    out += hop_text(hop.as_object(), indent);
  }
  return out;
}

std::string path_text(const json::object& path) {
  const std::string zone = text(path, "zone");
  std::string out = fmt::format("\n{}{}\n", text(path, "destination"),
                                zone.empty() ? "" : fmt::format(" in {}", zone));
  out += hops_text(path, "hops", "  ");
  for (const json::value& row : path.at("targets").as_array()) {
    const json::object& target = row.as_object();
    out += fmt::format("  target {}:{}\n", text(target, "target"), text(target, "port"));
    out += hops_text(target, "hops", "    ");
  }
  if (const json::value* found = path.if_contains("packet")) {
    const json::object& packet = found->as_object();
    out += fmt::format("  the packet program says {}: {}\n", text(packet, "verdict"),
                       text(packet, "meaning"));
    if (!packet.at("agrees").as_bool()) {
      out += "  WHICH IS NOT WHAT THE RULES SAY: trust neither, and report this, please\n";
    }
  }
  if (path.contains("probe")) {
    out += fmt::format("  a real connection: {}\n", text(path, "probe"));
  }
  return out;
}

}  // namespace

std::string explain_text(const json::object& explanation) {
  const std::string protocol = text(explanation, "protocol");
  const std::string service =
      protocol == "icmp" ? "icmp echo" : fmt::format("{} {}", protocol, text(explanation, "port"));
  std::string out = fmt::format("{} ({}, account {}) to {}, {}\n", text(explanation, "from"),
                                text(explanation, "address"), text(explanation, "account"),
                                text(explanation, "to"), service);
  out += hops_text(explanation, "lookup", "  ");
  for (const json::value& path : explanation.at("paths").as_array()) {
    out += path_text(path.as_object());
  }
  const std::string answer = text(explanation, "answer");
  out += fmt::format("\n{}\n", answer == "reachable"     ? "reachable"
                               : answer == "unreachable" ? "NOT reachable"
                                                         : "unknown: see the lines with ?");
  return out;
}

int explain_status(const json::object& explanation) {
  const std::string answer = text(explanation, "answer");
  return answer == "reachable" ? 0 : answer == "unreachable" ? 1 : 2;
}

}  // namespace postern::cli
