// SPDX-License-Identifier: Apache-2.0
// Buckets, what is set of them, and who may.
#include "api/s3/s3_test.h"
#include "model/chosen.h"

namespace postern::api::s3 {
namespace {

class S3BucketTest : public S3Test {
 protected:
  static std::string allow(const std::string& principal, const std::string& action,
                           const std::string& resource, const std::string& more = "") {
    return fmt::format(
        R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{},"Action":"{}","Resource":"{}"{}}}]}})",
        principal, action, resource, more);
  }
  const std::string everybody_ = allow("\"*\"", "s3:GetObject", "arn:aws:s3:::logs/*");
  const std::string to_bob_ =
      allow(R"({"AWS":"222222222222"})", "s3:ListBucket", "arn:aws:s3:::logs");
};

// [S3 API reference, CreateBucket; S3 user guide, "General purpose bucket naming rules"]
TEST_F(S3BucketTest, A_bucket_is_made_where_it_is_asked_for) {
  EXPECT_EQ(code(ask("PUT", "/Logs", location("eu-west-1"))), "InvalidBucketName");
  EXPECT_EQ(code(ask("PUT", "/logs", location("eu-west-2"))), "IllegalLocationConstraintException");
  EXPECT_EQ(code(ask("PUT", "/logs")), "IllegalLocationConstraintException");
  EXPECT_EQ(code(ask("PUT", "/logs", location("us-east-1"))), "InvalidLocationConstraint");
  EXPECT_EQ(code(ask("PUT", "/logs", "<Other/>")), "MalformedXML");
  const auto made = ask("PUT", "/logs", location("eu-west-1"));
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(header(made, "Location"), "/logs");
  EXPECT_EQ(code(ask("PUT", "/logs", location("eu-west-1"))), "BucketAlreadyOwnedByYou");
  EXPECT_EQ(code(ask(bob_, "PUT", "/logs", location("eu-west-1"))), "BucketAlreadyExists");
  EXPECT_THAT(ask("GET", "/logs?location").body, HasSubstr(">eu-west-1</LocationConstraint>"));
  // In the first region there is no constraint, and making it again is no error.
  const auto east = root("111111111111", "us-east-1");
  EXPECT_EQ(ask(east, "PUT", "/east").status, 200);
  EXPECT_EQ(ask(east, "PUT", "/east").status, 200);
  EXPECT_THAT(ask(east, "GET", "/east?location").body, Not(HasSubstr("us-east-1")));
}

TEST_F(S3BucketTest, A_bucket_answers_in_its_region_and_says_elsewhere_where_it_is) {
  make_bucket();
  const auto elsewhere = root("111111111111", "us-west-2");
  const auto answer = ask(elsewhere, "HEAD", "/logs");
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(header(answer, "x-amz-bucket-region"), "eu-west-1");
  EXPECT_EQ(ask(elsewhere, "GET", "/logs?location").status, 200);
  EXPECT_EQ(header(ask("HEAD", "/logs"), "x-amz-bucket-region"), "eu-west-1");
  EXPECT_EQ(code(ask("HEAD", "/other")), "NoSuchBucket");
}

TEST_F(S3BucketTest, Each_account_lists_its_own) {
  make_bucket("a-one");
  make_bucket("a-two");
  make_bucket("b-one");
  EXPECT_EQ(keys(ask("GET", "/").body, "Name"),
            (std::vector<std::string>{"a-one", "a-two", "b-one"}));
  EXPECT_EQ(keys(ask(bob_, "GET", "/").body, "Name"), std::vector<std::string>());
  const auto first = ask("GET", "/?prefix=a-&max-buckets=1");
  EXPECT_EQ(keys(first.body, "Name"), std::vector<std::string>{"a-one"});
  EXPECT_EQ(keys(first.body, "ContinuationToken"), std::vector<std::string>{"a-one"});
  const auto second = ask("GET", "/?prefix=a-&max-buckets=1&continuation-token=a-one");
  EXPECT_EQ(keys(second.body, "Name"), std::vector<std::string>{"a-two"});
  EXPECT_EQ(keys(second.body, "ContinuationToken"), std::vector<std::string>());
}

TEST_F(S3BucketTest, A_bucket_with_something_in_it_stays) {
  make_bucket();
  EXPECT_EQ(ask("PUT", "/logs/a", "x").status, 200);
  EXPECT_EQ(code(ask("DELETE", "/logs")), "BucketNotEmpty");
  EXPECT_EQ(ask("DELETE", "/logs/a").status, 204);
  EXPECT_EQ(ask("DELETE", "/logs").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs")), "NoSuchBucket");
  // Made anew, it is another one.
  make_bucket();
  EXPECT_EQ(ask("PUT", "/logs/a", "y").status, 200);
}

TEST_F(S3BucketTest, A_folder_of_the_operators_is_nobodys_bucket) {
  SeededIds ids{2};
  model::Transaction tx(world_, now_, ids);
  model::set_buckets(tx, {"folder"});
  world_ = tx.world();
  EXPECT_EQ(code(ask("GET", "/folder")), "AccessDenied");
  EXPECT_EQ(code(ask("PUT", "/folder", location("eu-west-1"))), "BucketAlreadyExists");
}

// What Terraform's provider reads of a bucket, and how S3 says "none".
// [S3 API reference: each action's errors; defaults of new buckets since April 2023]
TEST_F(S3BucketTest, A_fresh_bucket_has_what_AWSs_has) {
  make_bucket();
  struct Case {
    const char* sub;
    const char* code;  // "" : it answers
    const char* has;
  };
  for (const Case& c : {
           Case{"tagging", "NoSuchTagSet", ""},
           Case{"policy", "NoSuchBucketPolicy", ""},
           Case{"policyStatus", "NoSuchBucketPolicy", ""},
           Case{"cors", "NoSuchCORSConfiguration", ""},
           Case{"website", "NoSuchWebsiteConfiguration", ""},
           Case{"lifecycle", "NoSuchLifecycleConfiguration", ""},
           Case{"replication", "ReplicationConfigurationNotFoundError", ""},
           Case{"object-lock", "ObjectLockConfigurationNotFoundError", ""},
           Case{"acl", "", "<Permission>FULL_CONTROL</Permission>"},
           Case{"versioning", "", "<VersioningConfiguration"},
           Case{"accelerate", "", "<AccelerateConfiguration"},
           Case{"requestPayment", "", "<Payer>BucketOwner</Payer>"},
           Case{"logging", "", "<BucketLoggingStatus"},
           Case{"notification", "", "<NotificationConfiguration"},
           Case{"encryption", "", "<SSEAlgorithm>AES256</SSEAlgorithm>"},
           Case{"ownershipControls", "", "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"},
           Case{"publicAccessBlock", "", "<BlockPublicPolicy>true</BlockPublicPolicy>"},
       }) {
    SCOPED_TRACE(c.sub);
    const auto answer = ask("GET", std::string("/logs?") + c.sub);
    EXPECT_EQ(code(answer), c.code);
    EXPECT_THAT(answer.body, HasSubstr(c.has));
    EXPECT_THAT(answer.body, Not(HasSubstr("<Status>")));
  }
}

TEST_F(S3BucketTest, Tags_are_taken_read_back_and_checked) {
  make_bucket();
  const auto tag = [](const std::string& key, const std::string& value) {
    return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
  };
  const auto put = [&](const std::string& tags) {
    return code(ask("PUT", "/logs?tagging", "<Tagging><TagSet>" + tags + "</TagSet></Tagging>"));
  };
  EXPECT_EQ(put(tag("a", "1") + tag("b", "")), "");
  EXPECT_THAT(ask("GET", "/logs?tagging").body, HasSubstr(tag("a", "1") + "<Tag><Key>b</Key>"));
  EXPECT_EQ(put(tag("a", "1") + tag("a", "2")), "InvalidTag");
  EXPECT_EQ(put(tag("aws:x", "1")), "InvalidTag");
  EXPECT_EQ(put(tag(std::string(129, 'k'), "1")), "InvalidTag");
  EXPECT_EQ(put("<Tag><Key>a</Key></Tag>"), "MalformedXML");
  EXPECT_EQ(put(tag("a", "1") + "<Other>x</Other>"), "MalformedXML");
  std::string many;
  for (int i = 0; i < 51; ++i) {
    many += tag(fmt::format("k{}", i), "v");
  }
  EXPECT_EQ(put(many), "InvalidTag");
  EXPECT_EQ(ask("DELETE", "/logs?tagging").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs?tagging")), "NoSuchTagSet");
}

TEST_F(S3BucketTest, Settings_are_read_back_and_what_is_not_so_is_refused) {
  make_bucket();
  const auto put = [&](const std::string& sub, const std::string& body) {
    return code(ask("PUT", "/logs?" + sub, body));
  };
  const auto encryption = [](const std::string& by) {
    return "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
           "<SSEAlgorithm>" +
           by +
           "</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true"
           "</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>";
  };
  EXPECT_EQ(put("encryption", encryption("AES256")), "");
  EXPECT_THAT(ask("GET", "/logs?encryption").body,
              HasSubstr("<BucketKeyEnabled>true</BucketKeyEnabled>"));
  EXPECT_EQ(put("encryption", encryption("aws:kms")), "NotImplemented");
  EXPECT_EQ(put("encryption", encryption("rot13")), "MalformedXML");
  EXPECT_EQ(ask("DELETE", "/logs?encryption").status, 204);
  EXPECT_THAT(ask("GET", "/logs?encryption").body,
              HasSubstr("<BucketKeyEnabled>false</BucketKeyEnabled>"));

  const auto versioning = [](const std::string& in) {
    return "<VersioningConfiguration>" + in + "</VersioningConfiguration>";
  };
  EXPECT_EQ(put("versioning", versioning("<Status>Enabled</Status>")), "");
  EXPECT_THAT(ask("GET", "/logs?versioning").body, HasSubstr("<Status>Enabled</Status>"));
  EXPECT_EQ(put("versioning", versioning("<Status>On</Status>")), "MalformedXML");
  EXPECT_EQ(put("versioning", versioning("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>")),
            "NotImplemented");

  const auto ownership = [](const std::string& of) {
    return "<OwnershipControls><Rule><ObjectOwnership>" + of +
           "</ObjectOwnership></Rule></OwnershipControls>";
  };
  EXPECT_EQ(code(ask("PUT", "/logs?acl", "", {{"x-amz-acl", "private"}})),
            "AccessControlListNotSupported");
  EXPECT_EQ(put("ownershipControls", ownership("Nobody")), "MalformedXML");
  EXPECT_EQ(put("ownershipControls", ownership("BucketOwnerPreferred")), "");
  EXPECT_EQ(ask("PUT", "/logs?acl", "", {{"x-amz-acl", "private"}}).status, 200);
  EXPECT_EQ(code(ask("PUT", "/logs?acl", "", {{"x-amz-acl", "public-read"}})), "NotImplemented");
  EXPECT_EQ(code(ask("PUT", "/logs?acl", "", {{"x-amz-acl", "mine"}})), "InvalidArgument");
  const std::string acl = ask("GET", "/logs?acl").body;
  EXPECT_EQ(put("acl", acl), "");
  EXPECT_EQ(ask("DELETE", "/logs?ownershipControls").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs?ownershipControls")), "OwnershipControlsNotFoundError");
}

// [S3 API reference, PutBucketPolicy; S3 user guide, "The meaning of public"]
TEST_F(S3BucketTest, A_policy_is_about_its_bucket_and_not_for_everybody_unless_that_is_let) {
  make_bucket();
  EXPECT_EQ(code(ask("PUT", "/logs?policy", "{")), "MalformedPolicy");
  EXPECT_EQ(
      code(ask("PUT", "/logs?policy", allow("\"*\"", "s3:GetObject", "arn:aws:s3:::other/*"))),
      "MalformedPolicy");
  EXPECT_EQ(code(ask("PUT", "/logs?policy", allow("\"*\"", "ec2:RunInstances", "*"))),
            "MalformedPolicy");
  EXPECT_EQ(code(ask("PUT", "/logs?policy", everybody_)), "AccessDenied");
  EXPECT_EQ(ask("PUT", "/logs?policy", to_bob_).status, 204);
  EXPECT_EQ(ask("GET", "/logs?policy").body, to_bob_);
  EXPECT_THAT(ask("GET", "/logs?policyStatus").body, HasSubstr("<IsPublic>FALSE</IsPublic>"));
  EXPECT_EQ(ask("DELETE", "/logs?publicAccessBlock").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs?publicAccessBlock")), "NoSuchPublicAccessBlockConfiguration");
  EXPECT_EQ(ask("PUT", "/logs?policy", everybody_).status, 204);
  EXPECT_THAT(ask("GET", "/logs?policyStatus").body, HasSubstr("<IsPublic>TRUE</IsPublic>"));
  EXPECT_EQ(ask("DELETE", "/logs?policy").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs?policy")), "NoSuchBucketPolicy");
}

// [S3 user guide, "How Amazon S3 authorizes a request"]
TEST_F(S3BucketTest, Another_account_may_what_the_policy_lets_it) {
  make_bucket();
  EXPECT_EQ(ask("PUT", "/logs/a", "x").status, 200);
  EXPECT_EQ(code(ask(bob_, "GET", "/logs")), "AccessDenied");
  EXPECT_EQ(code(ask(bob_, "DELETE", "/logs")), "AccessDenied");
  EXPECT_EQ(ask("PUT", "/logs?policy", to_bob_).status, 204);
  EXPECT_EQ(ask(bob_, "GET", "/logs").status, 200);
  EXPECT_EQ(code(ask(bob_, "GET", "/logs/a")), "AccessDenied");
  EXPECT_EQ(code(ask(bob_, "GET", "/logs?policy")), "AccessDenied");
  // Everybody is somebody of another account, unless public buckets are restricted to their own.
  EXPECT_EQ(ask("DELETE", "/logs?publicAccessBlock").status, 204);
  EXPECT_EQ(ask("PUT", "/logs?policy", everybody_).status, 204);
  EXPECT_EQ(ask(bob_, "GET", "/logs/a").status, 200);
  EXPECT_EQ(ask("PUT", "/logs?publicAccessBlock",
                "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true"
                "</RestrictPublicBuckets></PublicAccessBlockConfiguration>")
                .status,
            200);
  EXPECT_EQ(code(ask(bob_, "GET", "/logs/a")), "AccessDenied");
  EXPECT_EQ(ask("GET", "/logs/a").status, 200);
}

TEST_F(S3BucketTest, A_denial_shuts_out_the_owner_too_who_can_mend_the_policy) {
  make_bucket();
  std::string deny = allow("\"*\"", "s3:*", "arn:aws:s3:::logs");
  deny.replace(deny.find("Allow"), 5, "Deny");
  EXPECT_EQ(ask("PUT", "/logs?policy", deny).status, 204);
  EXPECT_EQ(code(ask("GET", "/logs")), "AccessDenied");
  EXPECT_EQ(ask("GET", "/logs?policy").status, 200);
  EXPECT_EQ(ask("DELETE", "/logs?policy").status, 204);
  EXPECT_EQ(ask("GET", "/logs").status, 200);
  // What is asked over a way that others see, is denied by who asks for that.
  const std::string condition = R"(,"Condition":{"Bool":{"aws:SecureTransport":"false"}})";
  deny = allow("\"*\"", "s3:*", "arn:aws:s3:::logs", condition);
  deny.replace(deny.find("Allow"), 5, "Deny");
  EXPECT_EQ(ask("PUT", "/logs?policy", deny).status, 204);
  EXPECT_EQ(ask("GET", "/logs").status, 200);
  service_ = s3_service({.objects = *objects_, .host_names = {}, .secure = false});
  EXPECT_EQ(code(ask("GET", "/logs")), "AccessDenied");
}

TEST_F(S3BucketTest, A_user_may_what_its_policies_allow_on_that_bucket) {
  make_bucket();
  make_bucket("other");
  const model::User user{
      .id = model::Id<model::User>("111111111111/eve"),
      .owner = ada_.account,
      .name = "eve",
      .unique_id = "AIDAEVE",
      .policies = {.documents = {{"p", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                                       R"("Action":["s3:ListBucket","s3:PutObject"],"Resource":)"
                                       R"(["arn:aws:s3:::logs","arn:aws:s3:::logs/eve/*"]}]})"}}}};
  SeededIds ids{2};
  model::Transaction tx(world_, now_, ids);
  tx.put(user);
  world_ = tx.world();
  const model::Caller eve{.account = ada_.account,
                          .region = "eu-west-1",
                          .principal_arn = "arn:aws:iam::111111111111:user/eve",
                          .user_id = "AIDAEVE",
                          .user = user.id};
  EXPECT_EQ(ask(eve, "GET", "/logs").status, 200);
  EXPECT_EQ(code(ask(eve, "GET", "/other")), "AccessDenied");
  EXPECT_EQ(ask(eve, "PUT", "/logs/eve/a", "x").status, 200);
  EXPECT_EQ(code(ask(eve, "PUT", "/logs/ada/a", "x")), "AccessDenied");
  EXPECT_EQ(code(ask(eve, "GET", "/")), "AccessDenied");
  EXPECT_EQ(code(ask(eve, "PUT", "/new-one", location("eu-west-1"))), "AccessDenied");
}

TEST_F(S3BucketTest, The_expected_owner_is_asked_for) {
  make_bucket();
  EXPECT_EQ(ask("GET", "/logs", "", {{"x-amz-expected-bucket-owner", "111111111111"}}).status, 200);
  EXPECT_EQ(code(ask("GET", "/logs", "", {{"x-amz-expected-bucket-owner", "222222222222"}})),
            "AccessDenied");
}

}  // namespace
}  // namespace postern::api::s3
