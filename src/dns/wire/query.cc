// SPDX-License-Identifier: Apache-2.0
// Reading queries, and which of them cannot be answered whatever they ask.
#include <algorithm>

#include "dns/wire/packet.h"

namespace postern::dns {
namespace {

constexpr std::size_t kHeaderBytes = 12;

// Transfers of zones are not for clients. [RFC 5936]
bool is_transfer(RecordType type) {
  return type == LDNS_RR_TYPE_AXFR || type == LDNS_RR_TYPE_IXFR || type == LDNS_RR_TYPE_MAILA ||
         type == LDNS_RR_TYPE_MAILB;
}

bool is_internet(const ldns_pkt& packet) {
  const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(&packet), 0);
  return ldns_rr_get_class(question) == LDNS_RR_CLASS_IN;
}

Rcode problem_of(const ldns_pkt& packet, const std::optional<Question>& question) {
  if (!question) {
    return Rcode::FormatError;
  }
  if (ldns_pkt_edns(&packet) && ldns_pkt_edns_version(&packet) != 0) {
    return Rcode::BadVersion;
  }
  return is_transfer(question->type) || !is_internet(packet) ? Rcode::Refused : Rcode::NoError;
}

// What the header alone says, for messages whose rest cannot be read. [RFC 1035 4.1.1]
std::optional<Query> from_header(std::span<const std::uint8_t> message) {
  if (message.size() < kHeaderBytes || (message[2] & 0x80) != 0) {
    return std::nullopt;
  }
  return Query{.id = static_cast<std::uint16_t>(message[0] << 8 | message[1]),
               .opcode = static_cast<std::uint8_t>((message[2] >> 3) & 0x0f),
               .recursion_desired = (message[2] & 0x01) != 0,
               .problem = Rcode::FormatError};
}

}  // namespace

std::optional<Query> read_query(std::span<const std::uint8_t> message) {
  auto query = from_header(message);
  if (!query) {
    return std::nullopt;
  }
  if (query->opcode != LDNS_PACKET_QUERY) {
    query->problem = Rcode::NotImplemented;
    return query;
  }
  const Packet packet = parse_packet(message);
  if (packet == nullptr) {
    return query;
  }
  query->checking_disabled = ldns_pkt_cd(packet.get());
  query->question = only_question(*packet);
  query->problem = problem_of(*packet, query->question);
  if (ldns_pkt_edns(packet.get())) {
    query->edns = Edns{.udp_bytes_max = ldns_pkt_edns_udp_size(packet.get()),
                       .dnssec_ok = ldns_pkt_edns_do(packet.get())};
  }
  if (query->question && !is_internet(*packet)) {
    query->question.reset();  // its class would not be given back as it was
  }
  return query;
}

std::size_t udp_limit(const Query& query) {
  constexpr std::uint16_t kWithoutEdns = 512;
  const std::uint16_t asked = query.edns ? query.edns->udp_bytes_max : kWithoutEdns;
  return std::clamp(asked, kWithoutEdns, kUdpReplyBytesMax);
}

}  // namespace postern::dns
