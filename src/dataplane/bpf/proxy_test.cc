// SPDX-License-Identifier: Apache-2.0
// PROXY protocol, version 2, in a connection that nobody terminates.
// [NLB guide, "Proxy protocol"]
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <thread>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_socket.h"
#include "dataplane/bpf/test_traffic.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint32_t kHeader = 100;
constexpr std::uint32_t kPlainHeader = 40;
const std::string kEndpointId = "vpce-0123456789abcdef0";

void want_proxy(TestWorld& world) {
  world.listener(6, 80,
                 {.listener = 601,
                  .target_group = kTcpTargets,
                  .flags = kPnListenerProxyV2,
                  .idle_seconds = 350});
  pn_endpoint endpoint = world.endpoint_entry();
  std::ranges::copy(kEndpointId, endpoint.id);
  world.endpoint(endpoint);
}

// CRC-32C bit by bit (RFC 3720, B.4).
std::uint32_t crc32c(const std::string& bytes) {
  std::uint32_t crc = ~0U;
  for (const char each : bytes) {
    crc ^= static_cast<std::uint8_t>(each);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    }
  }
  return ~crc;
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char each : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += kDigits[static_cast<std::uint8_t>(each) >> 4];
    out += kDigits[static_cast<std::uint8_t>(each) & 15];
  }
  return out;
}

// What the header says, with its CRC taken out after it was checked.
std::string checked(std::string header) {
  const std::string crc = header.substr(31, 4);
  header.replace(31, 4, 4, '\0');
  const std::uint32_t sum = crc32c(header);
  const std::array<char, 4> expected = {static_cast<char>(sum >> 24), static_cast<char>(sum >> 16),
                                        static_cast<char>(sum >> 8), static_cast<char>(sum)};
  EXPECT_EQ(hex(crc), hex(std::string(expected.begin(), expected.end())));
  return hex(header);
}

// As AWS published one of a connection from PrivateLink: who, CRC, endpoint id, padding to 100.
std::string expected_header(std::uint16_t client_port) {
  const std::string port = {static_cast<char>(client_port >> 8), static_cast<char>(client_port)};
  return "0d0a0d0a000d0a515549540a"
         "2111"
         "0054"
         "0a00010a"
         "0a000164" +
         hex(port) + "0050" +
         "030004"
         "00000000" +
         "ea001701" + hex(kEndpointId) + "040024" + std::string(72, '0');
}

std::string payload_of(const Packet& packet) {
  return {packet.payload.begin(), packet.payload.end()};
}

Packet with_payload(Packet packet, std::string_view text) {
  packet.flags |= kPsh;
  packet.payload.assign(text.begin(), text.end());
  return packet;
}

// The target's next segment, acknowledging `up_to` in its own numbers.
Packet acknowledge(const Packet& there, std::uint32_t up_to) {
  Packet back = answer(there, kTarget1Port);
  back.flags = kAck;
  back.sequence = 5001;
  back.acknowledgement = up_to;
  back.payload.clear();
  back.tcp_options.clear();
  return back;
}

// A connection through the endpoint up to the client's bare ACK.
struct Opened {
  Packet syn;    // as the client sent it
  Packet there;  // as it arrived
};
Opened open_connection(std::uint32_t sequence = 1000) {
  Packet syn = client_to_endpoint();
  syn.sequence = sequence;
  const Packet there = sent(kClientPort, syn);
  sent(kTarget1Port, answer(there, kTarget1Port));
  const Packet ack = sent(kClientPort, next(syn, kAck));
  EXPECT_EQ(ack.sequence, sequence + 1) << "nothing has been put in yet";
  EXPECT_EQ(payload_of(ack), "");
  return {syn, there};
}

TEST(Proxy, The_header_goes_before_the_clients_first_bytes) {
  TestWorld world(fabric());
  want_proxy(world);
  const Opened opened = open_connection();
  const Packet first = sent(kClientPort, with_payload(next(opened.syn, kAck), "GET"));
  EXPECT_EQ(first.sequence, 1001U);
  EXPECT_EQ(first.payload.size(), kHeader);
  EXPECT_EQ(checked(payload_of(first)), expected_header(opened.syn.source_port));

  Packet more = with_payload(next(opened.syn, kAck), " / HTTP");
  more.sequence = 1004;
  const Packet moved = sent(kClientPort, more);
  EXPECT_EQ(moved.sequence, 1004 + kHeader);
  EXPECT_EQ(payload_of(moved), " / HTTP");
}

TEST(Proxy, Sent_again_before_it_is_acknowledged_and_never_after) {
  TestWorld world(fabric());
  want_proxy(world);
  const Opened opened = open_connection();
  const Packet get = with_payload(next(opened.syn, kAck), "GET");
  EXPECT_EQ(sent(kClientPort, get).payload.size(), kHeader);
  EXPECT_EQ(sent(kClientPort, get).payload.size(), kHeader);
  EXPECT_EQ(sent(kTarget1Port, acknowledge(opened.there, 1001 + kHeader)).acknowledgement, 1001U);
  const Packet again = sent(kClientPort, get);
  EXPECT_EQ(payload_of(again), "GET");
  EXPECT_EQ(again.sequence, 1001 + kHeader);
}

TEST(Proxy, What_the_target_acknowledges_is_in_the_clients_numbers) {
  TestWorld world(fabric());
  want_proxy(world);
  const Opened opened = open_connection();
  sent(kClientPort, with_payload(next(opened.syn, kAck), "GET"));
  struct Row {
    std::uint32_t from_target, to_client;
  };
  for (const Row& row : {Row{1001, 1001}, Row{1050, 1001}, Row{1101, 1001}, Row{1104, 1004}}) {
    SCOPED_TRACE(row.from_target);
    EXPECT_EQ(sent(kTarget1Port, acknowledge(opened.there, row.from_target)).acknowledgement,
              row.to_client);
  }
}

TEST(Proxy, Selective_acknowledgements_move_too_at_any_offset) {
  TestWorld world(fabric());
  want_proxy(world);
  for (const bool done : {false, true}) {
    for (const std::size_t lead : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
      SCOPED_TRACE(::testing::Message() << done << lead);
      world.fabric().clear_flows();
      const Opened opened = open_connection();
      sent(kClientPort, with_payload(next(opened.syn, kAck), "GET"));
      Packet back = acknowledge(opened.there, done ? 1104 : 1001);
      back.tcp_options.assign(lead, 1);
      const std::array<std::uint8_t, 10> sack = {5, 10, 0, 0, 0x04, 0x51, 0, 0, 0x04, 0x55};
      back.tcp_options.insert(back.tcp_options.end(), sack.begin(), sack.end());
      back.tcp_options.resize(12, 1);
      const Packet moved = sent(kTarget1Port, back);
      const std::array<std::uint8_t, 8> edges = {0, 0, 0x03, 0xed, 0, 0, 0x03, 0xf1};
      EXPECT_TRUE(std::equal(edges.begin(), edges.end(),
                             moved.tcp_options.begin() + static_cast<std::ptrdiff_t>(lead + 2)));
    }
  }
}

// After 2 GiB a comparison of sequence numbers would come out the other way round.
TEST(Proxy, A_long_connection_and_one_whose_numbers_wrap_stay_in_step) {
  TestWorld world(fabric());
  want_proxy(world);
  for (const std::uint32_t start : {1000U, 0xffffffc0U}) {
    SCOPED_TRACE(start);
    world.fabric().clear_flows();
    const Opened opened = open_connection(start);
    sent(kClientPort, with_payload(next(opened.syn, kAck), "GET"));
    sent(kTarget1Port, acknowledge(opened.there, start + 1 + kHeader + 3));
    for (const std::uint32_t on : {0x70000000U, 0x80000000U, 0x90000000U, 0xfffffff0U}) {
      Packet late = with_payload(next(opened.syn, kAck), "x");
      late.sequence = start + on;
      EXPECT_EQ(sent(kClientPort, late).sequence, start + on + kHeader);
      EXPECT_EQ(sent(kTarget1Port, acknowledge(opened.there, start + on + kHeader)).acknowledgement,
                start + on);
    }
  }
}

TEST(Proxy, A_client_that_says_nothing_gets_no_header_and_ends_in_its_own_numbers) {
  TestWorld world(fabric());
  want_proxy(world);
  const Opened opened = open_connection();
  const Packet fin = sent(kClientPort, next(opened.syn, kFin | kAck));
  EXPECT_EQ(fin.sequence, 1001U);
  EXPECT_EQ(payload_of(fin), "");
  EXPECT_EQ(sent(kTarget1Port, acknowledge(opened.there, 1002)).acknowledgement, 1002U);
}

TEST(Proxy, The_first_bytes_may_come_with_the_end) {
  TestWorld world(fabric());
  want_proxy(world);
  const Opened opened = open_connection();
  Packet last = with_payload(next(opened.syn, kAck), "bye");
  last.flags |= kFin;
  const Packet header = sent(kClientPort, last);
  EXPECT_EQ(header.payload.size(), kHeader);
  EXPECT_EQ(header.flags & kFin, 0) << "the end is not the header's";
}

TEST(Proxy, From_its_own_VPC_the_header_has_no_endpoint) {
  TestWorld world(fabric());
  want_proxy(world);
  const Packet syn = local_to_node();
  const Packet there = sent(kLocalPort, syn);
  sent(kTarget1Port, answer(there, kTarget1Port));
  const Packet first = sent(kLocalPort, with_payload(next(syn, kAck), "GET"));
  EXPECT_EQ(first.payload.size(), kPlainHeader);
  EXPECT_EQ(checked(payload_of(first)),
            "0d0a0d0a000d0a515549540a"
            "2111"
            "0018"
            "0a00011e"
            "0a0001c8"
            "9c40"
            "0050"
            "030004"
            "00000000"
            "040002"
            "0000");
}

TEST(Proxy, A_client_that_begins_again_from_its_port_is_counted_from_there) {
  TestWorld world(fabric());
  want_proxy(world);
  sent(kClientPort, client_to_endpoint());
  const Opened opened = open_connection(70000);
  const Packet first = sent(kClientPort, with_payload(next(opened.syn, kAck), "GET"));
  EXPECT_EQ(first.sequence, 70001U);
  EXPECT_EQ(first.payload.size(), kHeader);
}

TEST(Proxy, TCP_Fast_Open_is_not_offered_to_the_target) {
  TestWorld world(fabric());
  want_proxy(world);
  for (const std::size_t lead : {std::size_t{0}, std::size_t{1}}) {
    SCOPED_TRACE(lead);
    world.fabric().clear_flows();
    Packet syn = client_to_endpoint();
    syn.tcp_options.assign(lead, 1);
    const std::array<std::uint8_t, 6> cookie = {34, 6, 1, 2, 3, 4};
    syn.tcp_options.insert(syn.tcp_options.end(), cookie.begin(), cookie.end());
    syn.tcp_options.resize(8, 1);
    const Packet there = sent(kClientPort, syn);
    EXPECT_EQ(there.tcp_options[lead], 253);
    EXPECT_EQ(there.tcp_options[lead + 1], 6);
  }
}

class ProxyTraffic : public Traffic {
 protected:
  // The target reads a header, then answers all that follows with what it got.
  void exchange(std::size_t size, bool server_speaks_first) {
    want_proxy(world_);
    const std::string bytes = content(size);
    Fd listener;
    target_->run([&] { listener = listen_at("10.0.1.10", 8080); });
    std::thread server([&] {
      const Fd socket(accept(listener.get(), nullptr, nullptr));
      if (server_speaks_first) {
        send_all(socket, "220 ready\r\n");
      }
      const std::string header = read_bytes(socket, kHeader);
      EXPECT_EQ(header.size(), kHeader);
      EXPECT_EQ(hex(header.substr(0, 12)), "0d0a0d0a000d0a515549540a");
      std::string back;
      std::thread writer([&] { send_all(socket, bytes); });
      EXPECT_TRUE(read_all(socket) == bytes);
      writer.join();
    });
    client_->run([&] {
      const Fd socket = new_socket(SOCK_STREAM);
      EXPECT_EQ(connect_to(socket, "10.0.1.100", 80), 0);
      if (server_speaks_first) {
        EXPECT_EQ(read_bytes(socket, 11), "220 ready\r\n");
      }
      std::thread writer([&] {
        send_all(socket, bytes);
        shutdown(socket.get(), SHUT_WR);
      });
      EXPECT_TRUE(read_all(socket) == bytes);
      writer.join();
    });
    server.join();
  }
};

TEST_F(ProxyTraffic, Bytes_arrive_behind_the_header_whatever_the_links_leave_to_later) {
  for (const bool client_offloads : {true, false}) {
    for (const bool target_offloads : {true, false}) {
      for (const bool server_speaks_first : {true, false}) {
        SCOPED_TRACE(::testing::Message()
                     << client_offloads << target_offloads << server_speaks_first);
        client_->set_offloads(client_offloads);
        target_->set_offloads(target_offloads);
        exchange(4 << 20, server_speaks_first);
        exchange(3, server_speaks_first);
      }
    }
  }
  client_->set_offloads(true);
  target_->set_offloads(true);
}

}  // namespace
}  // namespace postern::dataplane::testing
