// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and what each visitor is given, over a World in memory.
#include "console/console.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "api/server/loopback_client.h"
#include "console/test_visitors.h"
#include "store/memory_store.h"

namespace postern::console {
namespace {

namespace json = boost::json;
using api::server::header_of;
using api::server::OperatorAnswer;
using api::wire::HttpRequest;
using api::wire::HttpResponse;

class StoppedClock final : public Clock {
 public:
  TimePoint now() const override { return kNow; }
  SteadyPoint steady_now() const override { return {}; }
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() {
    signal(SIGPIPE, SIG_IGN);  // as the daemon does
    EXPECT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
      tx.put(model::Instance{.id = model::Id<model::Instance>("i-ada"), .owner = kAda});
      tx.put(model::Instance{.id = model::Id<model::Instance>("i-bob"), .owner = kBob});
      return {};
    }));
  }

  static HttpRequest request(const std::string& method, const std::string& path,
                             const std::string& session, const std::string& body = "") {
    return {.method = method,
            .target = "/console/api/" + path,
            .headers = {{"Host", "127.0.0.1:4566"},
                        {"Origin", "http://127.0.0.1:4566"},
                        {"X-Postern-Console", "1"},
                        {"Cookie", "postern_console=" + session}},
            .body = body};
  }
  HttpResponse ask(const std::string& method, const std::string& path, const std::string& session,
                   const std::string& body = "") {
    return console_.answer(request(method, path, session, body));
  }
  static json::object object(const HttpResponse& response) {
    return json::parse(response.body).as_object();
  }

  // The session that a sign-in with `body` begins; empty when it is refused.
  std::string sign_in(const std::string& body) {
    const std::string cookie = header_of(ask("POST", "session", "", body), "Set-Cookie");
    const std::size_t begin = cookie.find('=') + 1;
    return cookie.empty() ? "" : cookie.substr(begin, cookie.find(';') - begin);
  }
  std::string sign_in_by_link(const std::string& account) {
    const auto link = console_.new_link(account);
    EXPECT_TRUE(link) << link.error().message();
    return sign_in(json::serialize(json::object{{"link", link->substr(link->find('#') + 1)}}));
  }
  std::string sign_in_as(const std::string& key) {
    return sign_in(
        json::serialize(json::object{{"access_key_id", key}, {"session_token", "token"}}));
  }
  int terminal(const std::string& session, const std::string& account, const std::string& instance,
               const std::string& origin = "http://127.0.0.1:4566") {
    HttpRequest asked =
        request("GET", fmt::format("terminal?account={}&instance={}", account, instance), session);
    asked.headers[1].value = origin;
    const auto upgrade = console_.upgrade(asked);
    const auto* refused = std::get_if<HttpResponse>(&upgrade);
    return refused == nullptr ? 101 : refused->status;
  }

  // What a stream of that account's, in that session, is answered with.
  struct Watched {
    int status = 200;
    Fd stream;
  };
  Watched watch(const std::string& account, const std::string& session,
                const std::string& question = "") {
    auto answer = console_.subscribe(request("GET", "live?account=" + account + question, session));
    if (auto* refused = std::get_if<HttpResponse>(&answer)) {
      return {.status = refused->status, .stream = {}};
    }
    return {.stream = std::move(std::get<api::server::EventStream>(answer).stream)};
  }
  // Its bytes until they have `end`, or it is over.
  static std::string read_to(const Fd& stream, const std::string& end) {
    std::string out;
    char bytes[4096];
    while (out.find(end) == std::string::npos) {
      const ssize_t count = read(stream.get(), bytes, sizeof bytes);
      if (count <= 0) {
        return out + "<over>";
      }
      out.append(bytes, static_cast<std::size_t>(count));
    }
    return out;
  }

  static constexpr const char* kEvents =
      R"({"events": [{"account": "111111111111"}, {"account": "222222222222"}], "next": 2, "lost": 0})";

  std::string closed_;
  store::MemoryStore store_;
  StoppedClock clock_;
  SeededIds ids_{1};
  SeededIds words_{2};
  core::Core core_{store_, world_of_visitors(), clock_, ids_};
  Console console_{{.core = core_,
                    .clock = clock_,
                    .ids = words_,
                    .version = "1.2.3",
                    .region = "eu-west-1",
                    .files = {},
                    .absence = "absent",
                    .explain =
                        [](const model::World&, const std::string&) {
                          return OperatorAnswer{.json = R"({"lookup": [], "paths": []})"};
                        },
                    .events =
                        [](const model::World&, const std::string&) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(10));
                          return OperatorAnswer{.json = kEvents};
                        },
                    .open_terminal = [](const std::string&,
                                        const std::string&) -> Result<api::server::WebSocketPeer> {
                      return api::server::WebSocketPeer();
                    },
                    .close_terminals = [this](const std::string& session) { closed_ = session; }}};
};

TEST_F(ConsoleTest, A_link_signs_the_operator_in_to_all_accounts_once) {
  const auto link = console_.new_link("");
  ASSERT_TRUE(link);
  EXPECT_TRUE(link->starts_with("/console/sign-in#"));
  const std::string body =
      json::serialize(json::object{{"link", link->substr(link->find('#') + 1)}});
  const std::string session = sign_in(body);
  ASSERT_FALSE(session.empty());
  const json::object who = object(ask("GET", "session", session));
  EXPECT_EQ(who.at("operator"), true);
  EXPECT_EQ(who.at("accounts").as_array().size(), 2U);
  EXPECT_EQ(who.at("region"), "eu-west-1");
  EXPECT_EQ(sign_in(body), "");
}

TEST_F(ConsoleTest, A_link_for_one_account_is_for_that_one) {
  const std::string session = sign_in_by_link("ada");
  const json::object who = object(ask("GET", "session", session));
  EXPECT_EQ(who.at("operator"), false);
  EXPECT_EQ(who.at("account"), json::string(kAda.value));
  EXPECT_EQ(who.at("accounts").as_array().size(), 1U);
  EXPECT_EQ(ask("POST", "credentials", session, R"({"account": "222222222222"})").status, 403);
  EXPECT_FALSE(console_.new_link("nobody"));
}

TEST_F(ConsoleTest, Keys_are_short_lived_and_go_with_the_session) {
  const std::string session = sign_in_by_link("");
  const json::object keys =
      object(ask("POST", "credentials", session, R"({"account": "222222222222"})"));
  const model::Id<model::Session> id(std::string(keys.at("access_key_id").as_string()));
  const auto world = core_.snapshot();
  const auto* given = world->find(id);
  ASSERT_NE(given, nullptr);
  EXPECT_EQ(given->owner, kBob);
  EXPECT_EQ(given->principal_arn, "arn:aws:iam::222222222222:root");
  EXPECT_EQ(given->expires_at, kNow + std::chrono::minutes(15));
  const HttpResponse out = ask("DELETE", "session", session);
  EXPECT_NE(header_of(out, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(core_.snapshot()->find(id), nullptr);
  EXPECT_EQ(ask("GET", "session", session).status, 401);
  EXPECT_EQ(closed_, session);
}

TEST_F(ConsoleTest, Whoever_signs_in_with_keys_is_given_keys_of_the_same_rights) {
  const std::string session = sign_in_as("ASIAANN");
  const json::object keys =
      object(ask("POST", "credentials", session, R"({"account": "111111111111"})"));
  const auto world = core_.snapshot();
  const auto* given =
      world->find(model::Id<model::Session>(std::string(keys.at("access_key_id").as_string())));
  ASSERT_NE(given, nullptr);
  EXPECT_EQ(given->user, kAnn);
  EXPECT_EQ(given->user_id, "AIDAANN");
  EXPECT_EQ(sign_in_as("ASIAROLE"), "");
}

TEST_F(ConsoleTest, Other_sites_and_those_who_are_not_signed_in_get_nothing) {
  const std::string session = sign_in_by_link("");
  HttpRequest foreign = request("GET", "session", session);
  foreign.headers[1].value = "http://evil.example";
  EXPECT_EQ(console_.answer(foreign).status, 403);
  EXPECT_EQ(ask("GET", "session", "guessed").status, 401);
  EXPECT_EQ(watch(kAda.value, "guessed").status, 401);
  foreign.target = "/console/api/live?account=" + kAda.value;
  EXPECT_EQ(std::get<HttpResponse>(console_.subscribe(foreign)).status, 403);
  EXPECT_EQ(ask("POST", "credentials", "").status, 401);
  EXPECT_EQ(ask("POST", "nowhere", session).status, 404);
}

TEST_F(ConsoleTest, Only_the_instances_owner_gets_a_terminal) {
  const std::string any = sign_in_by_link("");
  const std::string ada = sign_in_by_link("ada");
  const std::string ann = sign_in_as("ASIAANN");
  EXPECT_EQ(terminal(any, kBob.value, "i-bob"), 101);
  EXPECT_EQ(terminal(ada, kAda.value, "i-ada"), 101);
  EXPECT_EQ(terminal(ada, kAda.value, "i-bob"), 400) << "others' instances do not exist";
  EXPECT_EQ(terminal(ada, kBob.value, "i-bob"), 403);
  EXPECT_EQ(terminal(ann, kAda.value, "i-ada"), 403) << "no policy allows ssm:StartSession";
  EXPECT_EQ(terminal("", kAda.value, "i-ada"), 403);
  EXPECT_EQ(terminal(ada, kAda.value, "i-ada", "http://evil.example"), 403);
}

TEST_F(ConsoleTest, An_account_explains_only_its_own_and_a_user_only_what_it_may) {
  const char* own = R"({"account": "111111111111", "from": "i-ada", "to": "10.0.0.1:80"})";
  const char* others = R"({"account": "111111111111", "from": "i-bob", "to": "10.0.0.1:80"})";
  EXPECT_EQ(ask("POST", "explain", sign_in_by_link("ada"), own).status, 200);
  EXPECT_EQ(ask("POST", "explain", sign_in_by_link("ada"), others).status, 400);
  EXPECT_EQ(ask("POST", "explain", sign_in_by_link(""), others).status, 200);
  EXPECT_EQ(ask("POST", "explain", sign_in_as("ASIAANN"), own).status, 403);
}

TEST_F(ConsoleTest, Packets_are_watched_by_those_who_may_and_each_sees_its_own) {
  const std::string ada = sign_in_by_link("ada");
  const Watched own = watch(kAda.value, ada);
  ASSERT_EQ(own.status, 200);
  const std::string seen = read_to(own.stream, "\n\n");
  EXPECT_NE(seen.find("event: packet\ndata: {\"account\":\"111111111111\"}"), std::string::npos);
  EXPECT_EQ(seen.find("222222222222"), std::string::npos);
  const Watched all = watch(kAda.value, sign_in_by_link(""));
  EXPECT_EQ(read_to(all.stream, "222222222222").find("<over>"), std::string::npos);
  EXPECT_EQ(watch(kBob.value, ada).status, 403);
  EXPECT_EQ(watch(kAda.value, sign_in_as("ASIAANN")).status, 403)
      << "no policy allows ec2:DescribeFlowLogs";
}

TEST_F(ConsoleTest, A_watched_path_is_answered_as_one_that_is_asked_for) {
  const std::string ada = sign_in_by_link("ada");
  const Watched own = watch(kAda.value, ada, "&from=i-ada&to=10.0.0.1%3A80");
  EXPECT_NE(read_to(own.stream, "event: path\ndata: {\"lookup\":").find("event: path"),
            std::string::npos);
  const Watched others = watch(kAda.value, ada, "&from=i-bob&to=10.0.0.1%3A80");
  EXPECT_NE(read_to(others.stream, "event: refused").find("event: refused"), std::string::npos);
}

TEST_F(ConsoleTest, Signing_out_ends_what_is_watched) {
  const std::string session = sign_in_by_link("ada");
  const Watched own = watch(kAda.value, session);
  read_to(own.stream, "event: packet");
  ask("DELETE", "session", session);
  EXPECT_NE(read_to(own.stream, "never").find("<over>"), std::string::npos);
}

TEST_F(ConsoleTest, Every_answer_says_what_a_browser_shall_not_do) {
  for (const char* target : {"/console/", "/console/api/session"}) {
    const HttpResponse answer =
        console_.answer({.method = "GET", .target = target, .headers = {}, .body = ""});
    EXPECT_TRUE(header_of(answer, "Content-Security-Policy").starts_with("default-src 'none'; "));
    EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(answer, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header_of(answer, "Cross-Origin-Opener-Policy"), "same-origin");
  }
}

}  // namespace
}  // namespace postern::console
