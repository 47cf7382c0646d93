// SPDX-License-Identifier: Apache-2.0
// [Systems Manager user guide, "Working with parameter hierarchies": \d{1,4} does not allow 10,000]
#include "api/ssm/pattern.h"

#include <gtest/gtest.h>

namespace postern::api::ssm {
namespace {

TEST(AllowedPattern, Is_of_the_whole_value) {
  struct Case {
    std::string pattern;
    std::string value;
    const char* code;
  };
  for (const Case& c : {
           Case{R"(\d{1,4})", "100", "good"},
           Case{R"(\d{1,4})", "10,000", "ParameterPatternMismatchException"},
           Case{R"(^\d+$)", "12", "good"},
           Case{".{8,20}", "p#sW*rd33", "good"},
           Case{".{8,20}", "short", "ParameterPatternMismatchException"},
           Case{"a|b", "b", "good"},
           Case{"(", "a", "InvalidAllowedPatternException"},
           Case{"[z-a]", "a", "InvalidAllowedPatternException"},
           Case{"(a+)+b", std::string(4096, 'a'), "InvalidAllowedPatternException"},
           Case{"(.|a)*", std::string(8192, 'a'), "good"},
       }) {
    const auto allowed = check_allowed(c.pattern, c.value);
    EXPECT_EQ(allowed ? "good" : std::string(allowed.error().fault().code), c.code) << c.pattern;
  }
}

}  // namespace
}  // namespace postern::api::ssm
