// SPDX-License-Identifier: Apache-2.0
// Links to what is the host's own: other people's namespaces, taps; and that both are as before
// afterwards.
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "dataplane/linux/host_place.h"
#include "dataplane/linux/test_machine.h"

namespace postern::dataplane {
namespace {

const Link kLink{kPnPortInstance, 7, 70};

// A tap's name that nobody else's test has.
std::string tap_name() {
  return "pnt" + std::to_string(getpid());
}

Guest guest_named(const std::string& name) {
  return {.owner = kLink.owner,
          .port = kLink.port,
          .mac = MacAddress::local(kLink.owner),
          .address = *IpAddress::parse("10.0.1.7"),
          .prefix = 24,
          .gateway = *IpAddress::parse("10.0.1.1"),
          .name = name};
}

// The host is the test's own namespace, which is a fresh one: nothing of the machine's is touched.
class Attaching : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::move(*open_namespace("/proc/thread-self/ns/net"));
    ASSERT_EQ(unshare(CLONE_NEWNET), 0);
  }
  void TearDown() override { ASSERT_EQ(setns(before_.get(), CLONE_NEWNET), 0); }

  Result<std::optional<LinkInfo>> host_link(const std::string& name) {
    TRY_ASSIGN(const Fd host, open_namespace("/proc/thread-self/ns/net"));
    TRY_ASSIGN(Netlink netlink, Netlink::open(host.get()));
    return netlink.find_link(name);
  }
  std::size_t host_links() {
    const Fd host = std::move(*open_namespace("/proc/thread-self/ns/net"));
    return look_at_namespace(host.get())->devices.size();
  }

 private:
  Fd before_;
};

std::vector<std::string> routes_of(const NamespaceThere& there) {
  std::vector<std::string> routes;
  for (const RouteThere& route : there.routes) {
    routes.push_back(route.destination.text() + " " + route.device);
  }
  std::ranges::sort(routes);
  return routes;
}

TEST_F(Attaching, A_foreign_namespace_has_a_link_of_the_wanted_name_and_its_routes) {
  TestMachine machine;
  const Fd netns = machine.make_instance("other");
  const auto before = look_at_namespace(netns.get());
  ASSERT_TRUE(before);
  ASSERT_TRUE(machine.kernel().connect_instance(guest_named("vpc0"), netns.get()));
  const auto during = look_at_namespace(netns.get());
  EXPECT_EQ(during->inode, before->inode);
  EXPECT_EQ(std::ranges::count(during->devices, "vpc0"), 1);
  EXPECT_EQ(routes_of(*during), (std::vector<std::string>{"0.0.0.0/0 vpc0", "10.0.1.0/24 vpc0"}));
  EXPECT_EQ(machine.kernel().connected().value(), std::vector<std::uint32_t>{7});
  ASSERT_TRUE(machine.kernel().remove(kLink));
  const auto after = look_at_namespace(netns.get());
  EXPECT_EQ(after->devices, before->devices);
  EXPECT_EQ(routes_of(*after), routes_of(*before));
  EXPECT_TRUE(machine.kernel().connected()->empty());
}

TEST_F(Attaching, Without_a_default_route_the_vpc_is_reached_through_its_router) {
  TestMachine machine;
  const Fd netns = machine.make_instance("other");
  Guest guest = guest_named("eth7");
  guest.default_route = false;
  guest.routes = {*Cidr::parse("10.0.0.0/16"), *Cidr::parse("169.254.169.253/32")};
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(machine.kernel().connect_instance(guest, netns.get()));
    EXPECT_EQ(routes_of(*look_at_namespace(netns.get())),
              (std::vector<std::string>{"10.0.0.0/16 eth7", "10.0.1.0/24 eth7",
                                        "169.254.169.253/32 eth7"}));
  }
}

TEST_F(Attaching, A_name_that_is_taken_there_is_an_error_and_leaves_what_has_it) {
  TestMachine machine;
  const Fd netns = machine.make_instance("other");
  EXPECT_FALSE(machine.kernel().connect_instance(guest_named("lo"), netns.get()));
  EXPECT_EQ(std::ranges::count(look_at_namespace(netns.get())->devices, "lo"), 1);
  EXPECT_TRUE(machine.kernel().links()->empty());
}

TEST_F(Attaching, A_tap_is_made_and_goes_with_its_link) {
  TestMachine machine;
  const std::size_t before = host_links();
  ASSERT_TRUE(machine.kernel().connect_tap(kLink, tap_name()));
  const auto tap = host_link(tap_name());
  ASSERT_TRUE(tap && *tap);
  EXPECT_TRUE((*tap)->up);
  EXPECT_EQ((*tap)->kind, "tun");
  EXPECT_EQ(machine.kernel().links().value(), (std::vector<FoundLink>{{kLink, true}}));
  EXPECT_EQ(machine.kernel().connected().value(), std::vector<std::uint32_t>{7});
  machine.restart();
  EXPECT_EQ(machine.kernel().connected().value(), std::vector<std::uint32_t>{7});
  ASSERT_TRUE(machine.kernel().remove(kLink));
  EXPECT_EQ(host_links(), before);
}

TEST_F(Attaching, A_tap_that_was_there_is_given_back_as_it_was) {
  TestMachine machine;
  ASSERT_TRUE(make_tap(tap_name()));
  const std::size_t before = host_links();
  const Fd host = std::move(*open_namespace("/proc/thread-self/ns/net"));
  ASSERT_TRUE(machine.kernel().connect_tap(kLink, tap_name()));
  EXPECT_TRUE((*host_link(tap_name()))->up);
  EXPECT_TRUE(look_at_tap(host.get(), tap_name())->has_filters);
  ASSERT_TRUE(machine.kernel().remove(kLink));
  const auto after = host_link(tap_name());
  ASSERT_TRUE(after && *after);
  EXPECT_FALSE((*after)->up);
  EXPECT_FALSE(look_at_tap(host.get(), tap_name())->has_filters);
  EXPECT_EQ(host_links(), before);
}

TEST_F(Attaching, A_tap_that_is_gone_is_not_connected_and_another_of_its_name_not_touched) {
  TestMachine machine;
  ASSERT_TRUE(make_tap(tap_name()));
  ASSERT_TRUE(machine.kernel().connect_tap(kLink, tap_name()));
  const Fd host = std::move(*open_namespace("/proc/thread-self/ns/net"));
  Netlink netlink = std::move(*Netlink::open(host.get()));
  ASSERT_TRUE(netlink.delete_link((*host_link(tap_name()))->ifindex));
  EXPECT_TRUE(machine.kernel().connected()->empty());
  ASSERT_TRUE(make_tap(tap_name()));
  ASSERT_TRUE(netlink.set_up((*host_link(tap_name()))->ifindex));
  EXPECT_TRUE(machine.kernel().connected()->empty());
  ASSERT_TRUE(machine.kernel().remove(kLink));
  EXPECT_TRUE((*host_link(tap_name()))->up);
}

TEST_F(Attaching, Teardown_gives_taps_back) {
  ASSERT_TRUE(make_tap(tap_name()));
  const std::size_t before = host_links();
  {
    TestMachine machine;
    ASSERT_TRUE(machine.kernel().connect_tap(kLink, tap_name()));
    ASSERT_TRUE(machine.kernel().connect_tap({kPnPortInstance, 8, 80}, "pnmade"));
  }
  EXPECT_EQ(host_links(), before);
  EXPECT_FALSE((*host_link(tap_name()))->up);
}

TEST_F(Attaching, What_is_no_namespace_is_told_apart) {
  TestMachine machine;
  EXPECT_FALSE(namespace_of_process(0));
  EXPECT_FALSE(namespace_at("/proc/self/ns/uts"));
  EXPECT_FALSE(namespace_at("/etc/passwd"));
  EXPECT_FALSE(namespace_at("/nowhere"));
  const auto own = namespace_of_process(getpid());
  ASSERT_TRUE(own);
  const Fd netns = machine.make_instance("i-1");
  EXPECT_TRUE(machine.kernel().is_own(look_at_namespace(netns.get())->inode));
  EXPECT_FALSE(machine.kernel().is_own(look_at_namespace(own->get())->inode));
}

TEST_F(Attaching, A_device_is_seen_as_what_it_is) {
  const Fd host = std::move(*open_namespace("/proc/thread-self/ns/net"));
  EXPECT_FALSE(look_at_tap(host.get(), "nothing")->exists);
  EXPECT_FALSE(look_at_tap(host.get(), "lo")->is_tap);
  ASSERT_TRUE(make_tap(tap_name()));
  Netlink netlink = std::move(*Netlink::open(host.get()));
  const unsigned index = (*host_link(tap_name()))->ifindex;
  EXPECT_TRUE(look_at_tap(host.get(), tap_name())->is_tap);
  EXPECT_FALSE(look_at_tap(host.get(), tap_name())->has_address);
  ASSERT_TRUE(netlink.set_addresses(index, {{*IpAddress::parse("192.0.2.1"), 24}}));
  EXPECT_TRUE(look_at_tap(host.get(), tap_name())->has_address);
}

TEST(TapNote, Is_read_as_it_is_written) {
  for (const bool flag : {false, true}) {
    const TapNote note{.tap = "tap0", .ifindex = 12, .made = flag, .was_up = !flag};
    EXPECT_EQ(TapNote::parse(note.text()), note);
  }
  for (const char* alias : {"", "uplink", "postern-tap", "postern-tap tap0 x made up",
                            "postern-tap tap0 1 borrowed up", "postern-tap tap0 1 made up more"}) {
    EXPECT_EQ(TapNote::parse(alias), std::nullopt) << alias;
  }
}

}  // namespace
}  // namespace postern::dataplane
