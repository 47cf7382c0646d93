// SPDX-License-Identifier: Apache-2.0
// The conditions of rules, in requests and answers. [API reference, RuleCondition]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/listener_rule.h"

namespace postern::api::elbv2 {

struct ValuesConfig {
  std::vector<std::string> Values;
};
BOOST_DESCRIBE_STRUCT(ValuesConfig, (), (Values))

struct HttpHeaderConfig {
  std::optional<std::string> HttpHeaderName;
  std::vector<std::string> Values;
};
BOOST_DESCRIBE_STRUCT(HttpHeaderConfig, (), (HttpHeaderName, Values))

struct QueryStringKeyValuePair {
  std::optional<std::string> Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(QueryStringKeyValuePair, (), (Key, Value))

struct QueryStringConfig {
  std::vector<QueryStringKeyValuePair> Values;
};
BOOST_DESCRIBE_STRUCT(QueryStringConfig, (), (Values))

struct RuleCondition {
  std::optional<std::string> Field;
  std::vector<std::string> Values;
  std::optional<ValuesConfig> HostHeaderConfig;
  std::optional<ValuesConfig> PathPatternConfig;
  std::optional<HttpHeaderConfig> HttpHeaderConfig_;
  std::optional<QueryStringConfig> QueryStringConfig_;
  std::optional<ValuesConfig> HttpRequestMethodConfig;
  std::optional<ValuesConfig> SourceIpConfig;
};
BOOST_DESCRIBE_STRUCT(RuleCondition, (),
                      (Field, Values, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig_,
                       QueryStringConfig_, HttpRequestMethodConfig, SourceIpConfig))

// What the conditions of a request come to: at least one, values that AWS takes, and not too many.
Result<std::vector<model::RuleCondition>> conditions_of(const std::vector<RuleCondition>& given);

RuleCondition condition_item(const model::RuleCondition& condition);

}  // namespace postern::api::elbv2
