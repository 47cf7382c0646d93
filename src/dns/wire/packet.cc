// SPDX-License-Identifier: Apache-2.0
#include "dns/wire/packet.h"

#include "base/check.h"

namespace postern::dns {

Packet parse_packet(std::span<const std::uint8_t> message) {
  ldns_pkt* packet = nullptr;
  const ldns_status status = ldns_wire2pkt(&packet, message.data(), message.size());
  return status == LDNS_STATUS_OK ? Packet(packet) : nullptr;
}

Packet new_packet() {
  Packet packet(ldns_pkt_new());
  POSTERN_CHECK(packet != nullptr, "there is memory for a message");
  return packet;
}

std::optional<Bytes> packet_bytes(const ldns_pkt& packet) {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  const ldns_status status = ldns_pkt2wire(&data, &packet, &size);
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(data, &std::free);
  if (status != LDNS_STATUS_OK) {
    return std::nullopt;
  }
  return Bytes(data, data + size);
}

Bytes small_packet_bytes(const ldns_pkt& packet) {
  auto bytes = packet_bytes(packet);
  POSTERN_CHECK(bytes.has_value(), "a question fits in a message");
  return std::move(*bytes);
}

std::string name_text(const ldns_rdf& name) {
  const std::unique_ptr<char, decltype(&std::free)> text(ldns_rdf2str(&name), &std::free);
  POSTERN_CHECK(text != nullptr, "a name that was read can be printed");
  std::string result(text.get());
  result.pop_back();  // the final dot
  return result;
}

Field name_field(std::string_view text) {
  Field field(ldns_dname_new_frm_str((std::string(text) + ".").c_str()));
  POSTERN_CHECK(field != nullptr, "our names and those that were read are names");
  return field;
}

std::optional<Question> only_question(const ldns_pkt& packet) {
  if (ldns_pkt_qdcount(&packet) != 1) {
    return std::nullopt;
  }
  const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(&packet), 0);
  return Question{name_text(*ldns_rr_owner(question)),
                  static_cast<RecordType>(ldns_rr_get_type(question))};
}

void push_question(ldns_pkt& packet, const Question& question) {
  ldns_rr* record = ldns_rr_new();
  ldns_rr_set_question(record, true);
  ldns_rr_set_owner(record, name_field(question.name).release());
  ldns_rr_set_type(record, static_cast<ldns_rr_type>(question.type));
  ldns_rr_set_class(record, LDNS_RR_CLASS_IN);
  ldns_pkt_push_rr(&packet, LDNS_SECTION_QUESTION, record);
}

}  // namespace postern::dns
