// SPDX-License-Identifier: Apache-2.0
// What explain says of a packet, the program answers in a dry run, and does to that packet when it
// is sent: one verdict, in Worlds broken at random.
//
//   POSTERN_AGREEMENT_WORLDS=5000   for more than the everyday 100
//   POSTERN_PROPERTY_SEED=…         to see the same Worlds and packets again
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

#include "dataplane/apply/apply.h"
#include "dataplane/linux/dry_run.h"
#include "dataplane/linux/event_reader.h"
#include "dataplane/linux/net_namespace.h"
#include "dataplane/linux/test_machine.h"
#include "explain/packet.h"
#include "explain/test_breaker.h"
#include "reference/frame.h"

namespace postern::explain {
namespace {

using dataplane::TestWorld;
using dataplane::Verdict;
using reference::Bytes;
using reference::Frame;

constexpr std::chrono::milliseconds kPatience{2000};

// The first packet of a connection, and not an answer that a guest's own kernel gives.
bool begins_something(const Frame& frame) {
  constexpr std::uint8_t kTcpFlags = reference::kSyn | reference::kAck;
  switch (frame.protocol()) {
    case reference::kTcp:
      return (frame.tcp_flags() & kTcpFlags) == reference::kSyn;
    case reference::kUdp:
      return true;
    case reference::kIcmp:
      return frame.get8(frame.l4()) == 8;
    case reference::kIcmpv6:
      return frame.get8(frame.l4()) == 128;
    default:
      return false;
  }
}

// An instance's eth0, as who sends and receives whole frames there.
class Wire {
 public:
  explicit Wire(int netns_fd)
      : socket_(std::move(
            *dataplane::open_socket_in(netns_fd, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)))) {}

  int fd() const { return socket_.get(); }

  void send(const Bytes& frame) const {
    ifreq request{};
    std::string("eth0").copy(request.ifr_name, IFNAMSIZ - 1);
    ASSERT_EQ(ioctl(fd(), SIOCGIFINDEX, &request), 0) << std::strerror(errno);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = request.ifr_ifindex;
    ASSERT_EQ(
        sendto(fd(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
        static_cast<ssize_t>(frame.size()))
        << std::strerror(errno);
  }

  // Reads what has come since the last call; whether a connection's first packet was among it.
  bool has_received() const {
    bool found = false;
    while (true) {
      Bytes bytes(2048);
      sockaddr_ll from{};
      socklen_t size = sizeof from;
      const ssize_t got = recvfrom(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 0) {
        return found;
      }
      bytes.resize(static_cast<std::size_t>(got));
      const std::uint16_t type = bytes.size() < 34 ? 0 : Frame(bytes).ether_type();
      const bool is_ip = type == ETH_P_IP || (type == ETH_P_IPV6 && bytes.size() >= 62);
      found |= from.sll_pkttype != PACKET_OUTGOING && is_ip && begins_something(Frame(bytes));
    }
  }

 private:
  Fd socket_;
};

class RealAgreement : public testing::Test {
 protected:
  void apply(const TestWorld& world) {
    const auto done = applier_.apply(compile(world.world(), dataplane::Node()));
    ASSERT_TRUE(done) << done.error().message();
    for (const auto& [id, instance] : world.world().all<model::Instance>()) {
      connect(world, id.value);
    }
  }

  // As their launcher does; a link that is there stays.
  void connect(const TestWorld& world, const std::string& instance) {
    if (!netns_.contains(instance)) {
      netns_[instance] = machine_.make_instance(instance);
      wires_.emplace("eni-" + instance, netns_[instance].get());
    }
    const auto eni = world.get<model::NetworkInterface>("eni-" + instance);
    const auto subnet = world.get<model::Subnet>(eni.subnet.value);
    const auto done = machine_.kernel().connect_instance({.owner = eni.number,
                                                          .port = eni.port,
                                                          .mac = eni.mac,
                                                          .address = eni.address,
                                                          .prefix = subnet.cidr.prefix(),
                                                          .gateway = subnet.cidr.at(1)},
                                                         netns_[instance].get());
    ASSERT_TRUE(done) << done.error().message();
  }

  // What the program at the sender's link tells of the packet.
  std::optional<Verdict> verdict_on(std::uint32_t port, std::uint8_t protocol,
                                    std::uint16_t source_port) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto batch = events_.read(std::chrono::milliseconds(100));
      EXPECT_TRUE(batch) << batch.error().message();
      for (const pn_event& event : batch->events) {
        const bool unread = event.verdict == kPnVerdictPortUnknown;  // before there is a key
        const bool same =
            event.key.protocol == protocol && event.key.source_port_be == htons(source_port);
        if (event.port == port && (unread || same)) {
          return static_cast<Verdict>(event.verdict);
        }
      }
    }
    return std::nullopt;
  }

  bool anything_arrived(std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    do {
      bool found = false;
      for (const auto& [id, wire] : wires_) {
        found |= wire.has_received();
      }
      if (found) {
        return true;
      }
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
  }

  dataplane::TestMachine machine_;
  dataplane::Applier applier_{machine_.kernel()};
  dataplane::DryRun dry_run_{machine_.dir()};
  dataplane::EventReader events_{machine_.dir()};
  std::map<std::string, Fd> netns_;
  std::map<std::string, Wire> wires_;
};

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : otherwise;
}

// Whether it is for a service of Postern's own or for its relay, which are no instances.
bool goes_to_services(const TestWorld& world, const Traffic& traffic,
                      const IpAddress& destination) {
  const std::string text = destination.text();
  const bool to_relay = traffic.protocol == reference::kTcp &&
                        world.get<model::Listener>("listener-tg").protocol == "TLS";
  return to_relay || text.starts_with("169.254.") || text == "10.0.0.2";
}

TEST_F(RealAgreement, Explain_the_dry_run_and_the_packet_that_is_sent_have_one_verdict) {
  const std::uint32_t seed = from_environment("POSTERN_PROPERTY_SEED", std::random_device()());
  const std::uint32_t worlds = from_environment("POSTERN_AGREEMENT_WORLDS", 100);
  std::cout << "POSTERN_PROPERTY_SEED=" << seed << "\n";
  Breaker breaker(seed);
  std::map<Verdict, int> seen;
  int packets = 0;
  int arrived = 0;
  std::uint16_t source_port = 10000;
  for (std::uint32_t n = 0; n < worlds; ++n) {
    const TestWorld world = breaker.broken_world();
    ASSERT_NO_FATAL_FAILURE(apply(world));
    for (int times = 0; times < 4; ++times) {
      const auto [source_id, destination, traffic] = breaker.draw_packet();
      const auto source = world.get<model::NetworkInterface>(source_id);
      if (!destination.is_v4() && source.ipv6_addresses.empty()) {
        continue;
      }
      const auto instance = world.get<model::Instance>(source_id.substr(std::strlen("eni-")));
      if (instance.state != model::InstanceState::Running) {
        continue;  // it sends nothing
      }
      // Connections of other Worlds are in the table still: each packet is of one of its own.
      source_port = source_port < 60000 ? source_port + 1 : 10000;
      reference::Packet packet = first_packet(source, destination, traffic);
      Frame frame(packet.frame);
      frame.set16(frame.l4() + (traffic.protocol == reference::kIcmp ? 4 : 0), source_port);
      frame.compute_checksums({});
      const auto expected = verdicts_of(explain_path(world.world(), source, destination, traffic));
      const auto dry = dry_run_.judge(source.port, frame.bytes());
      ASSERT_TRUE(dry) << dry.error().message();
      events_.read(std::chrono::milliseconds(0));  // the programs tell from here on
      anything_arrived(std::chrono::milliseconds(0));
      ASSERT_NO_FATAL_FAILURE(wires_.at(source_id).send(frame.bytes()));
      const auto real = verdict_on(source.port, frame.protocol(), source_port);
      const std::string what =
          fmt::format("world {}: {} to {} {}/{}{}", n, source_id, destination.text(),
                      traffic.protocol, traffic.port, traffic.established ? " established" : "");
      ASSERT_TRUE(real) << what << ": the program tells nothing of it, in a dry run "
                        << dataplane::info(*dry).name;
      const std::string_view name = dataplane::info(*real).name;
      if (*real == Verdict::LostOnPurpose) {
        continue;  // `postern fault`'s dice
      }
      ++packets;
      ++seen[*real];
      ASSERT_EQ(name, dataplane::info(*dry).name) << what << ": sent, and in a dry run";
      if (*real == Verdict::PortUnknown) {
        // The sender fails on purpose. Explain says so before it speaks of paths.
        ASSERT_TRUE(world.world().all<model::Fault>().size() > 0) << what;
        ASSERT_FALSE(anything_arrived(std::chrono::milliseconds(0))) << what;
        continue;
      }
      ASSERT_TRUE(std::ranges::find(expected, *real) != expected.end())
          << what << ": the packet gets " << name << ", explain says otherwise";
      const bool passes = dataplane::info(*real).action == dataplane::VerdictAction::Pass;
      if (*real == Verdict::AwsServiceAdmitted ||
          (passes && goes_to_services(world, traffic, destination))) {
        continue;
      }
      const bool came = anything_arrived(passes ? kPatience : std::chrono::milliseconds(0));
      ASSERT_EQ(came, passes) << what << ": " << name;
      arrived += came ? 1 : 0;
    }
    if (n % 100 == 99) {
      ASSERT_TRUE(machine_.kernel().expire_idle(0));
      ASSERT_TRUE(machine_.kernel().sweep());
    }
  }
  std::cout << worlds << " worlds, " << packets << " packets, " << arrived << " arrived\n";
  for (const auto& [verdict, count] : seen) {
    fmt::print("  {:6} {}\n", count, dataplane::info(verdict).name);
  }
  EXPECT_GE(packets, static_cast<int>(worlds));
  EXPECT_GT(arrived, 0);
}

}  // namespace
}  // namespace postern::explain
