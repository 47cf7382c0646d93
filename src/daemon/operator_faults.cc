// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_faults.h"

#include "base/time.h"
#include "daemon/operator_answer.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using api::server::OperatorRequest;

constexpr std::string_view kFaults = "/faults";
constexpr std::string_view kExpiredFlows = "/expired-flows";

std::unexpected<Error> malformed() {
  return refuse(faults::InvalidParameterValue,
                "the body must be an object with what and name; if wanted, account, zone, "
                "loss_percent, delay_ms and seconds");
}

Result<json::object> object_of(const std::string& body) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) {
    return malformed();
  }
  return value.get_object();
}

// A whole number that fits.
Result<int> number(const json::value& value) {
  boost::system::error_code failed;
  const int found = value.is_int64() ? value.to_number<int>(failed) : 0;
  return failed || !value.is_int64() ? malformed() : Result<int>(found);
}

}  // namespace

Result<FaultWish> fault_wish(const std::string& body) {
  TRY_ASSIGN(const json::object object, object_of(body));
  FaultWish wish;
  for (const auto& member : object) {
    const std::string_view name = member.key();
    std::string* const text = name == "what"      ? &wish.what
                              : name == "name"    ? &wish.name
                              : name == "account" ? &wish.account
                              : name == "zone"    ? &wish.zone
                                                  : nullptr;
    if (text != nullptr) {
      if (!member.value().is_string()) {
        return malformed();
      }
      *text = std::string(member.value().get_string());
      continue;
    }
    TRY_ASSIGN(const int value, number(member.value()));
    if (name == "loss_percent") {
      wish.loss_percent = value;
    } else if (name == "delay_ms") {
      wish.delay = std::chrono::milliseconds(value);
    } else if (name == "seconds") {
      wish.lasts = std::chrono::seconds(value);
    } else {
      return malformed();
    }
  }
  return wish.what.empty() || wish.name.empty() ? malformed() : Result<FaultWish>(wish);
}

json::object fault_object(const model::Fault& fault, TimePoint now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(fault.ends_at - now);
  return {{"fault_id", fault.id.value},
          {"kind", fault.kind == model::FaultKind::Zone ? "zone" : "interface"},
          {"subject", fault.subject},
          {"about", fault.about},
          {"loss_percent", fault.loss_percent},
          {"delay_ms", fault.delay_ms},
          {"begun_at", format_iso8601(fault.begun_at)},
          {"ends_at", format_iso8601(fault.ends_at)},
          {"seconds_left", std::max<std::int64_t>(left.count(), 0)}};
}

json::object fault_list(const model::World& world, TimePoint now) {
  json::array rows;
  for (const auto& [id, fault] : world.all<model::Fault>()) {
    rows.push_back(fault_object(*fault, now));
  }
  return {{"faults", rows}};
}

Result<std::uint32_t> idle_seconds(const std::string& body) {
  if (body.empty()) {
    return std::uint32_t{1};
  }
  TRY_ASSIGN(const json::object object, object_of(body));
  int seconds = 1;
  for (const auto& member : object) {
    if (member.key() != "idle_seconds") {
      return refuse(faults::InvalidParameterValue, "the body must be an object with idle_seconds");
    }
    TRY_ASSIGN(seconds, number(member.value()));
  }
  if (seconds < 0 || seconds > 432000) {
    return refuse(faults::InvalidParameterValue, "idle_seconds is 0 to 432000");
  }
  return static_cast<std::uint32_t>(seconds);
}

namespace {

OperatorAnswer begin(const FaultParts& parts, const OperatorRequest& request) {
  const auto wish = fault_wish(request.body);
  if (!wish) {
    return failure(400, wish.error().message());
  }
  const auto made = parts.begin(*wish);
  return made ? answer(fault_object(*made, made->begun_at), 201) : failure(made.error());
}

// Of that id; all if it is empty.
OperatorAnswer clear(const FaultParts& parts, const model::World& world, const std::string& id) {
  json::array cleared;
  for (const auto& [fault, record] : world.all<model::Fault>()) {
    if (id.empty() || fault.value == id) {
      cleared.emplace_back(fault.value);
    }
  }
  if (!id.empty() && cleared.empty()) {
    return failure(404, fmt::format("there is no fault {}", id));
  }
  const auto done = parts.clear(id);
  return done ? answer(json::object{{"cleared", cleared}}) : failure(done.error());
}

OperatorAnswer expire(const FaultParts& parts, const OperatorRequest& request) {
  const auto idle = idle_seconds(request.body);
  if (!idle) {
    return failure(400, idle.error().message());
  }
  const auto expired = parts.expire_flows(*idle);
  return expired ? answer(json::object{{"expired", *expired}}) : failure(expired.error());
}

}  // namespace

bool is_about_faults(std::string_view target) {
  return target == kFaults || target.starts_with("/faults/") || target == kExpiredFlows;
}

OperatorAnswer faults_answer(const FaultParts& parts, const model::World& world, TimePoint now,
                             const OperatorRequest& request) {
  const std::string& target = request.target;
  const bool is_one = target.size() > kFaults.size() + 1 && target != kExpiredFlows;
  if (request.method == "POST" && target == kFaults) {
    return begin(parts, request);
  }
  if (request.method == "GET" && target == kFaults) {
    return answer(fault_list(world, now));
  }
  if (request.method == "DELETE" && (target == kFaults || is_one)) {
    return clear(parts, world, is_one ? target.substr(kFaults.size() + 1) : "");
  }
  if (request.method == "POST" && target == kExpiredFlows) {
    return expire(parts, request);
  }
  return failure(405, fmt::format("{} is not for {}", request.method, target));
}

}  // namespace postern::daemon
