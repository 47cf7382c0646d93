// SPDX-License-Identifier: Apache-2.0
// DNS messages as bytes: queries read, replies written, and both sides of asking an upstream
// resolver. Reading and writing are ldns's; any bytes may be given.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dns/zones/answer.h"

namespace postern::dns {

using Bytes = std::vector<std::uint8_t>;

// What EDNS says of the sender. [RFC 6891]
struct Edns {
  std::uint16_t udp_bytes_max = 512;
  bool dnssec_ok = false;
};

struct Query {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool recursion_desired = false;
  bool checking_disabled = false;
  std::optional<Edns> edns;
  std::optional<Question> question;  // absent when it cannot be read
  Rcode problem = Rcode::NoError;    // what the query is to be answered with whatever it asks
};

// The largest reply over UDP, so that it is never cut into fragments.
// [dnsflagday.net/2020: 1232 bytes fit everywhere]
inline constexpr std::uint16_t kUdpReplyBytesMax = 1232;
inline constexpr std::size_t kTcpReplyBytesMax = 65535;

// nullopt for what must not be answered at all: a reply, or less than a header.
std::optional<Query> read_query(std::span<const std::uint8_t> message);

// How many bytes a reply to `query` over UDP may have.
std::size_t udp_limit(const Query& query);

// The reply to send. One larger than `limit` is cut to its question, with the truncation bit: the
// client comes again over TCP.
Bytes write_reply(const Query& query, const Answer& answer, std::size_t limit);

// The query to send to an upstream resolver for `query`, under a fresh `id`.
Bytes write_upstream_query(const Query& query, std::uint16_t id);

// The reply to `query` that says what the upstream's reply `message` says. nullopt when that is not
// the answer to what was asked under `id`.
std::optional<Bytes> relay_reply(const Query& query, std::uint16_t id,
                                 std::span<const std::uint8_t> message, std::size_t limit);

}  // namespace postern::dns
