// SPDX-License-Identifier: Apache-2.0
#include "api/route53/record_value.h"

#include <gtest/gtest.h>

namespace postern::api::route53 {
namespace {

// [Route 53 guide, "Supported DNS record types"]
TEST(RecordValue, Each_type_has_its_form) {
  struct Case {
    const char* type;
    const char* value;
    bool fits;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"A", "192.0.2.1", true},
           {"A", "192.0.2.256", false},
           {"A", "2001:db8::1", false},
           {"AAAA", "2001:db8::1", true},
           {"AAAA", "192.0.2.1", false},
           {"CNAME", "www.example.com", true},
           {"CNAME", "a..b", false},
           {"TXT", "\"a\"", true},
           {"TXT", "\"a\" \"b \\\" c\"", true},
           {"TXT", "a", false},
           {"TXT", "\"a", false},
           {"TXT", "", false},
           {"MX", "10 mail.example.com", true},
           {"MX", "mail.example.com", false},
           {"SRV", "1 2 80 a.example.com", true},
           {"SRV", "1 2 99999 a.example.com", false},
           {"CAA", "0 issue \"ca.example.com\"", true},
           {"CAA", "0 issue", false},
       }) {
    EXPECT_EQ(!value_problem(c.type, c.value), c.fits) << c.type << " " << c.value;
  }
  EXPECT_EQ(value_problem("A", "x"),
            "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a "
            "valid IPv4 address) encountered with 'x''");
  EXPECT_TRUE(is_record_type("TXT"));
  EXPECT_FALSE(is_record_type("HTTPS"));
}

}  // namespace
}  // namespace postern::api::route53
