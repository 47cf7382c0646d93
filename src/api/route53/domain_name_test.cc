// SPDX-License-Identifier: Apache-2.0
#include "api/route53/domain_name.h"

#include <gtest/gtest.h>

namespace postern::api::route53 {
namespace {

// [Route 53 guide, "DNS domain name format"]
TEST(DomainName, Is_kept_in_lower_case_with_its_dot_and_octal_escapes) {
  EXPECT_EQ(domain_name("Example.COM"), "example.com.");
  EXPECT_EQ(domain_name("example.com."), "example.com.");
  EXPECT_EQ(domain_name("*.example.com"), "\\052.example.com.");
  EXPECT_EQ(domain_name("\\052.example.com"), "\\052.example.com.");
  EXPECT_EQ(domain_name("_a.b-c.com"), "_a.b-c.com.");
  EXPECT_EQ(domain_name("a b.com"), "a\\040b.com.");
  EXPECT_EQ(domain_name(std::string(63, 'a') + ".com"), std::string(63, 'a') + ".com.");
}

TEST(DomainName, Refuses_what_can_be_none) {
  for (const std::string& text :
       {std::string(""), std::string("."), std::string("a..b"), std::string(".a"),
        std::string(64, 'a') + ".com", std::string(300, 'a')}) {
    EXPECT_FALSE(domain_name(text)) << text;
  }
}

// [Route 53 API reference, ListResourceRecordSets: sorted by name with the labels reversed]
TEST(DomainName, Lists_are_sorted_by_the_last_label_first) {
  EXPECT_TRUE(is_before("example.com.", "www.example.com."));
  EXPECT_TRUE(is_before("z.com.", "a.org."));
  EXPECT_TRUE(is_before("a.b.com.", "c.com."));
  EXPECT_FALSE(is_before("example.com.", "example.com."));
}

}  // namespace
}  // namespace postern::api::route53
