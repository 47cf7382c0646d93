// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.h"

#include <fmt/format.h>

#include "cli/member.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

std::string packet_text(const json::object& event) {
  const std::string protocol = text(event, "protocol");
  if (!event.contains("source")) {
    return "a frame";
  }
  if (protocol == "tcp" || protocol == "udp") {
    return fmt::format("{} {}:{} > {}:{}", protocol, text(event, "source"),
                       text(event, "source_port"), text(event, "destination"),
                       text(event, "destination_port"));
  }
  return fmt::format("{} {} > {}", protocol, text(event, "source"), text(event, "destination"));
}

std::string sender_text(const json::object& event) {
  const std::string interface = text(event, "interface");
  if (interface.empty()) {
    return "the VPC's services";
  }
  const std::string instance = text(event, "instance");
  const std::string account = text(event, "account");
  return instance.empty() ? fmt::format("{} (account {})", interface, account)
                          : fmt::format("{} ({}, account {})", instance, interface, account);
}

}  // namespace

bool fits(const json::object& event, const WatchFilter& filter) {
  const std::string action = text(event, "action");
  if (!filter.all && (action == "Pass" || action == "Answer")) {
    return false;
  }
  return (filter.from.empty() || text(event, "instance") == filter.from ||
          text(event, "interface") == filter.from) &&
         (filter.to.empty() || text(event, "to") == filter.to ||
          text(event, "to_interface") == filter.to) &&
         (filter.account.empty() || text(event, "account") == filter.account ||
          text(event, "to_account") == filter.account);
}

std::string event_line(const json::object& event) {
  const std::string fault = event.contains("fault")
                                ? fmt::format("; broken on purpose by {} ({})",
                                              text(event, "fault"), text(event, "fault_about"))
                                : "";
  const std::string to = event.contains("to") ? " to " + text(event, "to") : "";
  return fmt::format("{} {} {} {}, from {}{}: {}{}", text(event, "time"), text(event, "action"),
                     text(event, "verdict"), packet_text(event), sender_text(event), to,
                     text(event, "meaning"), fault);
}

}  // namespace postern::cli
