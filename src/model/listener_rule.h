// SPDX-License-Identifier: Apache-2.0
// What a listener does with what comes to it: an action; an Application Load Balancer's has rules
// too, each of conditions and an action. [NLB guide, "Listener"; ALB guide, "Listener rules"]
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "model/id.h"
#include "model/tags.h"

namespace postern::model {

struct TargetGroup;

struct WeightedGroup {
  Id<TargetGroup> group;
  int weight = 1;

  bool operator==(const WeightedGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(WeightedGroup, (), (group, weight))

// Parts of a URL, in which #{protocol}, #{host}, #{port}, #{path} and #{query} stand for the
// request's own.
struct Redirect {
  std::string protocol;
  std::string host;
  std::string port;
  std::string path;
  std::string query;
  std::string status_code;  // HTTP_301, HTTP_302

  bool operator==(const Redirect&) const = default;
};
BOOST_DESCRIBE_STRUCT(Redirect, (), (protocol, host, port, path, query, status_code))

struct FixedResponse {
  std::string status_code;
  std::string content_type;
  std::string message_body;

  bool operator==(const FixedResponse&) const = default;
};
BOOST_DESCRIBE_STRUCT(FixedResponse, (), (status_code, content_type, message_body))

struct RuleAction {
  std::string type;                   // forward, redirect, fixed-response; empty: there is none
  int order = 0;                      // 0: not given
  std::vector<WeightedGroup> groups;  // forward
  bool says_weights = false;          // they were given: it is read back as it was written
  int sticky_seconds = 0;             // for which a client keeps to one of them; 0: it does not
  Redirect redirect;
  FixedResponse fixed_response;

  bool operator==(const RuleAction&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleAction, (),
                      (type, order, groups, says_weights, sticky_seconds, redirect, fixed_response))

inline RuleAction forward_to(const Id<TargetGroup>& group) {
  return {.type = "forward", .groups = {{.group = group}}};
}

struct QueryPair {
  std::string key;  // empty: any
  std::string value;

  bool operator==(const QueryPair&) const = default;
};
BOOST_DESCRIBE_STRUCT(QueryPair, (), (key, value))

// Met by a request that any of its values fits.
struct RuleCondition {
  std::string field;  // path-pattern, host-header, …
  std::string http_header_name;
  std::vector<std::string> values;
  std::vector<QueryPair> pairs;  // query-string

  bool operator==(const RuleCondition&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleCondition, (), (field, http_header_name, values, pairs))

struct ListenerRule {
  std::string id;  // its ARN
  int priority = 0;
  std::vector<RuleCondition> conditions;  // all are to be met
  RuleAction action;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(ListenerRule, (), (id, priority, conditions, action, tags))

}  // namespace postern::model
