// SPDX-License-Identifier: Apache-2.0
// From a signed request to its answer, and from every bad one to AWS's fault for it.
#include "api/server/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/server/test_service.h"

namespace postern::api::server {
namespace {

using testing::HasSubstr;
using wire::HttpRequest;
using wire::HttpResponse;

const std::string kEc2 = "&Version=2016-11-15";
const std::string kSts = "&Version=2011-06-15";

HttpRequest plain(const std::string& form) {
  return {"POST",
          "/",
          {{"Host", "127.0.0.1:4566"}, {"Content-Type", "application/x-www-form-urlencoded"}},
          form};
}

std::string header_of(const HttpResponse& response, std::string_view name) {
  for (const wire::HttpHeader& header : response.headers) {
    if (wire::same_header(header.name, name)) {
      return header.value;
    }
  }
  return "";
}

class DispatcherTest : public testing::Test {
 protected:
  HttpRequest signed_by(const wire::SigningKey& key, HttpRequest request,
                        const std::string& service = "ec2",
                        const std::string& region = "eu-west-1") {
    wire::sign_request(request, key, {region, service}, clock_.now());
    return request;
  }

  HttpResponse ec2(const std::string& form, const wire::SigningKey& key = kAda,
                   const std::string& region = "eu-west-1") {
    return dispatcher_.answer(signed_by(key, plain(form), "ec2", region));
  }
  HttpResponse sts(const std::string& form) {
    return dispatcher_.answer(signed_by(kAda, plain(form), "sts"));
  }

  DispatcherParts parts(auth::Mode mode) {
    return {.core = core_,
            .clock = clock_,
            .ids = request_ids_,
            .services = test_services(),
            .machine = {},
            .mode = mode,
            .ensure_region = [this](const model::Caller& caller) { return ensure_region(caller); },
            .wait_programmed =
                [this](std::uint64_t revision) {
                  waited_for_ = revision;
                  return programmed_.load();
                }};
  }

  // As the daemon's: the region is the account's from now on.
  Result<> ensure_region(const model::Caller& caller) {
    ++ensured_;
    if (caller.region == "xx-nowhere-1") {
      return refuse(faults::UnauthorizedOperation, "There is no region here");
    }
    TRY(core_.run([&](model::Transaction& tx) -> Result<> {
      const auto* found = tx.world().find(caller.account);
      model::Account account = found != nullptr ? *found : model::Account{.id = caller.account};
      account.regions.push_back(caller.region);
      tx.put(account);
      return {};
    }));
    return {};
  }

  store::MemoryStore store_;
  SystemClock clock_;
  SeededIds ids_{1};
  RandomIds request_ids_;
  core::Core core_{store_, world_of_ada_and_bob(), clock_, ids_};
  std::atomic<std::uint64_t> waited_for_ = 0;
  std::atomic<bool> programmed_ = true;
  std::atomic<int> ensured_ = 0;
  Dispatcher dispatcher_{parts(auth::Mode::Strict)};
};

TEST_F(DispatcherTest, A_read_is_answered_in_its_dialect_with_the_request_s_id) {
  const auto answer = ec2("Action=ListVpcs" + kEc2);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header_of(answer, "Content-Type"), "text/xml;charset=UTF-8");
  const std::string id = header_of(answer, "x-amzn-requestid");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_THAT(
      answer.body,
      HasSubstr("<ListVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                "<requestId>" +
                id + "</requestId><account>111111111111</account><region>eu-west-1</region>"));
  const auto other = sts("Action=ListVpcs" + kSts);
  EXPECT_THAT(other.body, HasSubstr("<ListVpcsResult><account>111111111111</account>"));
  EXPECT_THAT(other.body, HasSubstr("<ResponseMetadata><RequestId>" +
                                    header_of(other, "x-amzn-RequestId") + "</RequestId>"));
}

TEST_F(DispatcherTest, An_action_may_come_in_the_query_presigned_or_not) {
  HttpRequest request{"GET", "/?Action=ListVpcs" + kSts, {{"Host", "h"}}, ""};
  EXPECT_EQ(dispatcher_.answer(signed_by(kAda, request, "sts")).status, 200);
  wire::presign_request(request, kAda, {"eu-west-1", "sts"}, clock_.now(), std::chrono::hours(1));
  EXPECT_EQ(dispatcher_.answer(request).status, 200);
  request.target += "0";
  EXPECT_EQ(dispatcher_.answer(request).status, 403);
}

TEST_F(DispatcherTest, Each_account_sees_its_own) {
  EXPECT_THAT(ec2("Action=MakeVpc&Name=a" + kEc2).body, HasSubstr("<vpcId>vpc-a</vpcId>"));
  EXPECT_THAT(ec2("Action=ListVpcs" + kEc2).body, HasSubstr("<item>vpc-a</item>"));
  EXPECT_THAT(ec2("Action=ListVpcs" + kEc2, kBob).body, HasSubstr("<vpcSet/>"));
  EXPECT_THAT(ec2("Action=ListVpcs" + kEc2, kAda, "eu-west-2").body, HasSubstr("<vpcSet/>"));
}

TEST_F(DispatcherTest, A_write_is_answered_when_the_data_plane_carries_it) {
  EXPECT_EQ(ec2("Action=MakeVpc&Name=a" + kEc2).status, 200);
  EXPECT_EQ(waited_for_, core_.snapshot()->revision());
  // Late is not lost: what is durable is answered as done.
  programmed_ = false;
  EXPECT_EQ(ec2("Action=MakeVpc&Name=b" + kEc2).status, 200);
  EXPECT_EQ(waited_for_, core_.snapshot()->revision());
}

TEST_F(DispatcherTest, A_refused_write_and_a_dry_run_wait_for_nothing_and_change_nothing) {
  const auto before = core_.snapshot()->revision();
  const auto refused = ec2("Action=MakeVpc&Name=bad" + kEc2);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("<Code>InvalidParameterValue</Code><Message>No &lt;bad&gt;"));
  const auto dry = ec2("Action=MakeVpc&Name=a&DryRun=true" + kEc2);
  EXPECT_EQ(dry.status, 412);
  EXPECT_THAT(dry.body, HasSubstr("<Code>DryRunOperation</Code>"));
  EXPECT_EQ(waited_for_, 0U);
  EXPECT_EQ(core_.snapshot()->revision(), before);
}

TEST_F(DispatcherTest, A_machine_that_fails_is_an_internal_error) {
  const auto answer = ec2("Action=MakeVpc&Name=disk" + kEc2);
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("<Code>InternalError</Code>"));
}

TEST_F(DispatcherTest, A_region_is_made_at_its_first_use_and_only_then) {
  EXPECT_EQ(ec2("Action=ListVpcs" + kEc2).status, 200);
  EXPECT_EQ(ensured_, 0);
  EXPECT_EQ(ec2("Action=ListVpcs" + kEc2, kAda, "us-east-1").status, 200);
  EXPECT_EQ(ec2("Action=ListVpcs" + kEc2, kAda, "us-east-1").status, 200);
  EXPECT_EQ(ensured_, 1);
  EXPECT_EQ(ec2("Action=ListVpcs" + kEc2, kAda, "xx-nowhere-1").status, 403);
  EXPECT_EQ(ec2("Action=Nothing" + kEc2, kAda, "us-west-1").status, 400);
  EXPECT_EQ(ensured_, 2);
}

TEST_F(DispatcherTest, Lenient_mode_makes_the_account_that_a_key_names) {
  Dispatcher lenient(parts(auth::Mode::Lenient));
  const HttpRequest request =
      signed_by({"333333333333", "anything"}, plain("Action=ListVpcs" + kEc2));
  EXPECT_EQ(dispatcher_.answer(request).status, 401);
  const auto answer = lenient.answer(request);
  EXPECT_THAT(answer.body, HasSubstr("<account>333333333333</account>"));
  EXPECT_NE(core_.snapshot()->find(model::Id<model::Account>("333333333333")), nullptr);
}

// [Common errors of EC2, STS and ELBv2]
TEST_F(DispatcherTest, Bad_requests_get_AWS_faults) {
  struct Case {
    const char* name;
    HttpRequest request;
    int status;
    std::string code;
    std::string begins;  // what the document begins with, after its declaration
  };
  const std::string list = "Action=ListVpcs";
  const std::string ec2_error = "<Response><Errors>";
  const std::string sts_error =
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">";
  const std::string other_error =
      "<ErrorResponse xmlns=\"http://webservices.amazon.com/AWSFault/2005-15-09\">";
  const wire::SigningKey forger{kAda.access_key_id, "guessed"};
  const auto from_ada = [&](const std::string& form, const std::string& service = "ec2") {
    return signed_by(kAda, plain(form), service);
  };
  const auto at_path = [&](const std::string& path, const std::string& service) {
    HttpRequest request = plain(list + kEc2);
    request.target = path;
    return signed_by(kAda, request, service);
  };
  const Case cases[] = {
      {"unsigned EC2", plain(list + kEc2), 401, "AuthFailure", ec2_error},
      {"unsigned STS", plain(list + kSts), 403, "MissingAuthenticationToken", sts_error},
      {"unsigned", plain(""), 403, "MissingAuthenticationToken", other_error},
      {"unsigned and malformed", plain("Version=%"), 403, "MissingAuthenticationToken",
       other_error},
      {"EC2 by a forger", signed_by(forger, plain(list + kEc2)), 401, "AuthFailure", ec2_error},
      {"STS by a forger", signed_by(forger, plain(list + kSts), "sts"), 403,
       "SignatureDoesNotMatch", sts_error},
      // Nothing is told about the request to who cannot sign it.
      {"malformed by a forger", signed_by(forger, plain("a=%"), "sts"), 403,
       "SignatureDoesNotMatch", sts_error},
      {"unknown EC2 action", from_ada("Action=MakeCoffee" + kEc2), 400, "InvalidAction", ec2_error},
      {"unknown STS action", from_ada("Action=MakeCoffee" + kSts, "sts"), 400, "InvalidAction",
       sts_error},
      {"EC2's action at STS", from_ada(list + kEc2, "sts"), 400, "InvalidAction", sts_error},
      {"a service that is not served", from_ada("{\"json\": 1}", "dynamodb"), 400, "InvalidAction",
       other_error},
      {"a path of such a service", at_path("/2015-03-31/functions", "lambda"), 400, "InvalidAction",
       other_error},
      {"a path that EC2 does not have", at_path("/vpcs", "ec2"), 404, "UnknownOperationException",
       ec2_error},
      {"another version of EC2", from_ada(list + "&Version=2010-01-01"), 400, "NoSuchVersion",
       ec2_error},
      {"no version", from_ada(list), 400, "MissingParameter", ec2_error},
      {"no action", from_ada("Version=2016-11-15"), 400, "MissingAction", ec2_error},
      {"an empty action", from_ada("Action=" + kEc2), 400, "MissingAction", ec2_error},
      {"nothing", from_ada(""), 400, "MissingAction", ec2_error},
      {"half an escape", from_ada(list + kEc2 + "&Name=%2"), 404, "MalformedQueryString",
       ec2_error},
      {"a name twice", from_ada(list + kEc2 + "&Name=a&Name=b"), 404, "MalformedQueryString",
       ec2_error},
      {"bytes that are no text", from_ada(list + kEc2 + "&Name=%FF"), 400, "InvalidParameterValue",
       ec2_error},
      {"bytes that are no form", from_ada("\xff\xfe\x01 x"), 400, "MissingAction", ec2_error},
      {"an unknown parameter", from_ada(list + kEc2 + "&Colour=red"), 400, "UnknownParameter",
       ec2_error},
      {"an absent parameter", from_ada("Action=MakeVpc" + kEc2), 400, "MissingParameter",
       ec2_error},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = dispatcher_.answer(c.request);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_THAT(answer.body, HasSubstr("\n" + c.begins));
    EXPECT_THAT(answer.body, HasSubstr("<Code>" + c.code + "</Code>"));
    EXPECT_THAT(answer.body, HasSubstr(header_of(answer, "x-amzn-RequestId")));
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/xml;charset=UTF-8");
  }
  EXPECT_TRUE(core_.snapshot()->all<model::Vpc>().empty());
}

TEST_F(DispatcherTest, An_action_s_name_is_said_back_only_when_it_can_be_one) {
  EXPECT_THAT(ec2("Action=MakeCoffee" + kEc2).body,
              HasSubstr("The action MakeCoffee is not valid for this web service."));
  EXPECT_THAT(sts("Action=MakeCoffee" + kSts).body,
              HasSubstr("Could not find operation MakeCoffee for version 2011-06-15"));
  EXPECT_THAT(ec2("Action=Make%0ACoffee" + kEc2).body, HasSubstr("The action ? is not valid"));
}

// A service that has requests and answers of its own, which S3 is.
HttpService notes() {
  return {.signing_name = "s3",
          .action_of =
              [](const HttpRequest& request) {
                return HttpService::Named{.action = request.method,
                                          .served = request.method != "DELETE"};
              },
          .answer = [](const HttpCall& call) -> Result<HttpResponse> {
            if (call.request.method == "PUT") {
              TRY(call.write([&](model::Transaction& tx) -> Result<> {
                tx.put(model::Bucket{
                    .id = model::Id<model::Bucket>(std::string(call.request.path().substr(1))),
                    .owner = call.caller.account});
                return {};
              }));
            }
            return HttpResponse{.status = 207, .headers = {{"x-amz-a", "b"}}, .body = "bytes"};
          },
          .refusal =
              [](const HttpRequest&, const model::World&, const Error& error, std::string_view id) {
                return HttpResponse{.status = error.fault().http_status,
                                    .headers = {},
                                    .body = fmt::format("{} {}", error.fault().code, id)};
              },
          .takes_large_body = [](const HttpRequest& request) { return request.method == "PUT"; }};
}

// No endpoint leads to it, and one that leads elsewhere is no way to it.
TEST_F(DispatcherTest, A_service_of_its_own_form_is_not_reached_through_an_endpoint) {
  DispatcherParts with = parts(auth::Mode::Strict);
  with.http_services = {notes()};
  Dispatcher dispatcher(std::move(with));
  ASSERT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
    tx.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                              .region = "ap-northeast-1",
                              .type = "Interface",
                              .service = model::Id<model::EndpointService>("ec2"),
                              .policy_document = R"({"Statement": [{"Effect": "Allow",
                                  "Principal": "*", "Action": "*", "Resource": "*"}]})",
                              .state = model::EndpointState::Available});
    return {};
  }));
  for (const char* endpoint : {"vpce-1", "vpce-gone"}) {
    auto request = signed_by(
        kBob, {"PUT", "/b", {{"Host", "h"}, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}, ""},
        "s3");
    request.endpoint = endpoint;
    request.endpoint_client = "10.0.1.10";
    EXPECT_EQ(dispatcher.answer(request).status, 403) << endpoint;
  }
  EXPECT_EQ(core_.snapshot()->find(model::Id<model::Bucket>("b")), nullptr);
}

TEST_F(DispatcherTest, A_service_of_its_own_form_is_asked_once_it_is_known_who_asks) {
  DispatcherParts with = parts(auth::Mode::Strict);
  with.http_services = {notes()};
  Dispatcher dispatcher(std::move(with));
  const auto request = [&](const std::string& method, const wire::SigningKey& key) {
    return signed_by(
        key, {method, "/b", {{"Host", "h"}, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}, ""},
        "s3");
  };
  const auto done = dispatcher.answer(request("PUT", kBob));
  EXPECT_EQ(done.status, 207);
  EXPECT_EQ(done.body, "bytes");
  EXPECT_EQ(header_of(done, "x-amz-a"), "b");
  EXPECT_EQ(header_of(done, "x-amz-request-id").size(), 36U);
  EXPECT_EQ(core_.snapshot()->find(model::Id<model::Bucket>("b"))->owner.value, "222222222222");
  const auto forged = dispatcher.answer(request("PUT", {kAda.access_key_id, "guessed"}));
  EXPECT_EQ(forged.status, 403);
  EXPECT_EQ(forged.body, "SignatureDoesNotMatch " + header_of(forged, "x-amz-request-id"));
  EXPECT_THAT(dispatcher.answer(request("PUT", {"AKIANOBODY0000000000", "x"})).body,
              HasSubstr("InvalidAccessKeyId"));
  EXPECT_THAT(dispatcher.answer(request("DELETE", kAda)).body, HasSubstr("InvalidAction"));
  EXPECT_EQ(dispatcher.counters().served(), (Counts{{"s3:PUT", 1}}));
  EXPECT_EQ(dispatcher.counters().unknown(), (Counts{{"s3:DELETE", 1}}));
  EXPECT_THAT(dispatcher.refuse_large(request("PUT", kAda), 1000).body,
              HasSubstr("EntityTooLarge"));
  EXPECT_TRUE(dispatcher.takes_large_body(request("PUT", kAda)));
  EXPECT_FALSE(dispatcher.takes_large_body(request("GET", kAda)));
  EXPECT_FALSE(dispatcher.takes_large_body(signed_by(kAda, plain(""))));
}

TEST_F(DispatcherTest, What_is_asked_for_is_counted) {
  ec2("Action=ListVpcs" + kEc2);
  ec2("Action=ListVpcs" + kEc2);
  ec2("Action=MakeCoffee" + kEc2);
  dispatcher_.answer(signed_by(kAda, plain("Action=ListQueues"), "sqs"));
  dispatcher_.answer(signed_by(kAda, plain("{}"), "dynamodb"));
  dispatcher_.answer(plain("Action=MakeTea" + kEc2));  // unsigned: anybody could fill the list
  EXPECT_EQ(dispatcher_.counters().served(), (Counts{{"ec2:ListVpcs", 2}}));
  EXPECT_EQ(dispatcher_.counters().unknown(),
            (Counts{{"dynamodb:-", 1}, {"ec2:MakeCoffee", 1}, {"sqs:ListQueues", 1}}));
}

TEST(RequestCounters, Beyond_a_thousand_names_count_as_other) {
  RequestCounters counters;
  for (int i = 0; i < 1010; ++i) {
    counters.count_unknown(fmt::format("ec2:A{}", i));
  }
  counters.count_unknown("ec2:A1");
  const Counts counts = counters.unknown();
  EXPECT_EQ(counts.size(), 1001U);
  EXPECT_EQ(counts.at("other"), 10U);
  EXPECT_EQ(counts.at("ec2:A1"), 2U);
}

TEST_F(DispatcherTest, A_large_body_is_refused_in_the_dialect_of_the_service) {
  const auto answer = dispatcher_.refuse_large(signed_by(kAda, plain("")), 1000);
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body,
              HasSubstr("<Response><Errors><Error><Code>RequestEntityTooLarge</Code><Message>The "
                        "request's body is larger than 1000 bytes</Message>"));
  EXPECT_THAT(dispatcher_.refuse_large(plain(""), 1000).body, HasSubstr("<ErrorResponse"));
}

TEST_F(DispatcherTest, Many_threads_may_ask_at_a_time) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        made += ec2(fmt::format("Action=MakeVpc&Name={}-{}", t, i) + kEc2).status == 200;
        ec2("Action=ListVpcs" + kEc2, kBob);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(made, 8 * 20);
  EXPECT_EQ(core_.snapshot()->all<model::Vpc>().size(), 8U * 20U);
}

}  // namespace
}  // namespace postern::api::server
