// SPDX-License-Identifier: Apache-2.0
#include "base/net.h"

#include <gtest/gtest.h>

namespace postern {
namespace {

TEST(IpAddress, Text_forms_are_read_and_written_back) {
  for (const char* text : {"10.0.0.1", "255.255.255.255", "0.0.0.0", "2001:db8::1", "::"}) {
    SCOPED_TRACE(text);
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->text(), text);
  }
  for (const char* text : {"", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", "fe80::1%eth0"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(Cidr, Host_bits_are_cleared_as_EC2_canonicalizes_them) {
  EXPECT_EQ(Cidr::parse("100.68.0.18/18")->text(), "100.68.0.0/18");
  EXPECT_EQ(Cidr::parse("2001:db8::5/64")->text(), "2001:db8::/64");
  for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(Cidr, Containment_stays_inside_a_family) {
  const Cidr all4 = *Cidr::parse("0.0.0.0/0");
  const Cidr all6 = *Cidr::parse("::/0");
  const auto v4 = *IpAddress::parse("10.1.2.3");
  const auto v6 = *IpAddress::parse("2001:db8::1");
  EXPECT_TRUE(all4.contains(v4));
  EXPECT_FALSE(all4.contains(v6));
  EXPECT_TRUE(all6.contains(v6));
  EXPECT_FALSE(all6.contains(v4));
  EXPECT_TRUE(Cidr::parse("10.0.0.0/16")->overlaps(*Cidr::parse("10.0.128.0/17")));
  EXPECT_FALSE(Cidr::parse("10.0.0.0/16")->overlaps(*Cidr::parse("10.1.0.0/16")));
}

TEST(MacAddress, Is_read_and_written_back) {
  const auto mac = MacAddress::local(0x0102030405);
  EXPECT_EQ(mac.text(), "02:01:02:03:04:05");
  EXPECT_EQ(MacAddress::parse("02:01:02:03:04:05"), mac);
  EXPECT_FALSE(MacAddress::parse("02-01:02:03:04:05"));
}

}  // namespace
}  // namespace postern
