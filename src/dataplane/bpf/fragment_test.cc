// SPDX-License-Identifier: Apache-2.0
// Packets in several fragments.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::size_t kIp = 14;       // offset of the IPv4 header
constexpr std::size_t kPayload = 34;  // and of what follows it

void put16(Bytes& frame, std::size_t at, std::size_t value) {
  frame[at] = static_cast<std::uint8_t>(value >> 8);
  frame[at + 1] = static_cast<std::uint8_t>(value);
}

std::uint32_t get16(const Bytes& frame, std::size_t at) {
  return static_cast<std::uint32_t>(frame[at] << 8 | frame[at + 1]);
}

// Of the IPv4 header, over whatever its checksum field holds.
std::uint16_t header_sum(const Bytes& frame) {
  std::uint32_t sum = 0;
  for (std::size_t at = kIp; at < kPayload; at += 2) {
    sum += get16(frame, at);
  }
  while (sum >> 16) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

// One fragment: `size` bytes of the whole's IP payload from `from`.
Bytes fragment(const Bytes& whole, std::size_t from, std::size_t size) {
  Bytes out(whole.begin(), whole.begin() + kPayload);
  const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(kPayload + from);
  out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  const bool more = kPayload + from + size < whole.size();
  put16(out, kIp + 2, 20 + size);
  put16(out, kIp + 4, 0x1234);
  put16(out, kIp + 6, (more ? 0x2000 : 0) | from / 8);
  put16(out, kIp + 10, 0);
  put16(out, kIp + 10, ~header_sum(out) & 0xffff);
  return out;
}

// The fragments of a frame's packet, each with `size` bytes, the last with the rest.
std::vector<Bytes> fragments(const Bytes& whole, std::size_t size) {
  std::vector<Bytes> all;
  const std::size_t bytes = whole.size() - kPayload;
  for (std::size_t from = 0; from < bytes; from += size) {
    all.push_back(fragment(whole, from, std::min(size, bytes - from)));
  }
  return all;
}

// The whole that a receiver makes of them.
Bytes together(const std::vector<Bytes>& all) {
  Bytes whole = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(header_sum(all[i]), 0xffff) << "fragment " << i;
    whole.insert(whole.end(), all[i].begin() + kPayload, all[i].end());
  }
  put16(whole, kIp + 2, whole.size() - kIp);
  put16(whole, kIp + 6, 0x4000);
  put16(whole, kIp + 10, 0);
  put16(whole, kIp + 10, ~header_sum(whole) & 0xffff);
  return whole;
}

Packet large(Packet packet) {
  packet.fragment = 0;
  packet.payload.resize(3000);
  std::iota(packet.payload.begin(), packet.payload.end(), std::uint8_t{0});
  return packet;
}

// Sends all fragments and gives what arrives.
Packet pass(std::uint32_t from, const Packet& packet, Verdict first) {
  std::vector<Bytes> arrived;
  for (const Bytes& each : fragments(packet.bytes(), 1200)) {
    const Outcome outcome = fabric().send(from, each);
    EXPECT_EQ(info(outcome.verdict).name,
              info(arrived.empty() ? first : Verdict::FlowForwarded).name);
    arrived.push_back(outcome.frame);
  }
  const Parsed parsed = parse(together(arrived));
  EXPECT_EQ(parsed.fault, "");
  return parsed.packet;
}

// [NLB guide, "Network Load Balancer overview": fragments are carried for UDP]
TEST(Fragments, A_fragmented_datagram_arrives_through_the_endpoint_and_so_does_its_answer) {
  TestWorld world(fabric());
  const Packet sent = large(client_to_endpoint_udp());
  const Packet there = pass(kClientPort, sent, Verdict::EndpointAdmitted);
  EXPECT_EQ(there.payload, sent.payload);
  EXPECT_EQ(there.destination_port, 5353);
  EXPECT_EQ(there.source, ip("10.0.1.200"));
  const Packet back = pass(kTarget1Port, answer(there, kTarget1Port), Verdict::FlowForwarded);
  EXPECT_EQ(back.payload, sent.payload);
  EXPECT_EQ(back.source, ip("10.0.1.100"));
  EXPECT_EQ(back.source_port, 53);
}

TEST(Fragments, Between_instances_every_protocol_may_be_fragmented) {
  TestWorld world(fabric());
  Packet ping = large(client_to_neighbour());
  ping.protocol = 1;
  EXPECT_EQ(pass(kClientPort, ping, Verdict::InstanceAdmitted).payload, ping.payload);
  const Packet syn = large(client_to_neighbour());
  EXPECT_EQ(pass(kClientPort, syn, Verdict::InstanceAdmitted).payload, syn.payload);
}

TEST(Fragments, A_later_one_that_comes_first_is_dropped) {
  TestWorld world(fabric());
  const auto all = fragments(large(client_to_endpoint_udp()).bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, all[1]).verdict, Verdict::FragmentUnknown);
  EXPECT_EQ(fabric().send(kClientPort, all[0]).verdict, Verdict::EndpointAdmitted);
  EXPECT_EQ(fabric().send(kClientPort, all[1]).verdict, Verdict::FlowForwarded);
}

TEST(Fragments, The_first_ones_ports_are_forgotten_in_time) {
  TestWorld world(fabric());
  const auto all = fragments(large(client_to_endpoint_udp()).bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, all[0]).verdict, Verdict::EndpointAdmitted);
  fabric().pass(31);
  EXPECT_EQ(fabric().send(kClientPort, all[1]).verdict, Verdict::FragmentUnknown);
}

TEST(Fragments, A_refused_first_one_opens_nothing_for_the_later_ones) {
  TestWorld world(fabric());
  Packet packet = large(client_to_endpoint_udp());
  packet.destination_port = 54;  // no rule of the client's allows it
  const auto all = fragments(packet.bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, all[0]).verdict, Verdict::SourceEgressDenied);
  EXPECT_EQ(fabric().send(kClientPort, all[1]).verdict, Verdict::SourceEgressDenied);
  Packet unlistened = large(client_to_neighbour());
  unlistened.flags = kAck;
  const auto middle = fragments(unlistened.bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, middle[0]).verdict, Verdict::NoFlow);
  EXPECT_EQ(fabric().send(kClientPort, middle[1]).verdict, Verdict::NoFlow);
}

TEST(Fragments, What_another_interface_sent_first_says_nothing_about_what_follows) {
  TestWorld world(fabric());
  Packet spoofed = large(client_to_endpoint_udp());
  spoofed.source_mac = mac_of(kNeighbourPort);
  const auto theirs = fragments(spoofed.bytes(), 1200);
  EXPECT_EQ(fabric().send(kNeighbourPort, theirs[0]).verdict, Verdict::AddressSpoofed);
  const auto own = fragments(large(client_to_endpoint_udp()).bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, own[1]).verdict, Verdict::FragmentUnknown);
}

TEST(Fragments, Of_TCP_none_passes_a_load_balancer_and_no_ICMP_error_comes_in_several) {
  TestWorld world(fabric());
  Packet packet = large(client_to_endpoint());
  const auto all = fragments(packet.bytes(), 1200);
  EXPECT_EQ(fabric().send(kClientPort, all[0]).verdict, Verdict::Fragment);
  EXPECT_EQ(fabric().send(kClientPort, all[1]).verdict, Verdict::Fragment);
  packet = large(local_to_node());
  EXPECT_EQ(fabric().send(kLocalPort, fragments(packet.bytes(), 1200)[0]).verdict,
            Verdict::Fragment);
  Packet error = icmp_error(client_to_endpoint(), 3);
  error.payload.resize(3000);
  error.fragment = 0;
  EXPECT_EQ(fabric()
                .send(kTarget1Port,
                      [&] {
                        error.source_mac = mac_of(kTarget1Port);
                        error.source = ip("10.0.1.10");
                        return fragments(error.bytes(), 1200)[0];
                      }())
                .verdict,
            Verdict::Fragment);
}

}  // namespace
}  // namespace postern::dataplane::testing
