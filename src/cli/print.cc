// SPDX-License-Identifier: Apache-2.0
#include "cli/print.h"

#include <fmt/format.h>

#include "cli/member.h"

namespace postern::cli {
namespace json = boost::json;

std::string account_env(const json::object& account) {
  return fmt::format(
      "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nexport AWS_DEFAULT_REGION={}\n"
      "export AWS_REGION={}\nexport AWS_ENDPOINT_URL={}\nexport AWS_PAGER=\nunset "
      "AWS_SESSION_TOKEN "
      "AWS_PROFILE\n",
      text(account, "access_key_id"), text(account, "secret_access_key"), text(account, "region"),
      text(account, "region"), text(account, "endpoint"));
}

std::string account_profile(const json::object& account) {
  return fmt::format(
      "[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\nregion = {}\nendpoint_url = {}\n",
      text(account, "name"), text(account, "access_key_id"), text(account, "secret_access_key"),
      text(account, "region"), text(account, "endpoint"));
}

std::string account_table(const json::object& accounts) {
  std::string out = fmt::format("{:<14}{:<24}{}\n", "ACCOUNT", "NAME", "ACCESS KEY");
  for (const json::value& row : accounts.at("accounts").as_array()) {
    const json::object& account = row.as_object();
    out += fmt::format("{:<14}{:<24}{}\n", text(account, "account_id"), text(account, "name"),
                       text(account, "access_key_id"));
  }
  return out;
}

std::string status_text(const json::object& status) {
  std::string out =
      fmt::format("posternd {} at {}, region {}, up {} s\nrevision {}, programmed {}\n",
                  text(status, "version"), text(status, "endpoint"), text(status, "region"),
                  text(status, "uptime_seconds"), text(status, "revision"),
                  text(status, "programmed_revision"));
  for (const json::value& row : status.at("accounts").as_array()) {
    const json::object& account = row.as_object();
    out += fmt::format("\naccount {} {}:", text(account, "account_id"), text(account, "name"));
    for (const auto& resource : account.at("resources").as_object()) {
      out += fmt::format("  {} {}", json::serialize(resource.value()), std::string(resource.key()));
    }
  }
  out += "\n";
  if (const json::array& faults = status.at("faults").as_array(); !faults.empty()) {
    out += "\nbroken on purpose:\n";
    for (const json::value& row : faults) {
      out += "  " + fault_text(row.as_object());
    }
  }
  out += fmt::format("\npackets passed: {}\n", text(status, "packets_passed"));
  out += "packets dropped, by reason:\n";
  for (const json::value& row : status.at("drops").as_array()) {
    const json::object& drop = row.as_object();
    out += fmt::format("  {:>10}  {:<26}{}\n", text(drop, "packets"), text(drop, "verdict"),
                       text(drop, "meaning"));
  }
  if (const json::array& unknown = status.at("unknown_actions").as_array(); !unknown.empty()) {
    out += "actions asked for that are not served:\n";
    for (const json::value& row : unknown) {
      out += fmt::format("  {:>10}  {}\n", text(row.as_object(), "count"),
                         text(row.as_object(), "action"));
    }
  }
  return out;
}

std::string attachment_text(const json::object& attachment, bool dns) {
  std::string out = fmt::format(
      "interface  {}\naddress    {}/{}\nmac        {}\ngateway    {}\nat         {} {}\n",
      text(attachment, "network_interface_id"), text(attachment, "private_ip"),
      text(attachment, "prefix"), text(attachment, "mac"), text(attachment, "gateway"),
      text(attachment, "place"), text(attachment, "name"));
  if (dns) {
    for (const json::value& resolver : attachment.at("resolvers").as_array()) {
      out += fmt::format("nameserver {}\n", std::string(resolver.as_string()));
    }
  }
  return out;
}

std::string attachment_table(const json::object& attachments) {
  std::string out = fmt::format("{:<23}{:<14}{:<17}{:<10}{:<11}{}\n", "INTERFACE", "ACCOUNT",
                                "ADDRESS", "STATE", "KIND", "AT");
  for (const json::value& row : attachments.at("attachments").as_array()) {
    const json::object& attachment = row.as_object();
    out += fmt::format(
        "{:<23}{:<14}{:<17}{:<10}{:<11}{} {}\n", text(attachment, "network_interface_id"),
        text(attachment, "account_id"), text(attachment, "private_ip"), text(attachment, "state"),
        text(attachment, "kind"), text(attachment, "place"), text(attachment, "name"));
  }
  return out;
}

std::string messages_text(const json::object& topics, const std::string& topic) {
  std::string out;
  for (const json::value& row : topics.at("topics").as_array()) {
    const json::object& found = row.as_object();
    const std::string arn = text(found, "topic_arn");
    if (!topic.empty() && arn != topic && !arn.ends_with(":" + topic)) {
      continue;
    }
    out += arn + "\n";
    for (const json::value& message : found.at("messages").as_array()) {
      const std::string subject = text(message.as_object(), "subject");
      out += fmt::format("  {}  {}{}{}\n", text(message.as_object(), "published_at"), subject,
                         subject.empty() ? "" : "  ", text(message.as_object(), "message"));
    }
    for (const json::value& subscription : found.at("subscriptions").as_array()) {
      out += fmt::format("  to {}: {}, {} waiting\n", text(subscription.as_object(), "endpoint"),
                         subscription.at("confirmed").as_bool() ? "confirmed" : "not confirmed yet",
                         text(subscription.as_object(), "waiting"));
    }
  }
  for (const json::value& row : topics.at("notifications").as_array()) {
    const std::string problem = text(row.as_object(), "problem");
    if (topic.empty() && !problem.empty()) {
      out += fmt::format("{} was not told of {}\n",
                         text(row.as_object(), "connection_notification_id"), problem);
    }
  }
  return out;
}

namespace {

std::string what_is_broken(const json::object& fault) {
  std::string lost;
  if (text(fault, "loss_percent") != "0") {
    lost = text(fault, "loss_percent") + " % lost";
  }
  if (text(fault, "delay_ms") == "0") {
    return lost.empty() ? "nothing goes in or out" : lost;
  }
  return fmt::format("{}{}{} ms late", lost, lost.empty() ? "" : ", ", text(fault, "delay_ms"));
}

}  // namespace

std::string fault_text(const json::object& fault) {
  const std::string about = text(fault, "about");
  const std::string subject = text(fault, "subject");
  return fmt::format("{}  {}{}: {}, for {} s\n", text(fault, "fault_id"), about,
                     about.ends_with(" " + subject) ? "" : " (" + subject + ")",
                     what_is_broken(fault), text(fault, "seconds_left"));
}

std::string fault_table(const json::object& faults) {
  std::string out;
  for (const json::value& row : faults.at("faults").as_array()) {
    out += fault_text(row.as_object());
  }
  return out.empty() ? "nothing is broken on purpose\n" : out;
}

std::string json_text(const json::object& object) {
  return json::serialize(object) + "\n";
}

}  // namespace postern::cli
