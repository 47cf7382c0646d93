// SPDX-License-Identifier: Apache-2.0
#include "daemon/attach_rule.h"

#include <gtest/gtest.h>

#include "daemon/test_attach_world.h"
#include "model/holder_state.h"

namespace postern::daemon {
namespace {

using enum model::HolderKind;
using model::Holder;
using model::NetworkInterface;

class AttachRule : public testing::Test {
 protected:
  std::string refusal(const AttachWish& wish, const Place& place = {}) {
    const auto done = attach(tx_, AttachWorld::kRegion, wish, place);
    return done ? "none" : done.error().message();
  }

  SeededIds ids_{1};
  model::Transaction tx_{model::World(), TimePoint(std::chrono::seconds(1000)), ids_};
  AttachWorld world_{tx_};
};

TEST_F(AttachRule, An_interface_is_made_in_use_with_its_holder) {
  AttachWish wish = AttachWorld::wish();
  wish.private_ip = "10.0.1.77";
  wish.device = "vpc0";
  const auto made =
      attach(tx_, AttachWorld::kRegion, wish, {.namespace_inode = 99, .devices = {"lo", "eth0"}});
  ASSERT_TRUE(made) << made.error().message();
  const NetworkInterface interface = *tx_.world().find(made->id);
  EXPECT_EQ(interface.owner.value, "111111111111");
  EXPECT_EQ(interface.address.text(), "10.0.1.77");
  EXPECT_EQ(interface.type, model::InterfaceType::Interface);
  EXPECT_NE(interface.port, 0U);
  EXPECT_EQ(interface.groups.size(), 1U);
  EXPECT_FALSE(interface.requester_managed);
  EXPECT_EQ(interface.attachment->instance_owner_id, "111111111111");
  EXPECT_EQ(interface.attachment->instance_id, "");
  EXPECT_TRUE(interface.attachment->id.starts_with("eni-attach-"));
  const Holder* holder = model::holder_of(interface);
  ASSERT_NE(holder, nullptr);
  EXPECT_EQ(holder->kind, Process);
  EXPECT_EQ(holder->state, model::HolderState::Attached);
  EXPECT_EQ(holder->place, "4711");
  EXPECT_EQ(holder->device, "vpc0");
  EXPECT_EQ(holder->namespace_inode, 99U);
}

TEST_F(AttachRule, What_AWS_refuses_of_an_interface_is_refused_in_its_words) {
  struct Case {
    void (*change)(AttachWish&);
    const char* words;
  };
  const Case cases[] = {
      {[](AttachWish& w) { w.account = "carol"; }, "there is no account carol"},
      // Another account's does not exist for this one.
      {[](AttachWish& w) { w.subnet = "subnet-22222222"; },
       "The subnet ID 'subnet-22222222' does not exist"},
      {[](AttachWish& w) { w.security_groups = {"sg-12345678"}; },
       "The security group 'sg-12345678' does not exist"},
      {[](AttachWish& w) { w.private_ip = "10.0.2.9"; },
       "Address 10.0.2.9 does not fall within the subnet's address range"},
      {[](AttachWish& w) { w.private_ip = "10.0.1.2"; },
       "Address 10.0.1.2 is in subnet's reserved address range"},
      {[](AttachWish& w) { w.private_ip = "10.0.1.4"; }, "Address 10.0.1.4 is in use."},
      {[](AttachWish& w) { w.private_ip = "ten"; }, "invalid value for parameter address: ten"},
  };
  ASSERT_TRUE(attach(tx_, AttachWorld::kRegion, AttachWorld::wish(), {}));
  for (const Case& c : cases) {
    AttachWish wish = AttachWorld::wish();
    c.change(wish);
    EXPECT_EQ(refusal(wish), c.words);
  }
  EXPECT_EQ(model::held_interfaces(tx_.world()).size(), 1U);
}

TEST_F(AttachRule, A_wish_that_is_none_is_refused_before_anything_is_looked_at) {
  const auto words = [](model::HolderKind kind, const char* place, const char* device = nullptr) {
    AttachWish wish = AttachWorld::wish(kind, place);
    if (device != nullptr) {
      wish.device = device;
    }
    const auto done = check_wish(wish);
    return done ? "none" : done.error().message();
  };
  EXPECT_EQ(words(Process, "1"), "none");
  EXPECT_EQ(words(Process, "-1"), "-1 is no process id");
  EXPECT_EQ(words(Process, "12a"), "12a is no process id");
  EXPECT_EQ(words(Process, "99999999999"), "99999999999 is no process id");
  EXPECT_EQ(words(Namespace, "/run/netns/web"), "none");
  EXPECT_EQ(words(Namespace, "run/netns/web"), "run/netns/web is not an absolute path");
  EXPECT_EQ(words(Namespace, "/proc/7/ns/net"),
            "/proc/7/ns/net is of a process: name the process with --pid");
  EXPECT_EQ(words(Tap, "tap0"), "none");
  EXPECT_EQ(words(Tap, "a/b"), "a/b is no name for a tap");
  EXPECT_EQ(words(Tap, "pntap%d"), "pntap%d is no name for a tap");
  EXPECT_EQ(words(Tap, "sixteen-letters-"), "sixteen-letters- is no name for a tap");
  EXPECT_EQ(words(Tap, "tap0", "eth0"),
            "what is behind a tap names its interface and sets its routes itself");
  for (const char* name : {"", ".", "..", "all", "default", "lo", "a b", "../x"}) {
    EXPECT_EQ(words(Process, "1", name), std::string(name) + " is no name for an interface");
  }
}

TEST_F(AttachRule, A_place_that_cannot_have_it_is_refused_and_what_to_do_is_said) {
  const Holder full{.kind = Process, .place = "7", .device = "eth0"};
  const Holder part{.kind = Process, .place = "7", .device = "eth0", .default_route = false};
  const Holder tap{.kind = Tap, .place = "tap0", .device = "tap0"};
  const Cidr everywhere = *Cidr::parse("0.0.0.0/0");
  const Cidr inside = *Cidr::parse("10.0.9.0/24");
  const Cidr around = *Cidr::parse("10.0.0.0/8");
  const Cidr elsewhere = *Cidr::parse("172.17.0.0/16");
  const std::string overlap = " is reached by br0 there, which overlaps the VPC's 10.0.0.0/16";
  struct Case {
    Holder holder;
    Place place;
    std::string words;
  };
  const Case cases[] = {
      {full, {.devices = {"lo"}}, "none"},
      {full, {.is_postern = true}, "the network namespace of 7 is one of Postern's own"},
      {full,
       {.is_host = true},
       "7 is in the host's own network namespace, whose default route stays: add "
       "--no-default-route, and the host itself is in the VPC"},
      {part, {.is_host = true}, "none"},
      {part,
       {.is_host = true, .devices = {"eth0"}},
       "there is a eth0 already: choose another name with --name"},
      {full,
       {.routes = {{everywhere, "eth1"}}},
       "there is a default route already (by eth1): add --no-default-route to keep it, and only "
       "the VPC (10.0.0.0/16) goes through the new interface; or remove it first"},
      {part, {.routes = {{everywhere, "eth1"}}}, "none"},
      {full, {.routes = {{elsewhere, "br0"}}}, "none"},
      {full, {.routes = {{inside, "br0"}}}, "10.0.9.0/24" + overlap},
      {part, {.routes = {{inside, "br0"}}}, "10.0.9.0/24" + overlap},
      {part, {.routes = {{around, "br0"}}}, "10.0.0.0/8" + overlap},
      {tap, {}, "none"},
      {tap, {.tap_exists = true, .is_tap = true}, "none"},
      {tap, {.tap_exists = true}, "tap0 is a device of the host's, but no tap"},
      {tap,
       {.tap_exists = true, .is_tap = true, .tap_is_port = true},
       "the tap tap0 is in a bridge or bond: take it out first"},
      {tap,
       {.tap_exists = true, .is_tap = true, .tap_has_address = true},
       "the tap tap0 has an address of the host's: remove it first"},
      {tap,
       {.tap_exists = true, .is_tap = true, .tap_has_filters = true},
       "the tap tap0 has tc filters: remove them first"},
  };
  for (const Case& c : cases) {
    const auto done = check_place(c.holder, c.place, world_.alice);
    EXPECT_EQ(done ? "none" : done.error().message(), c.words);
  }
}

TEST_F(AttachRule, A_place_is_given_one_interface_of_a_name) {
  const auto made =
      attach(tx_, AttachWorld::kRegion, AttachWorld::wish(Namespace, "/run/netns/web"), {});
  ASSERT_TRUE(made);
  // Also while it waits: then nothing is there to be seen.
  model::mark_waiting(tx_, made->id);
  EXPECT_EQ(refusal(AttachWorld::wish(Namespace, "/run/netns/web")),
            "/run/netns/web has " + made->id.value + " already: detach that first");
  AttachWish second = AttachWorld::wish(Namespace, "/run/netns/web");
  second.device = "eth1";
  second.default_route = false;
  EXPECT_EQ(refusal(second), "none");
  EXPECT_EQ(refusal(AttachWorld::wish(Tap, "tap0")), "none");
  EXPECT_NE(refusal(AttachWorld::wish(Tap, "tap0")), "none");
}

}  // namespace
}  // namespace postern::daemon
