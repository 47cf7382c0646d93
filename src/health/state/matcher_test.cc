// SPDX-License-Identifier: Apache-2.0
#include "health/state/matcher.h"

#include <gtest/gtest.h>

#include <string>

namespace postern::health {
namespace {

// [ELBv2 API, Matcher: values (200,202) and ranges (200-299)]
TEST(Matcher, Codes_match_values_and_ranges) {
  struct Case {
    const char* matcher;
    unsigned code;
    bool passes;
  };
  for (const Case& c : {
           Case{"200", 200, true},
           Case{"200", 201, false},
           Case{"200,202", 202, true},
           Case{"200,202", 201, false},
           Case{"200-399", 200, true},
           Case{"200-399", 399, true},
           Case{"200-399", 199, false},
           Case{"200-399", 400, false},
           Case{"200,300-302", 301, true},
           Case{"", 200, false},
           Case{"abc", 200, false},
           Case{"200-", 200, false},
           Case{"-200", 200, false},
           Case{"200x", 200, false},
           Case{",", 200, false},
       }) {
    SCOPED_TRACE(std::string(c.matcher) + " " + std::to_string(c.code));
    EXPECT_EQ(matches(c.matcher, c.code), c.passes);
  }
}

}  // namespace
}  // namespace postern::health
