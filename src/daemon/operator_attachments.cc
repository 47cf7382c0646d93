// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_attachments.h"

#include "base/check.h"
#include "base/time.h"
#include "model/holder_state.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using model::HolderKind;

std::unexpected<Error> malformed() {
  return refuse(faults::InvalidParameterValue,
                "the body must be an object with account, subnet and one of pid, netns and tap; if "
                "wanted, security_groups, private_ip, name and default_route");
}

Result<std::string> text(const json::value& value) {
  if (!value.is_string()) {
    return malformed();
  }
  return std::string(value.get_string());
}

Result<> set_place(HolderKind kind, const json::value& value, AttachWish& wish) {
  if (!wish.place.empty()) {
    return malformed();
  }
  wish.kind = kind;
  if (kind == HolderKind::Process && value.is_number()) {
    wish.place = json::serialize(value);
    return {};
  }
  TRY_ASSIGN(wish.place, text(value));
  return wish.place.empty() ? malformed() : Result<>();
}

Result<> set_groups(const json::value& value, AttachWish& wish) {
  if (!value.is_array()) {
    return malformed();
  }
  for (const json::value& group : value.get_array()) {
    TRY_ASSIGN(wish.security_groups.emplace_back(), text(group));
  }
  return {};
}

Result<> set_member(std::string_view name, const json::value& value, AttachWish& wish) {
  if (name == "pid") {
    return set_place(HolderKind::Process, value, wish);
  }
  if (name == "netns") {
    return set_place(HolderKind::Namespace, value, wish);
  }
  if (name == "tap") {
    return set_place(HolderKind::Tap, value, wish);
  }
  if (name == "security_groups") {
    return set_groups(value, wish);
  }
  if (name == "default_route" && value.is_bool()) {
    wish.default_route = value.get_bool();
    return {};
  }
  TRY_ASSIGN(std::string words, text(value));
  if (name == "account") {
    wish.account = std::move(words);
  } else if (name == "subnet") {
    wish.subnet = std::move(words);
  } else if (name == "private_ip") {
    wish.private_ip = std::move(words);
  } else if (name == "name") {
    wish.device = std::move(words);
  } else {
    return malformed();
  }
  return {};
}

std::string_view word(HolderKind kind) {
  switch (kind) {
    case HolderKind::Process:
      return "process";
    case HolderKind::Namespace:
      return "namespace";
    case HolderKind::Tap:
      return "tap";
  }
  POSTERN_CHECK(false, "every kind of holder has its word");
}

}  // namespace

Result<AttachWish> attach_wish(const std::string& body) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) {
    return malformed();
  }
  AttachWish wish;
  for (const auto& member : value.get_object()) {
    TRY(set_member(member.key(), member.value(), wish));
  }
  if (wish.account.empty() || wish.subnet.empty() || wish.place.empty()) {
    return malformed();
  }
  return wish;
}

json::object attachment_object(const model::World& world,
                               const model::NetworkInterface& interface) {
  const model::Holder* holder = model::holder_of(interface);
  POSTERN_CHECK(holder != nullptr, "an attachment is an interface that has a holder");
  json::object object = {
      {"network_interface_id", interface.id.value},
      {"account_id", interface.owner.value},
      {"vpc_id", interface.vpc.value},
      {"subnet_id", interface.subnet.value},
      {"private_ip", interface.address.text()},
      {"mac", interface.mac.text()},
      {"kind", word(holder->kind)},
      {"place", holder->place},
      {"name", holder->device},
      {"default_route", holder->default_route},
      {"state", holder->state == model::HolderState::Attached ? "attached" : "waiting"},
      {"attached_at", format_iso8601(interface.attachment->attached_at)}};
  json::array& groups = (object["security_groups"] = json::array()).get_array();
  for (const auto& group : interface.groups) {
    groups.emplace_back(group.value);
  }
  if (const model::Subnet* subnet = world.find(interface.subnet)) {
    object["prefix"] = subnet->cidr.prefix();
    object["gateway"] = subnet->cidr.at(1).text();
  }
  json::array& resolvers = (object["resolvers"] = json::array()).get_array();
  if (const model::Vpc* vpc = world.find(interface.vpc);
      vpc != nullptr && vpc->enable_dns_support) {
    resolvers.emplace_back(model::resolver_address(*vpc).text());
  }
  return object;
}

json::object attachment_list(const model::World& world) {
  json::array list;
  for (const model::NetworkInterface* interface : model::held_interfaces(world)) {
    list.push_back(attachment_object(world, *interface));
  }
  return {{"attachments", std::move(list)}};
}

}  // namespace postern::daemon
