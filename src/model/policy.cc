// SPDX-License-Identifier: Apache-2.0
#include "model/policy.h"

#include <algorithm>
#include <array>

#include "base/net.h"

namespace postern::model {
namespace {

// Whether something is so. Ordered: all of several is the least of them, any of them the greatest.
enum class Sure { No, Unknown, Yes };

Sure sure(bool value) {
  return value ? Sure::Yes : Sure::No;
}

Sure opposite(Sure value) {
  return value == Sure::Unknown ? value : sure(value == Sure::No);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// The six parts of an ARN; the last one keeps its colons.
std::array<std::string_view, 6> arn_parts(std::string_view arn) {
  std::array<std::string_view, 6> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t colon = i + 1 < out.size() ? arn.find(':') : std::string_view::npos;
    out[i] = arn.substr(0, colon);
    arn = colon == std::string_view::npos ? std::string_view() : arn.substr(colon + 1);
  }
  return out;
}

// A wildcard stays within its part.
bool matches_arn(std::string_view pattern, std::string_view arn) {
  if (pattern == "*") {
    return true;
  }
  const auto wanted = arn_parts(pattern);
  const auto parts = arn_parts(arn);
  return std::equal(wanted.begin(), wanted.end(), parts.begin(), matches_wildcards);
}

bool has_variable(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

Sure names_resource(std::string_view pattern, const std::optional<std::string>& resource) {
  if (pattern == "*") {
    return Sure::Yes;
  }
  return !resource || has_variable(pattern) ? Sure::Unknown : sure(matches_arn(pattern, *resource));
}

Sure is_about_resource(const PolicyStatement& statement, const PolicyQuestion& question) {
  if (statement.resources.empty()) {
    return Sure::Yes;  // a trust policy's is the role itself
  }
  Sure any = Sure::No;
  for (const std::string& pattern : statement.resources) {
    any = std::max(any, names_resource(pattern, question.resource));
  }
  return statement.not_resources ? opposite(any) : any;
}

Sure is_about_action(const PolicyStatement& statement, const PolicyQuestion& question) {
  const std::string action = lower(question.action);
  const bool named =
      std::any_of(statement.actions.begin(), statement.actions.end(),
                  [&](const std::string& a) { return matches_wildcards(lower(a), action); });
  return sure(named != statement.not_actions);
}

// ---- Conditions ---------------------------------------------------------------------------------

// Keys whose absence from a question means that the request has no such value. What others are is
// not known here.
bool is_known_key(std::string_view key) {
  constexpr auto kKnown = std::to_array<std::string_view>(
      {"sts:externalid", "sts:rolesessionname", "aws:principalarn", "aws:principalaccount",
       "aws:userid", "aws:username", "aws:principaltype", "aws:sourcevpce", "aws:sourcevpc",
       "aws:vpcsourceip", "s3:prefix", "s3:delimiter", "s3:max-keys", "s3:x-amz-acl",
       "s3:x-amz-server-side-encryption", "s3:x-amz-copy-source", "s3:versionid"});
  return std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end();
}

using Compare = bool (*)(std::string_view wanted, std::string_view value);

struct Operator {
  std::string_view name;
  Compare compare;
  bool negated = false;
};

bool same(std::string_view a, std::string_view b) {
  return a == b;
}
bool same_in_any_case(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

// A CIDR, or an address alone.
std::optional<Cidr> range_of(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? Cidr(*address, address->is_v4() ? 32 : 128) : Cidr::parse(text);
}
bool is_address_in(std::string_view wanted, std::string_view value) {
  const auto range = range_of(wanted);
  const auto address = IpAddress::parse(value);
  return range && address && range->contains(*address);
}

const Operator* find_operator(std::string_view name) {
  static constexpr std::array<Operator, 13> kOperators = {{
      {"StringEquals", same},
      {"StringNotEquals", same, true},
      {"StringEqualsIgnoreCase", same_in_any_case},
      {"StringNotEqualsIgnoreCase", same_in_any_case, true},
      {"StringLike", matches_wildcards},
      {"StringNotLike", matches_wildcards, true},
      {"ArnEquals", matches_arn},
      {"ArnLike", matches_arn},
      {"ArnNotEquals", matches_arn, true},
      {"ArnNotLike", matches_arn, true},
      {"Bool", same_in_any_case},
      {"IpAddress", is_address_in},
      {"NotIpAddress", is_address_in, true},
  }};
  const auto* at = std::find_if(kOperators.begin(), kOperators.end(),
                                [&](const Operator& o) { return o.name == name; });
  return at == kOperators.end() ? nullptr : at;
}

// A negated test is true of a value that is absent, and so is one that ends in IfExists.
// [IAM user guide, "Condition operators"]
Sure holds(const PolicyCondition& condition, const PolicyQuestion& question) {
  const std::string key = lower(condition.key);
  const auto at = question.context.find(key);
  const bool present = at != question.context.end();
  if (!present && !is_known_key(key)) {
    return Sure::Unknown;
  }
  if (condition.test == "Null") {
    return sure(std::find(condition.values.begin(), condition.values.end(),
                          present ? "false" : "true") != condition.values.end());
  }
  std::string_view name = condition.test;
  const bool if_exists = name.ends_with("IfExists");
  if (if_exists) {
    name.remove_suffix(std::string_view("IfExists").size());
  }
  const Operator* test = find_operator(name);
  const auto has_no_meaning = [&](const std::string& value) {
    return has_variable(value) ||
           (test != nullptr && test->compare == is_address_in && !range_of(value));
  };
  if (test == nullptr || std::ranges::any_of(condition.values, has_no_meaning)) {
    return Sure::Unknown;
  }
  if (!present) {
    return sure(test->negated || if_exists);
  }
  const bool any =
      std::any_of(condition.values.begin(), condition.values.end(),
                  [&](const std::string& value) { return test->compare(value, at->second); });
  return sure(any != test->negated);
}

// Whether the statement is to be heard, whoever asks.
bool applies(const PolicyStatement& statement, const PolicyQuestion& question) {
  Sure all = std::min(is_about_action(statement, question), is_about_resource(statement, question));
  for (const PolicyCondition& condition : statement.conditions) {
    all = std::min(all, holds(condition, question));
  }
  return all == Sure::Yes || (all == Sure::Unknown && !statement.allows);
}

// ---- Principals ---------------------------------------------------------------------------------

Trust named_by(std::string_view principal, const Caller& caller, std::string_view role_arn) {
  const std::string account = caller.account.value;
  if (principal == account || principal == fmt::format("arn:aws:iam::{}:root", account)) {
    return is_root(caller) ? Trust::Caller : Trust::Account;
  }
  const bool named = principal == "*" || principal == caller.principal_arn ||
                     (!role_arn.empty() && principal == role_arn);
  return named ? Trust::Caller : Trust::Silent;
}

Trust named_by(const PolicyStatement& statement, const Caller& caller, std::string_view role_arn) {
  Trust out = Trust::Silent;
  for (const std::string& principal : statement.principals) {
    out = std::max(out, named_by(principal, caller, role_arn));
  }
  if (!statement.not_principals) {
    return out;
  }
  // AWS takes it in denials only. It spares whom it names, not merely his account.
  return !statement.allows && out != Trust::Caller ? Trust::Caller : Trust::Silent;
}

}  // namespace

PolicyAnswer ask(const Policy& policy, const PolicyQuestion& question) {
  PolicyAnswer out = PolicyAnswer::Silent;
  for (const PolicyStatement& statement : policy.statements) {
    if (applies(statement, question)) {
      out = std::max(out, statement.allows ? PolicyAnswer::Allowed : PolicyAnswer::Denied);
    }
  }
  return out;
}

Trust ask_trust(const Policy& policy, const PolicyQuestion& question, const Caller& caller,
                std::string_view caller_role_arn) {
  Trust out = Trust::Silent;
  for (const PolicyStatement& statement : policy.statements) {
    const Trust named = named_by(statement, caller, caller_role_arn);
    if (named != Trust::Silent && applies(statement, question)) {
      out = std::max(out, statement.allows ? named : Trust::Denied);
    }
  }
  return out;
}

PolicyAnswer ask_service(const Policy& policy, const PolicyQuestion& question,
                         std::string_view service) {
  PolicyAnswer out = PolicyAnswer::Silent;
  for (const PolicyStatement& statement : policy.statements) {
    const bool named = std::ranges::count(statement.services, service) > 0 ||
                       std::ranges::count(statement.principals, "*") > 0;
    if (named != statement.not_principals && applies(statement, question)) {
      out = std::max(out, statement.allows ? PolicyAnswer::Allowed : PolicyAnswer::Denied);
    }
  }
  return out;
}

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last `*` so far, and the text it took up to
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                     [](char c) { return c == '*'; });
}

}  // namespace postern::model
