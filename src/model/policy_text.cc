// SPDX-License-Identifier: Apache-2.0
// Reading a policy document. The words are AWS's.
#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "model/policy.h"

namespace postern::model {
namespace {

namespace json = boost::json;

enum class PolicyKind { Trust, Permission, Resource };

std::unexpected<Error> syntax_error() {
  return refuse(faults::MalformedPolicyDocument, "Syntax errors in policy.");
}

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

// A text, or several.
Result<std::vector<std::string>> texts(const json::value& value) {
  std::vector<std::string> out;
  if (const auto* text = value.if_string()) {
    out.emplace_back(view(*text));
    return out;
  }
  const auto* several = value.if_array();
  if (several == nullptr) {
    return syntax_error();
  }
  for (const json::value& item : *several) {
    if (!item.is_string()) {
      return syntax_error();
    }
    out.emplace_back(view(item.get_string()));
  }
  return out;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

// An ARN of IAM or STS, twelve digits, or everybody.
bool is_aws_principal(std::string_view text) {
  const bool digits = text.size() == 12 && std::all_of(text.begin(), text.end(),
                                                       [](char c) { return c >= '0' && c <= '9'; });
  return text == "*" || digits || text.starts_with("arn:aws:iam::") ||
         text.starts_with("arn:aws:sts::");
}

Result<> read_principal(const json::value& value, PolicyStatement& out) {
  if (const auto* text = value.if_string()) {
    if (view(*text) != "*") {
      return refuse(faults::MalformedPolicyDocument, "Invalid principal in policy: \"{}\"",
                    view(*text));
    }
    out.principals.emplace_back("*");
    return {};
  }
  const auto* kinds = value.if_object();
  if (kinds == nullptr || kinds->empty()) {
    return syntax_error();
  }
  for (const auto& [kind, named] : *kinds) {
    const std::string_view name(kind.data(), kind.size());
    if (!is_one_of(name, {"AWS", "Service", "Federated", "CanonicalUser"})) {
      return refuse(faults::MalformedPolicyDocument, "Invalid principal in policy: \"{}\"", name);
    }
    TRY_ASSIGN(const auto all, texts(named));
    for (const std::string& principal : all) {
      if (name == "AWS" && !is_aws_principal(principal)) {
        return refuse(faults::MalformedPolicyDocument,
                      "Invalid principal in policy: \"AWS\":\"{}\"", principal);
      }
      if (name == "AWS") {
        out.principals.push_back(principal);
      } else if (name == "Service") {
        out.services.push_back(principal);
      }
    }
  }
  return {};
}

// AWS's operators. Which of them decide is in policy.cc.
bool is_operator(std::string_view name) {
  for (const std::string_view prefix : {"ForAnyValue:", "ForAllValues:"}) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
    }
  }
  if (name.ends_with("IfExists")) {
    name.remove_suffix(std::string_view("IfExists").size());
  }
  return is_one_of(name, {"StringEquals",
                          "StringNotEquals",
                          "StringEqualsIgnoreCase",
                          "StringNotEqualsIgnoreCase",
                          "StringLike",
                          "StringNotLike",
                          "NumericEquals",
                          "NumericNotEquals",
                          "NumericLessThan",
                          "NumericLessThanEquals",
                          "NumericGreaterThan",
                          "NumericGreaterThanEquals",
                          "DateEquals",
                          "DateNotEquals",
                          "DateLessThan",
                          "DateLessThanEquals",
                          "DateGreaterThan",
                          "DateGreaterThanEquals",
                          "Bool",
                          "BinaryEquals",
                          "IpAddress",
                          "NotIpAddress",
                          "ArnEquals",
                          "ArnLike",
                          "ArnNotEquals",
                          "ArnNotLike",
                          "Null"});
}

Result<> read_conditions(const json::value& value, PolicyStatement& out) {
  const auto* tests = value.if_object();
  if (tests == nullptr) {
    return syntax_error();
  }
  for (const auto& [test, keys] : *tests) {
    if (!is_operator(std::string_view(test.data(), test.size())) || !keys.is_object()) {
      return syntax_error();
    }
    for (const auto& [key, wanted] : keys.get_object()) {
      PolicyCondition condition{.test = std::string(test), .key = std::string(key)};
      if (wanted.is_bool()) {
        condition.values = {wanted.get_bool() ? "true" : "false"};
      } else if (wanted.is_int64()) {
        condition.values = {fmt::format("{}", wanted.get_int64())};
      } else {
        TRY_ASSIGN(condition.values, texts(wanted));
      }
      out.conditions.push_back(std::move(condition));
    }
  }
  return {};
}

Result<> check_actions(const PolicyStatement& statement, PolicyKind kind) {
  if (statement.actions.empty()) {
    return refuse(faults::MalformedPolicyDocument, "Policy statement must contain actions.");
  }
  for (const std::string& action : statement.actions) {
    if (kind == PolicyKind::Trust && !action.starts_with("sts:")) {
      return refuse(faults::MalformedPolicyDocument,
                    "AssumeRole policy may only specify STS AssumeRole actions.");
    }
    if (action != "*" && action.find(':') == std::string::npos) {
      return refuse(faults::MalformedPolicyDocument,
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
  }
  return {};
}

Result<> check_kind(const json::object& from, PolicyKind kind) {
  const bool principal = from.contains("Principal") || from.contains("NotPrincipal");
  const bool resource = from.contains("Resource") || from.contains("NotResource");
  if (kind == PolicyKind::Trust && resource) {
    return refuse(faults::MalformedPolicyDocument, "Has prohibited field Resource");
  }
  if (kind != PolicyKind::Permission && !principal) {
    return refuse(faults::MalformedPolicyDocument, "Missing required field Principal");
  }
  if (kind == PolicyKind::Permission && principal) {
    return refuse(faults::MalformedPolicyDocument,
                  "Policy document should not specify a principal.");
  }
  if (kind != PolicyKind::Trust && !resource) {
    return refuse(faults::MalformedPolicyDocument, "Policy statement must contain resources.");
  }
  return {};
}

Result<> read_member(std::string_view name, const json::value& value, PolicyStatement& out) {
  if (name == "Sid") {
    return value.is_string() ? Result<>() : syntax_error();
  }
  if (name == "Effect") {
    if (value != json::value("Allow") && value != json::value("Deny")) {
      return syntax_error();
    }
    out.allows = value == json::value("Allow");
    return {};
  }
  if (name == "Principal" || name == "NotPrincipal") {
    out.not_principals = name == "NotPrincipal";
    return read_principal(value, out);
  }
  if (name == "Action" || name == "NotAction") {
    out.not_actions = name == "NotAction";
    TRY_ASSIGN(out.actions, texts(value));
    return {};
  }
  if (name == "Resource" || name == "NotResource") {
    out.not_resources = name == "NotResource";
    TRY_ASSIGN(out.resources, texts(value));
    return {};
  }
  return name == "Condition" ? read_conditions(value, out) : syntax_error();
}

Result<PolicyStatement> read_statement(const json::value& value, PolicyKind kind) {
  const auto* from = value.if_object();
  if (from == nullptr || !from->contains("Effect") ||
      (from->contains("Principal") && from->contains("NotPrincipal")) ||
      (from->contains("Action") && from->contains("NotAction")) ||
      (from->contains("Resource") && from->contains("NotResource"))) {
    return syntax_error();
  }
  TRY(check_kind(*from, kind));
  PolicyStatement out;
  for (const auto& [name, member] : *from) {
    TRY(read_member({name.data(), name.size()}, member, out));
  }
  TRY(check_actions(out, kind));
  return out;
}

Result<Policy> parse(std::string_view text, PolicyKind kind) {
  boost::system::error_code wrong;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), wrong);
  if (wrong || !value.is_object()) {
    return refuse(faults::MalformedPolicyDocument, "This policy contains invalid Json");
  }
  const json::object& document = value.get_object();
  for (const auto& [name, member] : document) {
    const std::string_view key(name.data(), name.size());
    const bool version = key == "Version" && (member == json::value("2012-10-17") ||
                                              member == json::value("2008-10-17"));
    if (!version && !(key == "Id" && member.is_string()) && key != "Statement") {
      return syntax_error();
    }
  }
  const json::value* statements = document.if_contains("Statement");
  if (statements == nullptr) {
    return syntax_error();
  }
  Policy out;
  if (!statements->is_array()) {
    TRY_ASSIGN(auto statement, read_statement(*statements, kind));
    out.statements.push_back(std::move(statement));
    return out;
  }
  for (const json::value& item : statements->get_array()) {
    TRY_ASSIGN(auto statement, read_statement(item, kind));
    out.statements.push_back(std::move(statement));
  }
  return out.statements.empty() ? Result<Policy>(syntax_error()) : out;
}

}  // namespace

Result<Policy> parse_trust_policy(std::string_view text) {
  return parse(text, PolicyKind::Trust);
}

Result<Policy> parse_permission_policy(std::string_view text) {
  return parse(text, PolicyKind::Permission);
}

Result<Policy> parse_resource_policy(std::string_view text) {
  return parse(text, PolicyKind::Resource);
}

}  // namespace postern::model
