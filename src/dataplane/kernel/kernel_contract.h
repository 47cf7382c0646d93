// SPDX-License-Identifier: Apache-2.0
// What every Kernel does, as tests that run over each implementation:
//   INSTANTIATE_TEST_SUITE_P(Fake, KernelContract, testing::Values(&make_fake));
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "dataplane/kernel/kernel.h"

namespace postern::dataplane {

// A Kernel on a machine of its own, which is left clean when this goes.
class KernelUnderTest {
 public:
  virtual ~KernelUnderTest() = default;
  virtual Kernel& kernel() = 0;
  // Another Kernel object on the same machine, as after a restart of the daemon.
  virtual void restart() = 0;
  // An instance's link, as its launcher makes it.
  virtual void add_instance_link(const Link& link) = 0;
  // The end of that instance: its namespace goes, and its link with it.
  virtual void end_instance(const Link& link) = 0;
};

using MakeKernelUnderTest = std::unique_ptr<KernelUnderTest> (*)();

class KernelContract : public testing::TestWithParam<MakeKernelUnderTest> {
 protected:
  std::unique_ptr<KernelUnderTest> machine = GetParam()();
  Kernel& kernel() { return machine->kernel(); }

  static Table vpcs(std::initializer_list<std::pair<std::uint32_t, std::uint32_t>> rows) {
    Table table(MapId::Vpcs);
    for (const auto& [key, word] : rows) {
      pn_vpc value{};
      value.net.word_be[3] = word;
      table.add(__u32{key}, value);
    }
    table.sort();
    return table;
  }

  static Services services(std::vector<IpAddress> more = {}) {
    Services made{
        .vpc_id = "vpc-0123456789abcdef0",
        .vpc = 7,
        .port = 12,
        .mac = MacAddress::local(7),
        .addresses = {*IpAddress::parse("10.0.0.2"), *IpAddress::parse("169.254.169.254")}};
    made.addresses.insert(made.addresses.begin() + 1, more.begin(), more.end());
    return made;
  }

  Table contents(MapId map) { return kernel().dump(map).value(); }
  std::vector<FoundLink> links() { return kernel().links().value(); }
};

TEST_P(KernelContract, A_map_holds_what_was_put_and_not_what_was_erased) {
  EXPECT_TRUE(contents(MapId::Vpcs).empty());
  ASSERT_TRUE(kernel().put(vpcs({{3, 30}, {1, 10}, {2, 20}})));
  ASSERT_TRUE(kernel().put(vpcs({{2, 21}, {4, 40}})));
  EXPECT_EQ(contents(MapId::Vpcs), vpcs({{1, 10}, {2, 21}, {3, 30}, {4, 40}}));
  ASSERT_TRUE(kernel().erase(vpcs({{1, 0}, {4, 0}})));
  EXPECT_EQ(contents(MapId::Vpcs), vpcs({{2, 21}, {3, 30}}));
}

TEST_P(KernelContract, Putting_twice_and_erasing_what_is_not_there_is_no_error) {
  ASSERT_TRUE(kernel().put(vpcs({})));
  ASSERT_TRUE(kernel().erase(vpcs({})));
  ASSERT_TRUE(kernel().put(vpcs({{1, 10}})));
  ASSERT_TRUE(kernel().put(vpcs({{1, 10}})));
  ASSERT_TRUE(kernel().erase(vpcs({{1, 0}, {2, 0}, {3, 0}})));
  ASSERT_TRUE(kernel().erase(vpcs({{1, 0}})));
  EXPECT_TRUE(contents(MapId::Vpcs).empty());
}

TEST_P(KernelContract, An_erased_port_is_not_dumped_though_its_map_is_an_array) {
  Table ports(MapId::Ports);
  pn_port port{};
  port.kind = kPnPortInstance;
  port.owner = 9;
  ports.add(__u32{5}, port);
  ports.add(__u32{kPnPortsMax - 1}, port);
  ASSERT_TRUE(kernel().put(ports));
  EXPECT_EQ(contents(MapId::Ports), ports);
  ASSERT_TRUE(kernel().erase(ports));
  EXPECT_TRUE(contents(MapId::Ports).empty());
}

TEST_P(KernelContract, Thousands_of_entries_go_in_and_come_out) {
  Table rows(MapId::Endpoints);
  for (std::uint32_t key = 1; key <= 20000; ++key) {
    pn_endpoint value{};
    value.connection = key;
    rows.add(__u32{key}, value);
  }
  rows.sort();
  ASSERT_TRUE(kernel().put(rows));
  EXPECT_EQ(contents(MapId::Endpoints), rows);
  ASSERT_TRUE(kernel().erase(rows));
  EXPECT_TRUE(contents(MapId::Endpoints).empty());
}

TEST_P(KernelContract, Maps_outlive_the_kernel_object) {
  ASSERT_TRUE(kernel().put(vpcs({{1, 10}})));
  ASSERT_TRUE(kernel().set_revision(42));
  machine->restart();
  EXPECT_EQ(contents(MapId::Vpcs), vpcs({{1, 10}}));
  EXPECT_EQ(kernel().revision().value(), 42U);
}

TEST_P(KernelContract, A_fresh_machine_has_nothing) {
  for (const MapInfo& map : kMaps) {
    EXPECT_TRUE(contents(map.id).empty()) << map.name;
  }
  EXPECT_TRUE(links().empty());
  EXPECT_TRUE(kernel().services().value().empty());
  EXPECT_EQ(kernel().revision().value(), 0U);
  EXPECT_TRUE(kernel().settle());
}

TEST_P(KernelContract, A_services_namespace_comes_with_its_link_and_the_program) {
  ASSERT_TRUE(kernel().ensure(services()));
  ASSERT_TRUE(kernel().ensure(services()));
  ASSERT_TRUE(kernel().ensure(services({*IpAddress::parse("10.0.0.77")})));
  EXPECT_EQ(kernel().services().value(), std::vector<std::string>{services().vpc_id});
  const std::vector<FoundLink> expected = {{services().link(), true}};
  EXPECT_EQ(links(), expected);
  machine->restart();
  EXPECT_EQ(links(), expected);
  ASSERT_TRUE(kernel().remove_services(services().vpc_id));
  ASSERT_TRUE(kernel().remove_services(services().vpc_id));
  EXPECT_TRUE(kernel().services().value().empty());
  EXPECT_TRUE(links().empty());
}

TEST_P(KernelContract, A_removed_namespace_can_be_made_again) {
  ASSERT_TRUE(kernel().ensure(services()));
  ASSERT_TRUE(kernel().remove_services(services().vpc_id));
  ASSERT_TRUE(kernel().ensure(services()));
  EXPECT_EQ(links(), (std::vector<FoundLink>{{services().link(), true}}));
}

TEST_P(KernelContract, A_services_link_of_another_port_is_replaced) {
  ASSERT_TRUE(kernel().ensure(services()));
  Services moved = services();
  moved.port = 13;
  ASSERT_TRUE(kernel().ensure(moved));
  EXPECT_EQ(links(), (std::vector<FoundLink>{{moved.link(), true}}));
}

TEST_P(KernelContract, Links_of_instances_are_found_and_can_be_removed) {
  const Link first{kPnPortInstance, 100, 20};
  const Link second{kPnPortInstance, 101, 21};
  machine->add_instance_link(first);
  machine->add_instance_link(second);
  EXPECT_EQ(links(), (std::vector<FoundLink>{{first, true}, {second, true}}));
  ASSERT_TRUE(kernel().attach(first));
  ASSERT_TRUE(kernel().remove(first));
  ASSERT_TRUE(kernel().remove(first));
  EXPECT_EQ(links(), (std::vector<FoundLink>{{second, true}}));
}

TEST_P(KernelContract, What_is_left_of_an_ended_instance_is_found_and_can_be_removed) {
  const Link link{kPnPortInstance, 100, 20};
  machine->add_instance_link(link);
  machine->end_instance(link);
  const Link gone{kPnPortInstance, 100, 0};
  for (const FoundLink& found : links()) {
    EXPECT_EQ(found, (FoundLink{gone, false}));
  }
  ASSERT_TRUE(kernel().attach(link));
  ASSERT_TRUE(kernel().remove(gone));
  EXPECT_TRUE(links().empty());
}

TEST_P(KernelContract, A_port_can_be_used_again_for_another_interface) {
  const Link first{kPnPortInstance, 100, 20};
  const Link second{kPnPortInstance, 101, 20};
  machine->add_instance_link(first);
  machine->add_instance_link(second);
  ASSERT_TRUE(kernel().remove({kPnPortInstance, 100, 0}));
  EXPECT_EQ(links(), (std::vector<FoundLink>{{second, true}}));
}

}  // namespace postern::dataplane
