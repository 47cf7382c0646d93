// SPDX-License-Identifier: Apache-2.0
// Random packets: mostly such that they might pass, and what goes on after one has.
#pragma once

#include <deque>

#include "dataplane/bpf/test_packet.h"
#include "reference/datagram.h"
#include "reference/test_random.h"

namespace postern::reference::testing {

// A frame that was sent on.
struct Delivered {
  std::uint32_t from = 0;
  Bytes sent;
  std::uint32_t to = 0;
  Bytes arrived;
};

class Packets {
 public:
  explicit Packets(Random& random) : random_(random) {}

  // The next packet: its port and frame, and segment size.
  Packet next(const Maps& maps);

  void note(const Delivered& delivered);

  // Packets that were too short for the kernel.
  std::uint64_t lengthened() const { return lengthened_; }

 private:
  using Wire = dataplane::testing::Packet;

  Packet first(const Maps& maps);
  Packet another(const Maps& maps);
  Packet answer();
  Packet more();
  Packet error();
  Packet borrow(const Maps& maps);
  Packet fragment();
  Packet arp(const Maps& maps);
  Packet solicitation(const Maps& maps, std::uint32_t port, const IpAddress& target);
  Packet of(std::uint32_t port, Wire wire);
  void spoil(Packet& packet);
  void spoil_ipv6(Packet& packet);
  void set_tcp_options(Wire& wire);
  Bytes payload();

  Random& random_;
  std::deque<Delivered> delivered_;
  std::uint64_t lengthened_ = 0;
};

}  // namespace postern::reference::testing
