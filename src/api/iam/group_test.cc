// SPDX-License-Identifier: Apache-2.0
// Groups of users: who is in them, what they hold, and that they decide. [IAM API reference]
#include "api/iam/iam_test.h"
#include "model/permissions.h"

namespace postern::api::iam {
namespace {

class GroupTest : public IamTest {
 protected:
  static constexpr const char* kReadOnly = "PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess";

  void make_group(const std::string& name, const std::string& more = "") {
    const std::string made = run("CreateGroup", "GroupName=" + name + more);
    ASSERT_TRUE(made.starts_with("<Group>")) << made;
  }
  void make_user(const std::string& name) {
    const std::string made = run("CreateUser", "UserName=" + name);
    ASSERT_TRUE(made.starts_with("<User>")) << made;
  }
  static std::string document_of_action(const std::string& action) {
    return wire::percent_encoded(fmt::format(
        R"({{"Statement":{{"Effect":"Allow","Action":"{}","Resource":"*"}}}})", action));
  }
  std::string add(const std::string& user, const std::string& group) {
    return run("AddUserToGroup", "UserName=" + user + "&GroupName=" + group);
  }
  model::PolicyAnswer asked(const std::string& user, const std::string& action) {
    const auto id = model::iam_id<model::User>(caller_.account, user);
    const model::Caller caller{
        .account = caller_.account, .user_id = world_.find(id)->unique_id, .user = id};
    return model::permission(world_, caller, {.action = action});
  }
};

TEST_F(GroupTest, Reads_back_as_it_was_made) {
  make_group("net", "&Path=/teams/");
  const std::string id = world_.all<model::Group>().begin()->second->unique_id;
  EXPECT_TRUE(id.starts_with("AGPA"));
  EXPECT_EQ(id.size(), 21U);
  const std::string fields = fmt::format(
      "<Path>/teams/</Path><GroupName>net</GroupName><GroupId>{}</GroupId>"
      "<Arn>arn:aws:iam::111111111111:group/teams/net</Arn>"
      "<CreateDate>1970-01-12T13:46:40.000Z</CreateDate>",
      id);
  EXPECT_EQ(run("GetGroup", "GroupName=net"),
            "<Group>" + fields + "</Group><Users/><IsTruncated>false</IsTruncated>");
  make_group("ops");
  EXPECT_EQ(run("ListGroups", "PathPrefix=/teams/"),
            "<Groups><member>" + fields + "</member></Groups><IsTruncated>false</IsTruncated>");
  const std::string first = run("ListGroups", "MaxItems=1");
  EXPECT_NE(first.find("<IsTruncated>true</IsTruncated><Marker>1</Marker>"), std::string::npos);
  make_user("ann");
  EXPECT_EQ(add("ann", "net"), "");
  EXPECT_EQ(run("ListGroupsForUser", "UserName=ann"),
            "<Groups><member>" + fields + "</member></Groups><IsTruncated>false</IsTruncated>");
}

TEST_F(GroupTest, Has_the_users_that_are_added_until_they_are_removed) {
  make_group("net");
  make_user("ann");
  make_user("bob");
  EXPECT_EQ(add("bob", "net"), "");
  EXPECT_EQ(add("ann", "net"), "");
  EXPECT_EQ(add("ann", "net"), "");  // again: nothing to do
  const std::string both = run("GetGroup", "GroupName=net");
  EXPECT_LT(both.find("<UserName>ann</UserName>"), both.find("<UserName>bob</UserName>"));
  const std::string page = run("GetGroup", "GroupName=net&MaxItems=1");
  EXPECT_NE(page.find("<UserName>ann</UserName>"), std::string::npos);
  EXPECT_EQ(page.find("<UserName>bob</UserName>"), std::string::npos);
  EXPECT_EQ(run("DeleteUser", "UserName=ann"),
            "DeleteConflict: Cannot delete entity, must remove users from group first.");
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(run("RemoveUserFromGroup", "UserName=ann&GroupName=net"), "");
  }
  EXPECT_EQ(run("ListGroupsForUser", "UserName=ann"), "<Groups/><IsTruncated>false</IsTruncated>");
  EXPECT_EQ(run("DeleteUser", "UserName=ann"), "");
}

TEST_F(GroupTest, Is_held_by_its_users_and_policies) {
  make_group("net");
  make_user("ann");
  add("ann", "net");
  run("AttachGroupPolicy", std::string("GroupName=net&") + kReadOnly);
  run("PutGroupPolicy",
      "GroupName=net&PolicyName=p&PolicyDocument=" + wire::percent_encoded(kPolicy));
  EXPECT_EQ(run("DeleteGroup", "GroupName=net"),
            "DeleteConflict: Cannot delete entity, must remove users from group first.");
  run("RemoveUserFromGroup", "UserName=ann&GroupName=net");
  EXPECT_EQ(run("DeleteGroup", "GroupName=net"),
            "DeleteConflict: Cannot delete entity, must detach all policies first.");
  EXPECT_EQ(run("DetachGroupPolicy", std::string("GroupName=net&") + kReadOnly), "");
  EXPECT_EQ(run("DeleteGroup", "GroupName=net"),
            "DeleteConflict: Cannot delete entity, must delete policies first.");
  EXPECT_EQ(run("DeleteGroupPolicy", "GroupName=net&PolicyName=p"), "");
  EXPECT_EQ(run("DeleteGroup", "GroupName=net"), "");
  EXPECT_EQ(run("GetGroup", "GroupName=net"),
            "NoSuchEntity: The group with name net cannot be found.");
}

TEST_F(GroupTest, Decides_what_its_users_may_do) {
  make_group("net");
  make_user("ann");
  run("PutGroupPolicy",
      "GroupName=net&PolicyName=p&PolicyDocument=" + wire::percent_encoded(kPolicy));
  EXPECT_EQ(run("GetGroupPolicy", "GroupName=net&PolicyName=p"),
            "<GroupName>net</GroupName><PolicyName>p</PolicyName><PolicyDocument>" +
                wire::percent_encoded(kPolicy) + "</PolicyDocument>");
  EXPECT_EQ(run("ListGroupPolicies", "GroupName=net"),
            "<PolicyNames><member>p</member></PolicyNames><IsTruncated>false</IsTruncated>");
  EXPECT_EQ(asked("ann", "ec2:RunInstances"), model::PolicyAnswer::Silent);
  add("ann", "net");
  EXPECT_EQ(asked("ann", "ec2:RunInstances"), model::PolicyAnswer::Allowed);
  run("RemoveUserFromGroup", "UserName=ann&GroupName=net");
  EXPECT_EQ(asked("ann", "ec2:RunInstances"), model::PolicyAnswer::Silent);
}

TEST_F(GroupTest, Keeps_users_policies_and_id_under_a_new_name) {
  make_group("net");
  make_group("zoo");
  make_user("ann");
  add("ann", "net");
  add("ann", "zoo");
  run("PutGroupPolicy",
      "GroupName=net&PolicyName=p&PolicyDocument=" + wire::percent_encoded(kPolicy));
  const std::string id =
      world_.find(model::iam_id<model::Group>(caller_.account, "net"))->unique_id;
  EXPECT_EQ(run("UpdateGroup", "GroupName=net&NewGroupName=Zoo"),
            "EntityAlreadyExists: Group with name Zoo already exists.");
  EXPECT_EQ(run("UpdateGroup", "GroupName=net&NewGroupName=zz&NewPath=/x/"), "");
  EXPECT_EQ(run("GetGroup", "GroupName=net"),
            "NoSuchEntity: The group with name net cannot be found.");
  const std::string seen = run("GetGroup", "GroupName=zz");
  EXPECT_NE(seen.find("<GroupId>" + id + "</GroupId>"), std::string::npos) << seen;
  EXPECT_NE(seen.find(":group/x/zz</Arn>"), std::string::npos) << seen;
  EXPECT_NE(seen.find("<UserName>ann</UserName>"), std::string::npos) << seen;
  EXPECT_EQ(asked("ann", "ec2:RunInstances"), model::PolicyAnswer::Allowed);
  EXPECT_EQ(add("ann", "zz"), "");  // still once
  EXPECT_EQ(world_.find(model::iam_id<model::User>(caller_.account, "ann"))->groups.size(), 2U);
  EXPECT_EQ(run("UpdateGroup", "GroupName=zz&NewGroupName=ZZ"), "");  // another way to write it
  EXPECT_EQ(run("UpdateGroup", "GroupName=ZZ"), "");
  EXPECT_EQ(asked("ann", "ec2:RunInstances"), model::PolicyAnswer::Allowed);
}

TEST_F(GroupTest, Counts_among_those_that_a_managed_policy_is_attached_to) {
  make_group("net", "&Path=/teams/");
  const std::string read_only = std::string("GroupName=net&") + kReadOnly;
  EXPECT_EQ(run("AttachGroupPolicy", read_only), "");
  EXPECT_EQ(run("ListAttachedGroupPolicies", "GroupName=net"),
            "<AttachedPolicies><member><PolicyName>ReadOnlyAccess</PolicyName><PolicyArn>"
            "arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedPolicies>"
            "<IsTruncated>false</IsTruncated>");
  EXPECT_NE(run("GetPolicy", kReadOnly).find("<AttachmentCount>1</AttachmentCount>"),
            std::string::npos);
  const std::string id = world_.all<model::Group>().begin()->second->unique_id;
  const std::string groups = "<PolicyGroups><member><GroupName>net</GroupName><GroupId>" + id +
                             "</GroupId></member></PolicyGroups>";
  make_user("ann");
  run("AttachUserPolicy", std::string("UserName=ann&") + kReadOnly);
  const std::string all = run("ListEntitiesForPolicy", kReadOnly);
  EXPECT_NE(all.find(groups), std::string::npos) << all;
  EXPECT_NE(all.find("<UserName>ann</UserName>"), std::string::npos) << all;
  const std::string some =
      run("ListEntitiesForPolicy", std::string(kReadOnly) + "&EntityFilter=Group");
  EXPECT_NE(some.find(groups + "<PolicyUsers/>"), std::string::npos) << some;
  EXPECT_EQ(run("ListEntitiesForPolicy", std::string(kReadOnly) + "&PathPrefix=/others/")
                .find("<GroupName>"),
            std::string::npos);
}

// [IAM API reference; IAM quotas; recorded answers]
TEST_F(GroupTest, Refuses_in_awss_words) {
  make_group("net");
  make_user("ann");
  struct Case {
    const char* action;
    std::string parameters;
    const char* words;
  };
  const Case cases[] = {
      {"CreateGroup", "GroupName=NET", "EntityAlreadyExists: Group with name NET already exists."},
      {"CreateGroup", "GroupName=a/b",
       "ValidationError: 1 validation error detected: Value 'a/b' at 'groupName' failed to satisfy "
       "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"},
      {"CreateGroup", "GroupName=x&Path=x",
       "ValidationError: The specified value for path is invalid. It must begin and end with / and "
       "contain only alphanumeric characters and/or / characters."},
      {"AddUserToGroup", "GroupName=net&UserName=bob",
       "NoSuchEntity: The user with name bob cannot be found."},
      {"AddUserToGroup", "GroupName=ops&UserName=ann",
       "NoSuchEntity: The group with name ops cannot be found."},
      {"UpdateGroup", "GroupName=ops&NewPath=/x/",
       "NoSuchEntity: The group with name ops cannot be found."},
      {"DeleteGroup", "GroupName=ops", "NoSuchEntity: The group with name ops cannot be found."},
      {"ListGroupsForUser", "UserName=bob",
       "NoSuchEntity: The user with name bob cannot be found."},
      {"GetGroupPolicy", "GroupName=net&PolicyName=p",
       "NoSuchEntity: The policy with name p cannot be found."},
      {"PutGroupPolicy",
       "GroupName=net&PolicyName=p&PolicyDocument=" +
           document_of_action("ec2:" + std::string(5120, 'x')),
       "LimitExceeded: Maximum policy size of 5120 bytes exceeded for net"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.action + (" " + c.parameters));
    EXPECT_EQ(run(c.action, c.parameters), c.words);
  }
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(run("GetGroup", "GroupName=net"),
            "NoSuchEntity: The group with name net cannot be found.");
}

TEST_F(GroupTest, There_are_up_to_300_and_a_user_is_in_up_to_10) {
  make_user("ann");
  for (int i = 0; i < 300; ++i) {
    const std::string name = fmt::format("g{}", i);
    make_group(name);
    if (i < 10) {
      EXPECT_EQ(add("ann", name), "");
    }
  }
  EXPECT_EQ(add("ann", "g10"), "LimitExceeded: Cannot exceed quota for GroupsPerUser: 10");
  EXPECT_EQ(add("ann", "g9"), "");
  EXPECT_EQ(run("CreateGroup", "GroupName=more"),
            "LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300");
}

}  // namespace
}  // namespace postern::api::iam
