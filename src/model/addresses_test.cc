// SPDX-License-Identifier: Apache-2.0
#include "model/addresses.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

Subnet subnet_of(const char* cidr) {
  return {.id = Id<Subnet>("subnet-1"),
          .owner = Id<Account>("111111111111"),
          .region = "r",
          .vpc = Id<Vpc>("vpc-1"),
          .cidr = *Cidr::parse(cidr),
          .zone = "ra"};
}

// [VPC user guide, "Subnet CIDR blocks": the first four addresses and the last are not available]
TEST(Addresses, A_slash_28_has_eleven_and_they_come_in_order) {
  const Subnet subnet = subnet_of("10.0.0.16/28");
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  for (int n = 0; n < 11; ++n) {
    EXPECT_EQ(available_addresses(tx.world(), subnet), static_cast<std::uint64_t>(11 - n));
    const auto added = add_interface(tx, subnet, std::nullopt, {});
    ASSERT_TRUE(added) << added.error().message();
    EXPECT_EQ(added->address.text(), "10.0.0." + std::to_string(20 + n));
  }
  const auto full = add_interface(tx, subnet, std::nullopt, {});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().fault().code, "InsufficientFreeAddressesInSubnet");
  EXPECT_EQ(available_addresses(tx.world(), subnet), 0U);
}

TEST(Addresses, A_freed_address_is_given_again) {
  const Subnet subnet = subnet_of("10.0.0.0/28");
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const auto first = add_interface(tx, subnet, std::nullopt, {});
  const auto second = add_interface(tx, subnet, std::nullopt, {});
  tx.erase(first->id);
  EXPECT_EQ(allocate_address(tx.world(), subnet, std::nullopt).value(), first->address);
  EXPECT_NE(second->address, first->address);
}

TEST(Addresses, A_wanted_address_is_free_and_usable_or_refused) {
  const Subnet subnet = subnet_of("10.0.0.0/24");
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  ASSERT_TRUE(add_interface(tx, subnet, IpAddress::parse("10.0.0.10"), {}));
  struct Case {
    const char* wanted;
    const char* code;
    const char* words;
  };
  const Case cases[] = {
      {"10.0.0.10", "InvalidIPAddress.InUse", "Address 10.0.0.10 is in use."},
      {"10.0.1.10", "InvalidParameterValue",
       "Address 10.0.1.10 does not fall within the subnet's address range"},
      {"fd00::5", "InvalidParameterValue",
       "Address fd00::5 does not fall within the subnet's address range"},
      {"10.0.0.3", "InvalidParameterValue",
       "Address 10.0.0.3 is in subnet's reserved address range"},
      {"10.0.0.255", "InvalidParameterValue",
       "Address 10.0.0.255 is in subnet's reserved address range"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.wanted);
    const auto refused = allocate_address(tx.world(), subnet, IpAddress::parse(c.wanted));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault().code, c.code);
    EXPECT_EQ(refused.error().message(), c.words);
  }
  for (const char* wanted : {"10.0.0.4", "10.0.0.254"}) {
    EXPECT_TRUE(allocate_address(tx.world(), subnet, IpAddress::parse(wanted))) << wanted;
  }
}

TEST(Addresses, The_same_address_in_another_subnet_is_no_matter) {
  const Subnet subnet = subnet_of("10.0.0.0/28");
  Subnet other = subnet;
  other.id = Id<Subnet>("subnet-2");
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  EXPECT_EQ(add_interface(tx, subnet, std::nullopt, {})->address,
            add_interface(tx, other, std::nullopt, {})->address);
}

TEST(Addresses, An_interface_gets_its_place_and_only_one_that_instances_hold_gets_a_port) {
  const Subnet subnet = subnet_of("10.0.0.0/28");
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const auto plain = add_interface(tx, subnet, std::nullopt, {.description = "d"}).value();
  const auto endpoint =
      add_interface(tx, subnet, std::nullopt, {.type = InterfaceType::VpcEndpoint}).value();
  const auto another = add_interface(tx, subnet, std::nullopt, {}).value();
  EXPECT_EQ(plain.owner, subnet.owner);
  EXPECT_EQ(plain.region, "r");
  EXPECT_EQ(plain.vpc, subnet.vpc);
  EXPECT_EQ(plain.zone, "ra");
  EXPECT_EQ(plain.description, "d");
  EXPECT_EQ(plain.port, 64U);
  EXPECT_EQ(endpoint.port, 0U);
  EXPECT_EQ(another.port, 65U);
  EXPECT_NE(plain.mac, another.mac);
  EXPECT_NE(plain.number, another.number);
  EXPECT_NE(tx.world().find(plain.id), nullptr);
}

}  // namespace
}  // namespace postern::model
