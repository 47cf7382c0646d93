// SPDX-License-Identifier: Apache-2.0
// What the operator's API answers, over a World in memory and made-up parts.
#include "daemon/operator_api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "store/memory_store.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using model::Id;
using model::Instance;

class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(1000)); }
  SteadyPoint steady_now() const override { return steady; }
  SteadyPoint steady;
};

class OperatorApiTest : public testing::Test {
 protected:
  OperatorParts parts() {
    return {.core = core_,
            .clock = clock_,
            .version = "1.2.3",
            .region = "eu-west-1",
            .endpoint = "http://127.0.0.1:4566",
            .programmed = [] { return std::uint64_t{5}; },
            .verdicts = [this]() -> Result<std::vector<VerdictLine>> {
              if (counters_gone_) {
                return unavailable("reading pn_counters: no such map");
              }
              return std::vector<VerdictLine>{
                  {.verdict = "FlowForwarded", .action = "Pass", .meaning = "m", .packets = 10},
                  {.verdict = "ArpAnswered", .action = "Answer", .meaning = "m", .packets = 2},
                  {.verdict = "NoRoute", .action = "Drop", .meaning = "no route", .packets = 3},
                  {.verdict = "NotAdmitted", .action = "Reset", .meaning = "reset", .packets = 4},
                  {.verdict = "Malformed", .action = "Drop", .meaning = "m", .packets = 0}};
            },
            .unknown_actions = [] { return api::server::Counts{{"ec2:CreateFleet", 2}}; },
            .process = [](const Id<Instance>& id) -> std::optional<InstanceProcess> {
              if (id.value != "i-running") {
                return std::nullopt;
              }
              return InstanceProcess{.pid = 42, .start_time = 12'345'678'901};
            },
            .console = [](const Id<Instance>& id) -> std::optional<std::string> {
              if (id.value == "i-stopped") {
                return std::nullopt;
              }
              return "h\xc3\xa9llo\n\xff\x01";
            },
            .reset = [this]() -> Result<> {
              ++resets_;
              if (machines_stay_) {
                return unavailable("1 instances have not ended yet");
              }
              return {};
            },
            .attach = [this](const AttachWish& wish) -> Result<model::NetworkInterface> {
              if (wish.place == "666") {
                return refuse(faults::InvalidParameterValue, "there is no process 666");
              }
              put(held_);
              return held_;
            },
            .detach = [this](const Id<model::NetworkInterface>& id) -> Result<> {
              detached_ = id.value;
              return {};
            },
            .faults = {.begin = [this](const FaultWish& wish) -> Result<model::Fault> {
                         if (wish.name == "eni-9") {
                           return refuse(faults::InvalidParameterValue, "there is no eni-9");
                         }
                         const model::Fault fault{.id = Id<model::Fault>("fault-1"),
                                                  .subject = wish.name,
                                                  .about = wish.what + " " + wish.name,
                                                  .begun_at = clock_.now(),
                                                  .ends_at = clock_.now() + wish.lasts};
                         put(fault);
                         return fault;
                       },
                       .clear = [this](const std::string&) -> Result<> {
                         ++clears_;
                         return {};
                       },
                       .expire_flows = [](std::uint32_t idle) -> Result<std::uint32_t> {
                         return idle + 1;
                       }},
            .console_link = [](const std::string& account) -> Result<std::string> {
              if (account == "nobody") {
                return refuse(faults::InvalidParameterValue, "there is no {}", account);
              }
              return "/console/sign-in#for-" + account;
            }};
  }

  // The status and the JSON of the answer.
  std::pair<int, json::object> ask(const std::string& method, const std::string& target,
                                   const std::string& body = "") {
    const OperatorAnswer answer = api_({.method = method, .target = target, .body = body});
    return {answer.status, json::parse(answer.json).as_object()};
  }
  std::string error(const std::string& method, const std::string& target, int status,
                    const std::string& body = "") {
    const auto [found, answer] = ask(method, target, body);
    EXPECT_EQ(found, status);
    return answer.contains("error") ? std::string(answer.at("error").as_string()) : "none";
  }
  void put(auto record) {
    ASSERT_TRUE(core_.run([&](model::Transaction& tx) -> Result<> {
      tx.put(record);
      return {};
    }));
  }

  bool counters_gone_ = false;
  bool machines_stay_ = false;
  int resets_ = 0;
  int clears_ = 0;
  std::string detached_;
  const model::NetworkInterface held_{.id = Id<model::NetworkInterface>("eni-1"),
                                      .attachment = model::Attachment{.holder = model::Holder{}}};
  store::MemoryStore store_;
  ManualClock clock_;
  SeededIds ids_{1};
  core::Core core_{store_, model::World(), clock_, ids_};
  api::server::OperatorHandler api_ = operator_api(parts());
};

TEST_F(OperatorApiTest, A_link_to_the_console_is_an_address_of_ours) {
  const auto [status, made] = ask("POST", "/console-links", R"({"account": "alice"})");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(made.at("url"), "http://127.0.0.1:4566/console/sign-in#for-alice");
  EXPECT_EQ(error("POST", "/console-links", 409, R"({"account": "nobody"})"), "there is no nobody");
  EXPECT_EQ(ask("POST", "/console-links").second.at("url"),
            "http://127.0.0.1:4566/console/sign-in#for-");
  error("POST", "/console-links", 400, R"({"name": "alice"})");
  error("GET", "/console-links", 405);
}

TEST_F(OperatorApiTest, An_account_is_made_with_a_key_and_is_then_listed) {
  const auto [status, made] = ask("POST", "/accounts", R"({"name": "alice"})");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(made.at("name"), "alice");
  EXPECT_EQ(made.at("region"), "eu-west-1");
  EXPECT_EQ(made.at("endpoint"), "http://127.0.0.1:4566");
  EXPECT_EQ(made.at("account_id").as_string().size(), 12U);
  EXPECT_EQ(made.at("access_key_id").as_string().size(), 20U);
  EXPECT_EQ(made.at("secret_access_key").as_string().size(), 40U);
  EXPECT_EQ(core_.snapshot()->all<model::Account>().size(), 1U);

  const auto [list_status, list] = ask("GET", "/accounts");
  EXPECT_EQ(list_status, 200);
  EXPECT_EQ(list.at("accounts"), json::array{made});
}

TEST_F(OperatorApiTest, What_is_asked_of_an_account_is_what_it_gets) {
  const auto [status, made] =
      ask("POST", "/accounts",
          R"({"name": "bob", "id": "222222222222", "access_key_id": "BOBBOBBOBBOBBOBB",)"
          R"( "secret_access_key": "s"})");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(made.at("account_id"), "222222222222");
  EXPECT_EQ(made.at("access_key_id"), "BOBBOBBOBBOBBOBB");
  EXPECT_EQ(made.at("secret_access_key"), "s");
}

TEST_F(OperatorApiTest, An_account_that_cannot_be_is_refused_in_one_sentence) {
  ask("POST", "/accounts", R"({"name": "alice", "id": "111111111111"})");
  EXPECT_EQ(error("POST", "/accounts", 409, R"({"name": "alice"})"),
            "the account name 'alice' is taken by account 111111111111");
  const std::string form =
      "the body must be an object with name and, if wanted, id, access_key_id and "
      "secret_access_key";
  for (const char* body : {"", "{", "[]", R"({"name": 1})", R"({"name": "b", "colour": "red"})"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(error("POST", "/accounts", 400, body), form);
  }
  EXPECT_EQ(core_.snapshot()->all<model::Account>().size(), 1U);
}

TEST_F(OperatorApiTest, The_status_counts_resources_drops_and_what_was_asked_in_vain) {
  ask("POST", "/accounts", R"({"name": "alice", "id": "111111111111"})");
  const Id<model::Account> alice("111111111111");
  put(model::Vpc{.id = Id<model::Vpc>("vpc-1"), .owner = alice});
  put(model::Vpc{.id = Id<model::Vpc>("vpc-2"), .owner = alice});
  put(Instance{.id = Id<Instance>("i-1"), .owner = alice});
  clock_.steady += std::chrono::seconds(90);
  const auto [status, answer] = ask("GET", "/status");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(answer.at("version"), "1.2.3");
  EXPECT_EQ(answer.at("uptime_seconds"), 90);
  EXPECT_EQ(answer.at("revision").to_number<int>(), 4);
  EXPECT_EQ(answer.at("programmed_revision").to_number<int>(), 5);
  EXPECT_EQ(answer.at("packets_passed").to_number<int>(), 12);
  EXPECT_EQ(json::serialize(answer.at("drops")),
            R"([{"verdict":"NoRoute","packets":3,"meaning":"no route"},)"
            R"({"verdict":"NotAdmitted","packets":4,"meaning":"reset"}])");
  EXPECT_EQ(json::serialize(answer.at("unknown_actions")),
            R"([{"action":"ec2:CreateFleet","count":2}])");
  const json::object& account = answer.at("accounts").as_array().at(0).as_object();
  EXPECT_EQ(account.at("name"), "alice");
  EXPECT_EQ(account.at("resources").at("vpcs").to_number<int>(), 2);
  EXPECT_EQ(account.at("resources").at("instances").to_number<int>(), 1);
  EXPECT_EQ(account.at("resources").at("vpc_endpoints").to_number<int>(), 0);
  EXPECT_FALSE(account.contains("secret_access_key"));
}

TEST_F(OperatorApiTest, A_fault_is_begun_listed_shown_by_the_status_and_cleared) {
  const auto [status, made] =
      ask("POST", "/faults", R"({"what": "eni", "name": "eni-1", "seconds": 90})");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(made.at("fault_id"), "fault-1");
  EXPECT_EQ(made.at("seconds_left"), 90);
  EXPECT_EQ(ask("GET", "/faults").second.at("faults"), json::array{made});
  EXPECT_EQ(ask("GET", "/status").second.at("faults"), json::array{made});
  EXPECT_EQ(ask("DELETE", "/faults/fault-1").second.at("cleared"), json::array{"fault-1"});
  EXPECT_EQ(ask("DELETE", "/faults").second.at("cleared"), json::array{"fault-1"});
  EXPECT_EQ(clears_, 2);
  EXPECT_EQ(error("DELETE", "/faults/fault-2", 404), "there is no fault fault-2");
  EXPECT_EQ(clears_, 2);
  EXPECT_EQ(error("POST", "/faults", 409, R"({"what": "eni", "name": "eni-9"})"),
            "there is no eni-9");
  error("POST", "/faults", 400, "{}");
  error("PUT", "/faults", 405);
  error("GET", "/faults/fault-1", 405);
}

TEST_F(OperatorApiTest, Connections_are_expired_by_how_long_they_have_been_silent) {
  EXPECT_EQ(ask("POST", "/expired-flows", R"({"idle_seconds": 5})").second.at("expired"), 6);
  EXPECT_EQ(ask("POST", "/expired-flows").second.at("expired"), 2);
  error("POST", "/expired-flows", 400, R"({"idle_seconds": -1})");
  error("GET", "/expired-flows", 405);
}

TEST_F(OperatorApiTest, A_status_without_counters_says_so) {
  counters_gone_ = true;
  EXPECT_EQ(error("GET", "/status", 500), "reading pn_counters: no such map");
}

TEST_F(OperatorApiTest, Reset_answers_when_it_is_done_or_why_it_is_not) {
  EXPECT_EQ(ask("POST", "/reset").first, 200);
  EXPECT_EQ(resets_, 1);
  machines_stay_ = true;
  EXPECT_EQ(error("POST", "/reset", 500), "1 instances have not ended yet");
}

TEST_F(OperatorApiTest, An_instance_is_told_by_its_state_and_its_process_if_it_has_one) {
  put(Instance{.id = Id<Instance>("i-running"), .state = model::InstanceState::Running});
  put(Instance{.id = Id<Instance>("i-stopped"), .state = model::InstanceState::Stopped});
  EXPECT_EQ(json::serialize(ask("GET", "/instances/i-running").second),
            R"({"instance_id":"i-running","state":"running","pid":42,"start_time":12345678901})");
  EXPECT_EQ(json::serialize(ask("GET", "/instances/i-stopped").second),
            R"({"instance_id":"i-stopped","state":"stopped"})");
  EXPECT_EQ(error("GET", "/instances/i-none", 404), "there is no instance i-none");
  EXPECT_EQ(error("GET", "/instances/", 404), "there is no instance ");
}

TEST_F(OperatorApiTest, A_console_shows_whatever_an_instance_printed) {
  put(Instance{.id = Id<Instance>("i-running")});
  put(Instance{.id = Id<Instance>("i-stopped")});
  EXPECT_EQ(ask("GET", "/instances/i-running/console").second.at("output"),
            "h\xc3\xa9llo\n\xef\xbf\xbd\x01");
  EXPECT_EQ(ask("GET", "/instances/i-stopped/console").second.at("output"), "");
  EXPECT_EQ(error("GET", "/instances/i-none/console", 404), "there is no instance i-none");
}

TEST_F(OperatorApiTest, Attachments_are_made_listed_and_taken_away) {
  put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-free")});
  const std::string body = R"({"account": "alice", "subnet": "subnet-1", "pid": )";
  EXPECT_EQ(error("POST", "/attachments", 409, body + "666}"), "there is no process 666");
  EXPECT_TRUE(error("POST", "/attachments", 400, "{}").starts_with("the body must be an object"));
  EXPECT_EQ(ask("GET", "/attachments").second.at("attachments"), json::array());
  const auto [status, made] = ask("POST", "/attachments", body + "7}");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(made.at("network_interface_id"), "eni-1");
  EXPECT_EQ(ask("GET", "/attachments").second.at("attachments"), json::array{made});
  EXPECT_EQ(error("DELETE", "/attachments/eni-free", 404), "there is no attachment eni-free");
  EXPECT_EQ(error("DELETE", "/attachments/eni-2", 404), "there is no attachment eni-2");
  EXPECT_EQ(detached_, "");
  EXPECT_EQ(ask("DELETE", "/attachments/eni-1"), std::pair(200, made));
  EXPECT_EQ(detached_, "eni-1");
}

TEST_F(OperatorApiTest, Other_paths_and_methods_are_refused) {
  EXPECT_EQ(error("GET", "/", 404), "there is no /");
  EXPECT_EQ(error("GET", "/accounts/", 404), "there is no /accounts/");
  EXPECT_EQ(error("DELETE", "/accounts", 405), "DELETE is not for /accounts");
  EXPECT_EQ(error("POST", "/status", 405), "POST is not for /status");
  EXPECT_EQ(error("GET", "/reset", 405), "GET is not for /reset");
  EXPECT_EQ(error("POST", "/instances/i-1", 405), "POST is not for /instances/i-1");
  EXPECT_EQ(error("DELETE", "/attachments", 405), "DELETE is not for /attachments");
  EXPECT_EQ(error("GET", "/attachments/eni-1", 405), "GET is not for /attachments/eni-1");
  EXPECT_EQ(resets_, 0);
}

}  // namespace
}  // namespace postern::daemon
