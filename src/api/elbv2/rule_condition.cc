// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/rule_condition.h"

#include <algorithm>
#include <string_view>

#include "api/elbv2/constraint.h"
#include "base/net.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::size_t kValuesMax = 5;     // of all conditions of a rule [ALB guide, "Quotas"]
constexpr std::size_t kWildcardsMax = 6;  // the same
constexpr std::size_t kLengthMax = 128;   // of a value
constexpr std::size_t kMethodMax = 40;    // of a method, and of a header's name

constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool has_only(std::string_view text, std::string_view others) {
  return std::ranges::all_of(
      text, [&](char c) { return kAlphanumeric.contains(c) || others.contains(c); });
}

bool is_readable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

// The configuration that a condition has; a field that has Values of its own may use these.
struct Given {
  std::string field;
  std::vector<std::string> values;
  std::string header;
  std::vector<model::QueryPair> pairs;
};

Result<Given> given_of(const RuleCondition& condition) {
  Given given;
  int configs = 0;
  const auto take = [&](const char* field, const std::optional<ValuesConfig>& config) {
    if (config) {
      ++configs;
      given.field = field;
      given.values = config->Values;
    }
  };
  take("host-header", condition.HostHeaderConfig);
  take("path-pattern", condition.PathPatternConfig);
  take("http-request-method", condition.HttpRequestMethodConfig);
  take("source-ip", condition.SourceIpConfig);
  if (const auto& config = condition.HttpHeaderConfig_) {
    ++configs;
    given.field = "http-header";
    given.values = config->Values;
    given.header = config->HttpHeaderName.value_or("");
  }
  if (const auto& config = condition.QueryStringConfig_) {
    ++configs;
    given.field = "query-string";
    for (const QueryStringKeyValuePair& pair : config->Values) {
      given.pairs.push_back({.key = pair.Key.value_or(""), .value = pair.Value.value_or("")});
    }
  }
  const std::string field = condition.Field.value_or(given.field);
  const bool takes_values = field == "host-header" || field == "path-pattern";
  if (configs == 0 && takes_values) {
    given.field = field;
    given.values = condition.Values;
    return given;
  }
  if (configs != 1 || field != given.field || !condition.Values.empty()) {
    return refuse(faults::ValidationError,
                  "A condition must have the configuration of its field '{}', and no other", field);
  }
  return given;
}

Result<> check_path(const std::string& value) {
  if (!has_only(value, "_-.$/~\"'@:+&*?%()")) {
    return refuse(faults::ValidationError,
                  "The path pattern '{}' contains characters that are "
                  "not valid",
                  value);
  }
  return {};
}

Result<> check_host(const std::string& value) {
  if (!has_only(value, "-.*?")) {
    return refuse(faults::ValidationError, "The host name '{}' is not valid", value);
  }
  return {};
}

Result<> check_method(const std::string& value) {
  const bool is_word = std::ranges::all_of(
      value, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
  if (!is_word || value.size() > kMethodMax) {
    return refuse(faults::ValidationError, "The HTTP method '{}' is not valid", value);
  }
  return {};
}

// A CIDR. IPv6 has no way here yet.
Result<> check_source(const std::string& value) {
  const auto cidr = Cidr::parse(value);
  if (!cidr || !cidr->is_v4()) {
    return refuse(faults::ValidationError, "The source IP '{}' is not a valid IPv4 CIDR", value);
  }
  return {};
}

Result<> check_value(const std::string& field, const std::string& value) {
  if (value.empty() || value.size() > kLengthMax || !is_readable(value)) {
    return refuse(faults::ValidationError,
                  "Condition value '{}' must be 1 to {} printable characters", value, kLengthMax);
  }
  return field == "path-pattern"          ? check_path(value)
         : field == "host-header"         ? check_host(value)
         : field == "http-request-method" ? check_method(value)
         : field == "source-ip"           ? check_source(value)
                                          : Result<>();
}

Result<> check_given(const Given& given) {
  if (given.values.empty() && given.pairs.empty()) {
    return refuse(faults::ValidationError, "A condition of field '{}' must have a value",
                  given.field);
  }
  if (given.field == "http-header" && (given.header.empty() || given.header.size() > kMethodMax ||
                                       !has_only(given.header, "!#$%&'*+-.^_`|~"))) {
    return refuse(faults::ValidationError, "The HTTP header name '{}' is not valid", given.header);
  }
  for (const std::string& value : given.values) {
    TRY(check_value(given.field, value));
  }
  for (const model::QueryPair& pair : given.pairs) {
    TRY(check_value(given.field, pair.value));
    if (!pair.key.empty()) {
      TRY(check_value(given.field, pair.key));
    }
  }
  return {};
}

std::size_t wildcards(const Given& given) {
  const auto count = [](std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return c == '*' || c == '?'; }));
  };
  std::size_t all = 0;
  for (const std::string& value : given.values) {
    all += count(value);
  }
  for (const model::QueryPair& pair : given.pairs) {
    all += count(pair.key) + count(pair.value);
  }
  return all;
}

// [API reference, CreateRule: one each of the others]
bool may_repeat(std::string_view field) {
  return field == "http-header" || field == "query-string";
}

}  // namespace

Result<std::vector<model::RuleCondition>> conditions_of(const std::vector<RuleCondition>& given) {
  if (given.empty()) {
    return refuse(faults::ValidationError, "A rule must have at least one condition");
  }
  std::vector<model::RuleCondition> conditions;
  std::size_t values = 0;
  std::size_t wild = 0;
  for (const RuleCondition& each : given) {
    TRY_ASSIGN(const Given one, given_of(each));
    TRY(check_given(one));
    if (!may_repeat(one.field) &&
        std::ranges::find(conditions, one.field, &model::RuleCondition::field) !=
            conditions.end()) {
      return refuse(faults::ValidationError, "A rule can only have one '{}' condition", one.field);
    }
    values += one.values.size() + one.pairs.size();
    wild += wildcards(one);
    conditions.push_back({.field = one.field,
                          .http_header_name = one.header,
                          .values = one.values,
                          .pairs = one.pairs});
  }
  if (values > kValuesMax) {
    return refuse(faults::ValidationError, "A rule can only have '{}' condition values",
                  kValuesMax);
  }
  if (wild > kWildcardsMax) {
    return refuse(faults::ValidationError, "A rule can only have '{}' wildcards", kWildcardsMax);
  }
  return conditions;
}

RuleCondition condition_item(const model::RuleCondition& condition) {
  RuleCondition item;
  item.Field = condition.field;
  const ValuesConfig values{condition.values};
  if (condition.field == "host-header") {
    item.Values = condition.values;
    item.HostHeaderConfig = values;
  } else if (condition.field == "path-pattern") {
    item.Values = condition.values;
    item.PathPatternConfig = values;
  } else if (condition.field == "http-request-method") {
    item.HttpRequestMethodConfig = values;
  } else if (condition.field == "source-ip") {
    item.SourceIpConfig = values;
  } else if (condition.field == "http-header") {
    item.HttpHeaderConfig_ = HttpHeaderConfig{condition.http_header_name, condition.values};
  } else {
    QueryStringConfig config;
    for (const model::QueryPair& pair : condition.pairs) {
      config.Values.push_back(
          {.Key = pair.key.empty() ? std::nullopt : std::optional(pair.key), .Value = pair.value});
    }
    item.QueryStringConfig_ = std::move(config);
  }
  return item;
}

}  // namespace postern::api::elbv2
