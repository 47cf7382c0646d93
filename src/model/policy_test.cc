// SPDX-License-Identifier: Apache-2.0
#include "model/policy.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const char* const kUser = "arn:aws:iam::111111111111:user/ann";
const char* const kSession = "arn:aws:sts::111111111111:assumed-role/deploy/s1";
const char* const kDeploy = "arn:aws:iam::111111111111:role/ci/deploy";

Caller caller_of(const std::string& arn) {
  return {.account = Id<Account>("111111111111"), .principal_arn = arn};
}

std::string trust_policy(const std::string& principal, const std::string& rest = "") {
  return fmt::format(
      R"({{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {},
          "Action": "sts:AssumeRole"{}}}]}})",
      principal, rest);
}

// [IAM user guide, "AWS JSON policy elements: Principal"]
TEST(TrustPolicy, Names_accounts_users_roles_and_sessions) {
  struct Case {
    const char* principal;
    const char* caller_arn;
    Trust trust;
  };
  const Case cases[] = {
      {R"({"AWS": "arn:aws:iam::111111111111:root"})", kUser, Trust::Account},
      {R"({"AWS": "111111111111"})", kUser, Trust::Account},
      {R"({"AWS": "arn:aws:iam::111111111111:root"})", kSession, Trust::Account},
      {R"({"AWS": "arn:aws:iam::222222222222:root"})", kUser, Trust::Silent},
      {R"({"AWS": "arn:aws:iam::111111111111:user/ann"})", kUser, Trust::Caller},
      {R"({"AWS": "arn:aws:iam::111111111111:user/an*"})", kUser, Trust::Silent},
      {R"({"AWS": "arn:aws:iam::111111111111:user/bob"})", kUser, Trust::Silent},
      {R"({"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:user/ann"]})",
       kUser, Trust::Caller},
      {R"({"AWS": "arn:aws:iam::111111111111:role/ci/deploy"})", kSession, Trust::Caller},
      {R"({"AWS": "arn:aws:iam::111111111111:role/deploy"})", kSession, Trust::Silent},
      {R"({"AWS": "arn:aws:sts::111111111111:assumed-role/deploy/s1"})", kSession, Trust::Caller},
      {R"({"AWS": "arn:aws:sts::111111111111:assumed-role/deploy/s2"})", kSession, Trust::Silent},
      {R"({"AWS": "*"})", kUser, Trust::Caller},
      {R"("*")", kUser, Trust::Caller},
      {R"({"Service": "ec2.amazonaws.com"})", kUser, Trust::Silent},
      {R"({"Federated": "arn:aws:iam::111111111111:user/ann"})", kUser, Trust::Silent},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(fmt::format("{} {}", c.principal, c.caller_arn));
    const auto policy = parse_trust_policy(trust_policy(c.principal));
    ASSERT_TRUE(policy) << policy.error().message();
    const Caller caller = caller_of(c.caller_arn);
    EXPECT_EQ(ask_trust(*policy, {.action = "sts:AssumeRole"}, caller,
                        c.caller_arn == kSession ? kDeploy : ""),
              c.trust);
    EXPECT_EQ(ask_trust(*policy, {.action = "sts:TagSession"}, caller, ""), Trust::Silent);
  }
}

// [IAM user guide, "Policy evaluation logic": an explicit denial overrides]
TEST(TrustPolicy, A_denial_outweighs) {
  const auto policy = parse_trust_policy(
      R"({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111111111111:user/ann"},
         "Action": "sts:*"}]})");
  ASSERT_TRUE(policy) << policy.error().message();
  const PolicyQuestion question{.action = "sts:AssumeRole"};
  EXPECT_EQ(ask_trust(*policy, question, caller_of(kUser), ""), Trust::Denied);
  EXPECT_EQ(ask_trust(*policy, question, caller_of("arn:aws:iam::111111111111:user/bob"), ""),
            Trust::Account);
  const auto spared = parse_trust_policy(
      R"({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111111111111:user/ann"},
         "Action": "sts:*"}]})");
  ASSERT_TRUE(spared) << spared.error().message();
  EXPECT_EQ(ask_trust(*spared, question, caller_of(kUser), ""), Trust::Account);
  EXPECT_EQ(ask_trust(*spared, question, caller_of("arn:aws:iam::111111111111:user/bob"), ""),
            Trust::Denied);
}

// [IAM user guide, "Condition operators"]
TEST(PolicyConditions, Decide_and_what_is_not_known_never_allows) {
  struct Case {
    const char* condition;
    const char* external_id;  // null: none was given
    bool allows;
    bool denies;
  };
  const Case cases[] = {
      {R"({"StringEquals": {"sts:ExternalId": "x"}})", "x", true, true},
      {R"({"StringEquals": {"sts:ExternalId": "x"}})", "X", false, false},
      {R"({"StringEquals": {"STS:externalid": ["y", "x"]}})", "x", true, true},
      {R"({"StringEquals": {"sts:ExternalId": "x"}})", nullptr, false, false},
      {R"({"StringEquals": {"sts:ExternalId": "*"}})", "x", false, false},
      {R"({"StringNotEquals": {"sts:ExternalId": "x"}})", "x", false, false},
      {R"({"StringNotEquals": {"sts:ExternalId": "x"}})", nullptr, true, true},
      {R"({"StringEqualsIgnoreCase": {"sts:ExternalId": "x"}})", "X", true, true},
      {R"({"StringLike": {"sts:ExternalId": "a?-*"}})", "ab-1", true, true},
      {R"({"StringLike": {"sts:ExternalId": "a?-*"}})", "a-1", false, false},
      {R"({"StringEqualsIfExists": {"sts:ExternalId": "x"}})", nullptr, true, true},
      {R"({"StringEqualsIfExists": {"sts:ExternalId": "x"}})", "y", false, false},
      {R"({"Null": {"sts:ExternalId": "true"}})", nullptr, true, true},
      {R"({"Null": {"sts:ExternalId": "true"}})", "x", false, false},
      {R"({"Bool": {"aws:MultiFactorAuthPresent": "true"}})", "x", false, true},
      {R"({"StringEquals": {"aws:PrincipalOrgID": "o-1"}})", "x", false, true},
      {R"({"NumericEquals": {"sts:ExternalId": "1"}})", "1", false, true},
      {R"({"StringEquals": {"sts:ExternalId": "${aws:username}"}})", "x", false, true},
      {R"({"StringEquals": {"sts:ExternalId": "x", "aws:SourceIp": "10.0.0.1"}})", "y", false,
       false},
  };
  for (const Case& c : cases) {
    for (const bool allow : {true, false}) {
      SCOPED_TRACE(
          fmt::format("{} {} {}", c.condition, c.external_id ? c.external_id : "-", allow));
      const auto policy = parse_permission_policy(
          fmt::format(R"({{"Statement": {{"Effect": "{}", "Action": "*", "Resource": "*",
                          "Condition": {}}}}})",
                      allow ? "Allow" : "Deny", c.condition));
      ASSERT_TRUE(policy) << policy.error().message();
      PolicyQuestion question{.action = "sts:AssumeRole"};
      if (c.external_id != nullptr) {
        question.context["sts:externalid"] = c.external_id;
      }
      EXPECT_EQ(ask(*policy, question) != PolicyAnswer::Silent, allow ? c.allows : c.denies);
    }
  }
}

// [IAM user guide, "Action", "NotAction", "Resource"]
TEST(PermissionPolicy, Actions_and_resources_have_wildcards) {
  struct Case {
    const char* effect;
    const char* action;
    const char* resource;
    PolicyAnswer assume;    // sts:AssumeRole on arn:aws:iam::222222222222:role/r
    PolicyAnswer describe;  // ec2:DescribeVpcs, of which no resource is known
  };
  using enum PolicyAnswer;
  const Case cases[] = {
      {"Allow", R"("Action": "*")", R"("Resource": "*")", Allowed, Allowed},
      {"Deny", R"("Action": "*")", R"("Resource": "*")", Denied, Denied},
      {"Allow", R"("Action": "STS:assumerole")", R"("Resource": "*")", Allowed, Silent},
      {"Allow", R"("Action": ["ec2:Describe*"])", R"("Resource": "*")", Silent, Allowed},
      {"Allow", R"("Action": "ec2:Describe")", R"("Resource": "*")", Silent, Silent},
      {"Allow", R"("NotAction": "ec2:*")", R"("Resource": "*")", Allowed, Silent},
      {"Allow", R"("Action": "*")", R"("Resource": "arn:aws:iam::222222222222:role/*")", Allowed,
       Silent},
      {"Allow", R"("Action": "*")", R"("Resource": "arn:aws:iam::*:role/r")", Allowed, Silent},
      {"Allow", R"("Action": "*")", R"("Resource": "arn:aws:iam::*")", Silent, Silent},
      {"Allow", R"("Action": "*")", R"("Resource": "arn:aws:iam::333333333333:role/r")", Silent,
       Silent},
      {"Allow", R"("Action": "*")", R"("NotResource": "arn:aws:iam::222222222222:role/r")", Silent,
       Silent},
      {"Deny", R"("Action": "*")", R"("Resource": "arn:aws:ec2:*:*:vpc/vpc-1")", Silent, Denied},
      {"Deny", R"("Action": "ec2:DescribeVpcs")", R"("NotResource": "arn:aws:ec2:*:*:vpc/vpc-1")",
       Silent, Denied},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(fmt::format("{} {} {}", c.effect, c.action, c.resource));
    const auto policy = parse_permission_policy(fmt::format(
        R"({{"Version": "2012-10-17", "Statement": [{{"Sid": "s", "Effect": "{}", {}, {}}}]}})",
        c.effect, c.action, c.resource));
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(
        ask(*policy, {.action = "sts:AssumeRole", .resource = "arn:aws:iam::222222222222:role/r"}),
        c.assume);
    EXPECT_EQ(ask(*policy, {.action = "ec2:DescribeVpcs"}), c.describe);
  }
}

TEST(Policy, What_is_none_is_refused_in_awss_words) {
  struct Case {
    const char* text;
    bool trust;
    const char* words;
  };
  const Case cases[] = {
      {"", true, "This policy contains invalid Json"},
      {"[]", true, "This policy contains invalid Json"},
      {"{}", true, "Syntax errors in policy."},
      {R"({"Statement": []})", true, "Syntax errors in policy."},
      {R"({"Version": "2020-01-01", "Statement": []})", false, "Syntax errors in policy."},
      {R"({"Statement": {"Effect": "allow", "Action": "a:b", "Resource": "*"}})", false,
       "Syntax errors in policy."},
      {R"({"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Extra": 1}})", false,
       "Syntax errors in policy."},
      {R"({"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*",
           "Condition": {"StringIs": {"a": "b"}}}})",
       false, "Syntax errors in policy."},
      {R"({"Statement": {"Effect": "Allow", "Resource": "*"}})", false,
       "Policy statement must contain actions."},
      {R"({"Statement": {"Effect": "Allow", "Action": "a:b"}})", false,
       "Policy statement must contain resources."},
      {R"({"Statement": {"Effect": "Allow", "Action": "Describe*", "Resource": "*"}})", false,
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
      {R"({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "a:b", "Resource": "*"}})",
       false, "Policy document should not specify a principal."},
      {R"({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*",
           "Resource": "*"}})",
       true, "Has prohibited field Resource"},
      {R"({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}})", true,
       "Missing required field Principal"},
      {R"({"Statement": {"Effect": "Allow", "Action": "ec2:*", "Principal": "*"}})", true,
       "AssumeRole policy may only specify STS AssumeRole actions."},
      {R"({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
           "Principal": {"AWS": "ann"}}})",
       true, "Invalid principal in policy: \"AWS\":\"ann\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto policy = c.trust ? parse_trust_policy(c.text) : parse_permission_policy(c.text);
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().fault().code, "MalformedPolicyDocument");
    EXPECT_EQ(policy.error().message(), c.words);
  }
}

TEST(Wildcards, Mean_any_characters_and_any_one) {
  EXPECT_TRUE(matches_wildcards("*", ""));
  EXPECT_TRUE(matches_wildcards("a*c", "abbc"));
  EXPECT_TRUE(matches_wildcards("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_wildcards("a*c", "abcd"));
  EXPECT_FALSE(matches_wildcards("a?", "a"));
  EXPECT_TRUE(matches_wildcards("a?*", "ab"));
  EXPECT_FALSE(matches_wildcards("", "a"));
}

// [EC2 user guide, "IAM roles for Amazon EC2"; PrivateLink guide, "Create a connection
// notification"]
TEST(ServicePrincipal, Is_allowed_what_a_policy_says_to_it_or_to_everybody) {
  struct Case {
    const char* principal;
    const char* rest;
    bool allowed;
  };
  for (const Case& c :
       {Case{R"({"Service": "ec2.amazonaws.com"})", "", true},
        Case{R"({"Service": ["a.amazonaws.com", "ec2.amazonaws.com"]})", "", true},
        Case{R"({"Service": "lambda.amazonaws.com"})", "", false},
        Case{R"({"AWS": "111111111111"})", "", false}, Case{R"("*")", "", true},
        Case{R"({"Service": "ec2.amazonaws.com"})",
             R"(, "Condition": {"Bool": {"aws:SecureTransport": "true"}})", false}}) {
    const auto policy = parse_trust_policy(trust_policy(c.principal, c.rest));
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(ask_service(*policy, {.action = "sts:AssumeRole"}, "ec2.amazonaws.com") ==
                  PolicyAnswer::Allowed,
              c.allowed)
        << c.principal << c.rest;
  }
}

TEST(ServicePrincipal, A_resource_s_policy_names_both_who_and_what) {
  const char* const kTopic = "arn:aws:sns:r:111111111111:t";
  const auto text = [&](const char* action, const char* condition) {
    return fmt::format(R"({{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
        "Principal": {{"Service": "vpce.amazonaws.com"}}, "Action": "{}", "Resource": "{}",
        "Condition": {{"StringEquals": {{"aws:SourceAccount": "{}"}}}}}}}})",
                       action, kTopic, condition);
  };
  const PolicyQuestion question{.action = "SNS:Publish",
                                .resource = kTopic,
                                .context = {{"aws:sourceaccount", "111111111111"}}};
  struct Case {
    std::string text;
    bool allowed;
  };
  for (const Case& c : {Case{text("SNS:Publish", "111111111111"), true},
                        Case{text("sns:publish", "111111111111"), true},
                        Case{text("SNS:Publish", "222222222222"), false},
                        Case{text("SNS:Subscribe", "111111111111"), false}}) {
    const auto policy = parse_resource_policy(c.text);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(ask_service(*policy, question, "vpce.amazonaws.com") == PolicyAnswer::Allowed,
              c.allowed)
        << c.text;
  }
  EXPECT_FALSE(parse_resource_policy(trust_policy(R"("*")"))) << "no resource";
  EXPECT_FALSE(parse_resource_policy("{}"));
}

// [IAM user guide, "AWS global condition context keys"; "IP address condition operators"]
TEST(Condition, On_the_network_are_absent_where_no_endpoint_was_passed) {
  const PolicyQuestion direct{.action = "ec2:DescribeVpcs"};
  const PolicyQuestion through{.action = "ec2:DescribeVpcs",
                               .context = {{"aws:sourcevpce", "vpce-1"},
                                           {"aws:sourcevpc", "vpc-1"},
                                           {"aws:vpcsourceip", "10.0.1.10"}}};
  struct Case {
    const char* condition;
    PolicyAnswer direct;
    PolicyAnswer through;
  };
  using enum PolicyAnswer;
  for (const Case& c :
       {Case{R"({"StringEquals": {"aws:SourceVpce": "vpce-1"}})", Silent, Denied},
        Case{R"({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})", Denied, Silent},
        Case{R"({"Null": {"aws:SourceVpc": "true"}})", Denied, Silent},
        Case{R"({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}})", Silent, Denied},
        Case{R"({"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}})", Silent, Silent},
        Case{R"({"IpAddress": {"aws:VpcSourceIp": "10.0.1.10"}})", Silent, Denied},
        // What is no range is not known to be none of its addresses.
        Case{R"({"NotIpAddress": {"aws:VpcSourceIp": "nonsense"}})", Denied, Denied}}) {
    const auto policy = parse_permission_policy(fmt::format(
        R"({{"Statement": {{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {}}}}})",
        c.condition));
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(ask(*policy, direct), c.direct) << c.condition;
    EXPECT_EQ(ask(*policy, through), c.through) << c.condition;
  }
}

}  // namespace
}  // namespace postern::model
