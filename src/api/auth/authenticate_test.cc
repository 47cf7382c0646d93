// SPDX-License-Identifier: Apache-2.0
// Each way in which a signature can be wrong, and what each service says to it.
#include "api/auth/authenticate.h"

#include <gtest/gtest.h>

namespace postern::api::auth {
namespace {

using std::chrono::minutes;
using wire::Dialect;
using wire::HttpRequest;

constexpr const char* kKey = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TimePoint kNow{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

model::World world_of_two() {
  model::WorldBuilder world;
  world.put(model::Account{.id = model::Id<model::Account>("111111111111"),
                           .name = "A",
                           .access_keys = {{.id = "AKIAOFSOMEBODYELSE00", .secret = "s"}}});
  world.put(model::Account{.id = model::Id<model::Account>("222222222222"),
                           .name = "B",
                           .access_keys = {{.id = kKey,
                                            .secret = kSecret,
                                            .principal_arn = "arn:aws:iam::222222222222:user/ada",
                                            .user_id = "AIDAEXAMPLE"}}});
  world.put(model::User{.id = model::Id<model::User>("222222222222/bob"),
                        .owner = model::Id<model::Account>("222222222222"),
                        .name = "bob",
                        .path = "/",
                        .unique_id = "AIDABOB",
                        .keys = {{.id = "AKIABOBSKEY000000000", .secret = "b"},
                                 {.id = "AKIABOBSOLDKEY000000", .secret = "b", .active = false}}});
  world.put(model::Session{.id = model::Id<model::Session>("ASIAASESSION00000000"),
                           .owner = model::Id<model::Account>("222222222222"),
                           .secret = "s",
                           .token = "token",
                           .principal_arn = "arn:aws:sts::222222222222:assumed-role/r/s",
                           .user_id = "AROA1:s",
                           .role = model::Id<model::Role>("222222222222/r"),
                           .expires_at = kNow + minutes(15)});
  return world.build();
}

HttpRequest plain() {
  return {"POST", "/", {{"Host", "127.0.0.1:4566"}}, "Action=DescribeVpcs&Version=2016-11-15"};
}

HttpRequest signed_by(const std::string& key, const std::string& secret,
                      const std::string& region = "eu-west-1") {
  HttpRequest request = plain();
  wire::sign_request(request, {key, secret}, {region, "ec2"}, kNow);
  return request;
}

HttpRequest with_header(HttpRequest request, const std::string& name, const std::string& value) {
  request.headers.push_back({name, value});
  return request;
}

Result<model::Caller> run(const HttpRequest& request, Dialect dialect, TimePoint now = kNow,
                          Mode mode = Mode::Strict) {
  const auto signature = wire::read_signature(request);
  if (!signature) {
    return std::unexpected(refusal(dialect, signature.error()));
  }
  return authenticate(mode, dialect, request, *signature, world_of_two(), now);
}

TEST(Authenticate, The_right_signature_gives_the_key_s_owner_in_the_region_signed_for) {
  const auto caller = run(signed_by(kKey, kSecret), Dialect::Ec2);
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->account.value, "222222222222");
  EXPECT_EQ(caller->region, "eu-west-1");
  EXPECT_EQ(caller->principal_arn, "arn:aws:iam::222222222222:user/ada");
  EXPECT_EQ(caller->user_id, "AIDAEXAMPLE");
}

constexpr const char* kEc2Words = "AWS was not able to validate the provided access credentials";

// [STS and ELBv2 common errors; EC2 API reference, "Error codes"; recorded answers]
TEST(Authenticate, Each_failure_has_the_code_status_and_words_of_its_service) {
  struct Case {
    const char* name;
    HttpRequest request;
    TimePoint now;
    const Fault& query;
    int query_status;
    const char* query_words;  // the beginning of it
    const Fault& ec2;
    int ec2_status;
    const char* ec2_words;
  };
  const HttpRequest good = signed_by(kKey, kSecret);
  const char* mismatch =
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.";
  const char* token = "The security token included in the request is invalid.";
  const Case cases[] = {
      {"unsigned", plain(), kNow, faults::MissingAuthenticationToken, 403,
       "Request is missing Authentication Token", faults::AuthFailure, 401, kEc2Words},
      {"half signed", with_header(plain(), "Authorization", "AWS4-HMAC-SHA256 Signature=0"), kNow,
       faults::IncompleteSignature, 400, "Authorization header requires 'Credential' parameter. ",
       faults::AuthFailure, 401, kEc2Words},
      {"nobody's key", signed_by("AKIANOBODYSKEY000000", kSecret), kNow,
       faults::InvalidClientTokenId, 403, token, faults::AuthFailure, 401, kEc2Words},
      {"a session token with a key that has none",
       [] {
         HttpRequest request = with_header(plain(), "X-Amz-Security-Token", "t");
         wire::sign_request(request, {kKey, kSecret}, {"eu-west-1", "ec2"}, kNow);
         return request;
       }(),
       kNow, faults::InvalidClientTokenId, 403, token, faults::AuthFailure, 401, kEc2Words},
      {"somebody else's secret", signed_by(kKey, "s"), kNow, faults::SignatureDoesNotMatch, 403,
       mismatch, faults::AuthFailure, 401, kEc2Words},
      {"too old", good, kNow + minutes(16), faults::SignatureDoesNotMatch, 403,
       "Signature expired: 20261123T000000Z is now earlier than 20261123T000100Z "
       "(20261123T001600Z - 15 min.)",
       faults::RequestExpired, 400, "Request has expired."},
      {"too new", good, kNow - minutes(16), faults::SignatureDoesNotMatch, 403,
       "Signature not yet current: 20261123T000000Z is still later than 20261122T235900Z "
       "(20261122T234400Z + 15 min.)",
       faults::RequestExpired, 400, "Request has expired."},
      {"no such region", signed_by(kKey, kSecret, "EU_WEST_1"), kNow, faults::SignatureDoesNotMatch,
       403, "Credential should be scoped to a valid region, not 'EU_WEST_1'. ", faults::AuthFailure,
       401, kEc2Words},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto query = run(c.request, Dialect::Query, c.now);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().fault().code, c.query.code);
    EXPECT_EQ(query.error().fault().http_status, c.query_status);
    EXPECT_TRUE(query.error().message().starts_with(c.query_words)) << query.error().message();
    const auto ec2 = run(c.request, Dialect::Ec2, c.now);
    ASSERT_FALSE(ec2);
    EXPECT_EQ(ec2.error().fault().code, c.ec2.code);
    EXPECT_EQ(ec2.error().fault().http_status, c.ec2_status);
    EXPECT_EQ(ec2.error().message(), c.ec2_words);
  }
}

HttpRequest of_session(const std::string& token, const std::string& secret, TimePoint now) {
  HttpRequest request = plain();
  if (!token.empty()) {
    request.headers.push_back({"X-Amz-Security-Token", token});
  }
  wire::sign_request(request, {"ASIAASESSION00000000", secret}, {"eu-west-1", "ec2"}, now);
  return request;
}

TEST(Authenticate, A_user_signs_with_any_of_its_active_keys) {
  const auto caller = run(signed_by("AKIABOBSKEY000000000", "b"), Dialect::Query);
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->account.value, "222222222222");
  EXPECT_EQ(caller->principal_arn, "arn:aws:iam::222222222222:user/bob");
  EXPECT_EQ(caller->user_id, "AIDABOB");
  EXPECT_EQ(caller->user.value, "222222222222/bob");
  const auto inactive = run(signed_by("AKIABOBSOLDKEY000000", "b"), Dialect::Query);
  ASSERT_FALSE(inactive);
  EXPECT_EQ(inactive.error().fault().code, "InvalidClientTokenId");
}

// [IAM user guide, "Temporary security credentials"; STS common errors; recorded answers]
TEST(Authenticate, Temporary_keys_come_with_their_token_and_expire) {
  struct Case {
    const char* name;
    const char* token;
    const char* secret;
    int minutes;
    const char* query;  // the code; null: it is good
    const char* ec2;
  };
  const Case cases[] = {
      {"all right", "token", "s", 14, nullptr, nullptr},
      {"no token", "", "s", 0, "InvalidClientTokenId", "AuthFailure"},
      {"another token", "tokem", "s", 0, "InvalidClientTokenId", "AuthFailure"},
      {"the beginning of the token", "toke", "s", 0, "InvalidClientTokenId", "AuthFailure"},
      {"another secret", "token", "t", 0, "SignatureDoesNotMatch", "AuthFailure"},
      {"over", "token", "s", 15, "ExpiredToken", "RequestExpired"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const TimePoint now = kNow + minutes(c.minutes);
    const HttpRequest request = of_session(c.token, c.secret, now);
    for (const Dialect dialect : {Dialect::Query, Dialect::Ec2}) {
      const char* code = dialect == Dialect::Query ? c.query : c.ec2;
      const auto caller = run(request, dialect, now);
      ASSERT_EQ(caller.has_value(), code == nullptr);
      if (caller) {
        EXPECT_EQ(caller->principal_arn, "arn:aws:sts::222222222222:assumed-role/r/s");
        EXPECT_EQ(caller->role.value, "222222222222/r");
        EXPECT_EQ(caller->session.value, "ASIAASESSION00000000");
      } else {
        EXPECT_EQ(caller.error().fault().code, code);
      }
    }
  }
  const auto over =
      run(of_session("token", "s", kNow), Dialect::Query, kNow + minutes(15), Mode::Lenient);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().message(), "The security token included in the request is expired");
}

TEST(Authenticate, Lenient_mode_believes_any_signature) {
  struct Case {
    const char* name;
    const char* key;
    const char* account;
    const char* arn;
  };
  const Case cases[] = {
      {"a stored key with a wrong secret", kKey, "222222222222",
       "arn:aws:iam::222222222222:user/ada"},
      {"twelve digits name an account", "333333333333", "333333333333",
       "arn:aws:iam::333333333333:root"},
      {"anything else", "test", "000000000000", "arn:aws:iam::000000000000:root"},
      {"eleven digits", "33333333333", "000000000000", "arn:aws:iam::000000000000:root"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto caller =
        run(signed_by(c.key, "wrong"), Dialect::Query, kNow + minutes(1000), Mode::Lenient);
    ASSERT_TRUE(caller) << caller.error().message();
    EXPECT_EQ(caller->account.value, c.account);
    EXPECT_EQ(caller->principal_arn, c.arn);
    EXPECT_EQ(caller->region, "eu-west-1");
  }
}

// What lenient mode does not do without: the credential scope, which tells service and region.
TEST(Authenticate, Lenient_mode_still_needs_a_credential_with_a_region) {
  EXPECT_FALSE(run(plain(), Dialect::Query, kNow, Mode::Lenient));
  const auto caller = run(signed_by("test", "test", "a b"), Dialect::Query, kNow, Mode::Lenient);
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().message(), "Credential should be scoped to a valid region, not 'a b'. ");
}

}  // namespace
}  // namespace postern::api::auth
