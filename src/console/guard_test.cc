// SPDX-License-Identifier: Apache-2.0
#include "console/guard.h"

#include <gtest/gtest.h>

namespace postern::console {
namespace {

using api::wire::HttpRequest;

HttpRequest with(std::vector<api::wire::HttpHeader> headers) {
  headers.push_back({"Host", "127.0.0.1:4566"});
  return {.method = "POST", .target = "/console/api/session", .headers = headers, .body = ""};
}

TEST(ConsoleGuard, The_cookie_is_found_among_others) {
  EXPECT_EQ(session_cookie(with({{"Cookie", "a=1; postern_console=s1; b=2"}})), "s1");
  EXPECT_EQ(session_cookie(with({{"Cookie", "postern_console=s2"}})), "s2");
  EXPECT_EQ(session_cookie(with({{"Cookie", "xpostern_console=s3;y=postern_console"}})), "");
  EXPECT_EQ(session_cookie(with({{"Cookie", ";; ;"}})), "");
  EXPECT_EQ(session_cookie(with({})), "");
}

TEST(ConsoleGuard, The_cookie_is_for_the_consoles_own_requests_only) {
  EXPECT_EQ(set_cookie("s", 60),
            "postern_console=s; Path=/console/; HttpOnly; SameSite=Strict; Max-Age=60");
}

TEST(ConsoleGuard, Only_the_consoles_own_page_may_ask) {
  struct Case {
    const char* name;
    std::vector<api::wire::HttpHeader> headers;
    bool own;
  };
  const api::wire::HttpHeader mark{"X-Postern-Console", "1"};
  const Case cases[] = {
      {"our header alone, as an old browser sends it", {mark}, true},
      {"all as it should be",
       {mark, {"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://127.0.0.1:4566"}},
       true},
      {"a form of another site", {{"Origin", "http://evil.example"}}, false},
      {"a form of our own host without the header", {{"Origin", "http://127.0.0.1:4566"}}, false},
      {"another port of this host", {mark, {"Origin", "http://127.0.0.1:8080"}}, false},
      {"another host that ends like ours", {mark, {"Origin", "http://x//127.0.0.1:4566"}}, false},
      {"a page without an origin", {mark, {"Origin", "null"}}, false},
      {"another site", {mark, {"Sec-Fetch-Site", "cross-site"}}, false},
      {"another name of the same site", {mark, {"Sec-Fetch-Site", "same-site"}}, false},
      {"an address that was typed", {mark, {"Sec-Fetch-Site", "none"}}, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(is_from_own_page(with(c.headers)), c.own) << c.name;
  }
}

TEST(ConsoleGuard, A_WebSocket_says_whose_page_it_is) {
  EXPECT_TRUE(is_from_own_origin(with({{"Origin", "https://127.0.0.1:4566"}})));
  EXPECT_FALSE(is_from_own_origin(with({{"Origin", "http://127.0.0.1"}})));
  EXPECT_FALSE(is_from_own_origin(with({})));
}

}  // namespace
}  // namespace postern::console
