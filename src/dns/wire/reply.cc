// SPDX-License-Identifier: Apache-2.0
// Writing replies: our own answers, and what an upstream resolver said.
#include <fmt/format.h>

#include "dns/wire/packet.h"

namespace postern::dns {
namespace {

RecordPtr new_record(const Record& record, ldns_rr_type type) {
  RecordPtr rr(ldns_rr_new());
  ldns_rr_set_owner(rr.get(), name_field(record.name).release());
  ldns_rr_set_ttl(rr.get(), record.ttl_seconds);
  ldns_rr_set_type(rr.get(), type);
  ldns_rr_set_class(rr.get(), LDNS_RR_CLASS_IN);
  return rr;
}

void push_number(ldns_rr& rr, ldns_rdf_type type, std::uint32_t value) {
  ldns_rr_push_rdf(&rr, ldns_native2rdf_int32(type, value));
}

RecordPtr to_rr(const Record& record, const IpAddress& address) {
  if (!address.is_v4()) {
    RecordPtr rr = new_record(record, LDNS_RR_TYPE_AAAA);
    ldns_rr_push_rdf(rr.get(),
                     ldns_rdf_new_frm_data(LDNS_RDF_TYPE_AAAA, 16, address.bytes().data()));
    return rr;
  }
  RecordPtr rr = new_record(record, LDNS_RR_TYPE_A);
  ldns_rr_push_rdf(rr.get(),
                   ldns_rdf_new_frm_data(LDNS_RDF_TYPE_A, 4, address.bytes().data() + 12));
  return rr;
}

RecordPtr to_rr(const Record& record, const Pointer& pointer) {
  RecordPtr rr = new_record(record, LDNS_RR_TYPE_PTR);
  ldns_rr_push_rdf(rr.get(), name_field(pointer.name).release());
  return rr;
}

RecordPtr to_rr(const Record& record, const Canonical& canonical) {
  RecordPtr rr = new_record(record, LDNS_RR_TYPE_CNAME);
  ldns_rr_push_rdf(rr.get(), name_field(canonical.name).release());
  return rr;
}

// Null for a text that ldns does not read: what the API let in and this library does not know.
RecordPtr to_rr(const Record& record, const ZoneFileText& data) {
  ldns_rr* parsed = nullptr;
  const std::string line = fmt::format(". {} IN {} {}", record.ttl_seconds, data.type, data.text);
  if (ldns_rr_new_frm_str(&parsed, line.c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK) {
    return RecordPtr(nullptr);
  }
  RecordPtr rr(parsed);
  ldns_rdf_deep_free(ldns_rr_owner(rr.get()));
  ldns_rr_set_owner(rr.get(), name_field(record.name).release());
  return rr;
}

// The numbers besides the negative TTL are Route 53's; nobody transfers these zones.
RecordPtr to_rr(const Record& record, const Soa& soa) {
  RecordPtr rr = new_record(record, LDNS_RR_TYPE_SOA);
  ldns_rr_push_rdf(rr.get(), name_field("ns." + record.name).release());
  ldns_rr_push_rdf(rr.get(), name_field("hostmaster." + record.name).release());
  push_number(*rr, LDNS_RDF_TYPE_INT32, 1);         // serial
  push_number(*rr, LDNS_RDF_TYPE_PERIOD, 7200);     // refresh
  push_number(*rr, LDNS_RDF_TYPE_PERIOD, 900);      // retry
  push_number(*rr, LDNS_RDF_TYPE_PERIOD, 1209600);  // expire
  push_number(*rr, LDNS_RDF_TYPE_PERIOD, soa.negative_ttl_seconds);
  return rr;
}

void push_records(ldns_pkt& packet, ldns_pkt_section section, const std::vector<Record>& records) {
  for (const Record& record : records) {
    RecordPtr rr = std::visit([&](const auto& data) { return to_rr(record, data); }, record.data);
    if (rr != nullptr) {
      ldns_pkt_push_rr(&packet, section, rr.release());
    }
  }
}

void set_rcode(ldns_pkt& packet, Rcode rcode) {
  const auto number = static_cast<std::uint8_t>(rcode);
  ldns_pkt_set_rcode(&packet, number & 0x0f);
  ldns_pkt_set_edns_extended_rcode(&packet, static_cast<std::uint8_t>(number >> 4));
}

// A reply to `query` with nothing in it but the question.
Packet begin_reply(const Query& query) {
  Packet reply = new_packet();
  ldns_pkt_set_id(reply.get(), query.id);
  ldns_pkt_set_qr(reply.get(), true);
  ldns_pkt_set_rd(reply.get(), query.recursion_desired);
  ldns_pkt_set_cd(reply.get(), query.checking_disabled);
  ldns_pkt_set_ra(reply.get(), true);
  if (query.question) {
    push_question(*reply, *query.question);
  }
  if (query.edns) {
    ldns_pkt_set_edns_udp_size(reply.get(), kUdpReplyBytesMax);
    ldns_pkt_set_edns_do(reply.get(), query.edns->dnssec_ok);
  }
  return reply;
}

// A reply that has no room for what it should say: the question only.
Packet cut(const Query& query, const ldns_pkt& reply) {
  Packet packet = begin_reply(query);
  ldns_pkt_set_rcode(packet.get(), static_cast<std::uint8_t>(ldns_pkt_get_rcode(&reply)));
  ldns_pkt_set_aa(packet.get(), ldns_pkt_aa(&reply));
  ldns_pkt_set_tc(packet.get(), true);
  return packet;
}

Bytes within(const Query& query, const ldns_pkt& reply, std::size_t limit) {
  auto whole = packet_bytes(reply);
  Bytes bytes =
      whole && whole->size() <= limit ? std::move(*whole) : small_packet_bytes(*cut(query, reply));
  // The opcode is given back as it came; ldns's type has no room for unknown ones.
  bytes[2] = static_cast<std::uint8_t>(bytes[2] | query.opcode << 3);
  return bytes;
}

void copy_section(const ldns_pkt& from, ldns_pkt_section section, ldns_pkt& to) {
  const std::unique_ptr<ldns_rr_list, decltype(&ldns_rr_list_free)> records(
      ldns_pkt_get_section_clone(&from, section), &ldns_rr_list_free);
  ldns_pkt_push_rr_list(&to, section, records.get());
}

bool same_question(const ldns_pkt& one, const ldns_pkt& other) {
  return ldns_pkt_qdcount(&one) == 1 && ldns_pkt_qdcount(&other) == 1 &&
         ldns_rr_compare(ldns_rr_list_rr(ldns_pkt_question(&one), 0),
                         ldns_rr_list_rr(ldns_pkt_question(&other), 0)) == 0;
}

}  // namespace

Bytes write_reply(const Query& query, const Answer& answer, std::size_t limit) {
  const Packet reply = begin_reply(query);
  set_rcode(*reply, answer.rcode);
  ldns_pkt_set_aa(reply.get(), answer.authoritative);
  push_records(*reply, LDNS_SECTION_ANSWER, answer.records);
  push_records(*reply, LDNS_SECTION_AUTHORITY, answer.authority);
  return within(query, *reply, limit);
}

Bytes write_upstream_query(const Query& query, std::uint16_t id) {
  const Packet packet = new_packet();
  ldns_pkt_set_id(packet.get(), id);
  ldns_pkt_set_rd(packet.get(), true);
  ldns_pkt_set_cd(packet.get(), query.checking_disabled);
  push_question(*packet, *query.question);
  ldns_pkt_set_edns_udp_size(packet.get(), kUdpReplyBytesMax);
  ldns_pkt_set_edns_do(packet.get(), query.edns && query.edns->dnssec_ok);
  return small_packet_bytes(*packet);
}

std::optional<Bytes> relay_reply(const Query& query, std::uint16_t id,
                                 std::span<const std::uint8_t> message, std::size_t limit) {
  const Packet upstream = parse_packet(message);
  const Packet reply = begin_reply(query);
  if (upstream == nullptr || !ldns_pkt_qr(upstream.get()) || ldns_pkt_id(upstream.get()) != id ||
      !same_question(*upstream, *reply)) {
    return std::nullopt;
  }
  ldns_pkt_set_rcode(reply.get(), static_cast<std::uint8_t>(ldns_pkt_get_rcode(upstream.get())));
  ldns_pkt_set_tc(reply.get(), ldns_pkt_tc(upstream.get()));
  for (const auto section :
       {LDNS_SECTION_ANSWER, LDNS_SECTION_AUTHORITY, LDNS_SECTION_ADDITIONAL}) {
    copy_section(*upstream, section, *reply);
  }
  return within(query, *reply, limit);
}

}  // namespace postern::dns
