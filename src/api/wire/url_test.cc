// SPDX-License-Identifier: Apache-2.0
#include "api/wire/url.h"

#include <gtest/gtest.h>

namespace postern::api::wire {
namespace {

TEST(Url, Is_taken_apart) {
  struct Case {
    const char* text;
    const char* parts;  // host port target; empty: no URL
  };
  for (const Case& c : {Case{"http://a", "a 80 /"}, Case{"https://a/b?c=d#e", "a 443 /b?c=d"},
                        Case{"http://127.0.0.1:8080/x", "127.0.0.1 8080 /x"},
                        Case{"http://[::1]:81?q", "::1 81 /?q"}, Case{"http://[::1]/", "::1 80 /"},
                        Case{"ftp://a/", ""}, Case{"http://", ""}, Case{"http://a:b/", ""},
                        Case{"http://[::1/", ""}, Case{"http://u@a/", ""}}) {
    const auto url = parse_url(c.text);
    EXPECT_EQ(url ? url->host + " " + url->port + " " + url->target : "", c.parts) << c.text;
  }
}

}  // namespace
}  // namespace postern::api::wire
