// SPDX-License-Identifier: Apache-2.0
#include "model/permissions.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const char* const kA = "111111111111";
const char* const kB = "222222222222";

std::string allow(const std::string& action, const std::string& resource = "*") {
  return fmt::format(R"({{"Statement": {{"Effect": "Allow", "Action": "{}", "Resource": "{}"}}}})",
                     action, resource);
}

std::string trusting(const std::string& arn, const std::string& rest = "") {
  return fmt::format(R"({{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole",
                         "Principal": {{"AWS": "{}"}}{}}}}})",
                     arn, rest);
}

Role role_of(const char* account, const std::string& trust) {
  return {.id = iam_id<Role>(Id<Account>(account), "r"),
          .owner = Id<Account>(account),
          .name = "r",
          .path = "/",
          .unique_id = std::string("AROA") + account,
          .trust_policy = trust};
}

Caller root_of(const char* account) {
  return {.account = Id<Account>(account),
          .principal_arn = fmt::format("arn:aws:iam::{}:root", account),
          .user_id = account};
}

Caller ann() {
  return {.account = Id<Account>(kA),
          .principal_arn = "arn:aws:iam::111111111111:user/ann",
          .user_id = "AIDAANN",
          .user = Id<User>("111111111111/ann")};
}

Caller session_of_r(const char* account) {
  return {.account = Id<Account>(account),
          .principal_arn = fmt::format("arn:aws:sts::{}:assumed-role/r/s", account),
          .user_id = fmt::format("AROA{}:s", account),
          .role = iam_id<Role>(Id<Account>(account), "r"),
          .session = Id<Session>("ASIA1")};
}

World world_of(const Role& role, const std::string& anns_policy) {
  WorldBuilder world;
  User user{.id = Id<User>("111111111111/ann"),
            .owner = Id<Account>(kA),
            .name = "ann",
            .path = "/",
            .unique_id = "AIDAANN"};
  if (!anns_policy.empty()) {
    user.policies.documents["p"] = anns_policy;
  }
  world.put(user);
  world.put(role);
  return world.build();
}

// [IAM user guide, "Cross-account policy evaluation logic"; "…within a single account"]
TEST(MayAssume, The_role_trusts_and_the_callers_own_policies_allow) {
  struct Case {
    const char* name;
    const char* role_account;
    std::string trust;
    Caller caller;
    std::string callers_policy;
    std::optional<std::string> external_id;
    bool may;
  };
  const std::string a_root = "arn:aws:iam::111111111111:root";
  const std::string a_ann = "arn:aws:iam::111111111111:user/ann";
  const std::string with_id = R"(, "Condition": {"StringEquals": {"sts:ExternalId": "id-1"}})";
  const std::string any_role = allow("sts:AssumeRole");
  const Case cases[] = {
      {"another account's root that is trusted", kB, trusting(a_root), root_of(kA), "", {}, true},
      {"another account's root that is not",
       kB,
       trusting("arn:aws:iam::333333333333:root"),
       root_of(kA),
       "",
       {},
       false},
      {"the own root is not trusted by itself", kB, trusting(a_root), root_of(kB), "", {}, false},
      {"the root is no user", kB, trusting(a_ann), root_of(kA), "", {}, false},
      {"the external id", kB, trusting(a_root, with_id), root_of(kA), "", "id-1", true},
      {"another external id", kB, trusting(a_root, with_id), root_of(kA), "", "id-2", false},
      {"no external id", kB, trusting(a_root, with_id), root_of(kA), "", {}, false},
      {"an external id nobody asked for", kB, trusting(a_root), root_of(kA), "", "id-1", true},
      {"a user without a policy, elsewhere", kB, trusting(a_ann), ann(), "", {}, false},
      {"a user with a policy, elsewhere", kB, trusting(a_ann), ann(), any_role, {}, true},
      {"a policy for this role",
       kB,
       trusting(a_root),
       ann(),
       allow("sts:AssumeRole", "arn:aws:iam::222222222222:role/r"),
       {},
       true},
      {"a policy for another role",
       kB,
       trusting(a_root),
       ann(),
       allow("sts:AssumeRole", "arn:aws:iam::222222222222:role/s"),
       {},
       false},
      {"a policy is not trust",
       kB,
       trusting("arn:aws:iam::333333333333:root"),
       ann(),
       any_role,
       {},
       false},
      {"at home, named itself", kA, trusting(a_ann), ann(), "", {}, true},
      {"at home, its account named", kA, trusting(a_root), ann(), "", {}, false},
      {"at home, its account named, and a policy", kA, trusting(a_root), ann(), any_role, {}, true},
      {"at home, named itself, but denied",
       kA,
       trusting(a_ann),
       ann(),
       R"({"Statement": {"Effect": "Deny", "Action": "sts:*", "Resource": "*"}})",
       {},
       false},
      {"a stored trust policy that is none", kB, "{", root_of(kA), "", {}, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Role role = role_of(c.role_account, c.trust);
    EXPECT_EQ(may_assume(world_of(role, c.callers_policy), c.caller, role,
                         {.name = "session", .external_id = c.external_id}),
              c.may);
  }
}

TEST(Permission, Is_the_roots_and_otherwise_what_policies_allow) {
  Role role = role_of(kB, trusting("*"));
  role.policies.documents["vpcs"] = allow("ec2:DescribeVpcs");
  role.policies.attached = {"arn:aws:iam::aws:policy/IAMReadOnlyAccess"};
  const World world = world_of(role, "");
  const auto may = [&](const Caller& caller, const char* action) {
    return permission(world, caller, {.action = action}) == PolicyAnswer::Allowed;
  };
  EXPECT_TRUE(may(root_of(kA), "ec2:RunInstances"));
  EXPECT_FALSE(may(ann(), "ec2:DescribeVpcs"));
  EXPECT_TRUE(may(session_of_r(kB), "ec2:DescribeVpcs"));
  EXPECT_TRUE(may(session_of_r(kB), "iam:GetRole"));
  EXPECT_FALSE(may(session_of_r(kB), "iam:CreateRole"));
  EXPECT_FALSE(may(session_of_r(kB), "ec2:DescribeSubnets"));
  EXPECT_FALSE(may(session_of_r(kA), "ec2:DescribeVpcs")) << "no such role";
  Caller earlier = session_of_r(kB);
  earlier.user_id = "AROAOLDER:s";
  EXPECT_FALSE(may(earlier, "ec2:DescribeVpcs")) << "of a deleted role of the same name";
  EXPECT_FALSE(may({.account = Id<Account>(kA)}, "ec2:DescribeVpcs")) << "nobody";
}

// [IAM user guide, "Policy evaluation logic": what a user's groups have counts as its own does]
TEST(Permission, A_group_lets_its_users_and_its_denial_outweighs) {
  struct Case {
    const char* name;
    std::string own;
    std::vector<std::string> of_groups;  // that ann is in
    std::vector<std::string> attached;   // to the first of them
    std::string elsewhere;               // of a group that she is not in
    PolicyAnswer answer;
  };
  const std::string may = allow("ec2:DescribeVpcs");
  const std::string other = allow("ec2:DescribeSubnets");
  const std::string deny =
      R"({"Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}})";
  const std::string reads = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const Case cases[] = {
      {"in no group", "", {}, {}, may, PolicyAnswer::Silent},
      {"a group's document lets", "", {may}, {}, "", PolicyAnswer::Allowed},
      {"a group's managed policy lets", "", {other}, {reads}, "", PolicyAnswer::Allowed},
      {"one of two groups lets", "", {other, may}, {}, "", PolicyAnswer::Allowed},
      {"a group denies what the user's own lets", may, {deny}, {}, "", PolicyAnswer::Denied},
      {"a group denies what another lets", "", {may, deny}, {}, "", PolicyAnswer::Denied},
      {"the user's own denies what a group lets", deny, {may}, {}, "", PolicyAnswer::Denied},
      {"another's group denies", may, {other}, {}, deny, PolicyAnswer::Allowed},
      {"a stored document that is none", may, {"{"}, {}, "", PolicyAnswer::Denied},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WorldBuilder world;
    User user{.id = Id<User>("111111111111/ann"), .unique_id = "AIDAANN"};
    if (!c.own.empty()) {
      user.policies.documents["p"] = c.own;
    }
    for (std::size_t i = 0; i < c.of_groups.size(); ++i) {
      Group group{.id = Id<Group>(fmt::format("111111111111/g{}", i)), .owner = Id<Account>(kA)};
      group.policies.documents["p"] = c.of_groups[i];
      group.policies.attached = i == 0 ? c.attached : std::vector<std::string>();
      user.groups.push_back(group.id);
      world.put(group);
    }
    Group elsewhere{.id = Id<Group>("111111111111/others"), .owner = Id<Account>(kA)};
    if (!c.elsewhere.empty()) {
      elsewhere.policies.documents["p"] = c.elsewhere;
    }
    world.put(elsewhere);
    world.put(user);
    EXPECT_EQ(permission(world.build(), ann(), {.action = "ec2:DescribeVpcs"}), c.answer);
  }
}

// [AWS managed policy reference, AmazonSSMManagedInstanceCore]
TEST(Permission, An_instances_usual_role_gets_parameters_and_makes_none) {
  Role role = role_of(kB, trusting("*"));
  role.policies.attached = {"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"};
  const World world = world_of(role, "");
  const auto answer = [&](const char* action) {
    return permission(world, session_of_r(kB), {.action = action});
  };
  EXPECT_EQ(answer("ssm:GetParameter"), PolicyAnswer::Allowed);
  EXPECT_EQ(answer("ssm:PutParameter"), PolicyAnswer::Silent);
  EXPECT_EQ(answer("ssm:StartSession"), PolicyAnswer::Silent);
}

// [IAM user guide, "Session policies"]
TEST(Permission, A_sessions_policy_takes_away_and_gives_nothing) {
  Role role = role_of(kB, trusting("*"));
  role.policies.documents["ec2"] = allow("ec2:*");
  WorldBuilder builder;
  builder.put(role);
  builder.put(Session{.id = Id<Session>("ASIA1"), .policy = allow("*:Describe*")});
  const World world = builder.build();
  const auto ask = [&](const char* action) {
    return permission(world, session_of_r(kB), {.action = action});
  };
  EXPECT_EQ(ask("ec2:DescribeVpcs"), PolicyAnswer::Allowed);
  EXPECT_EQ(ask("ec2:DeleteVpc"), PolicyAnswer::Silent);
  EXPECT_EQ(ask("elasticloadbalancing:DescribeLoadBalancers"), PolicyAnswer::Silent);
}

}  // namespace
}  // namespace postern::model
