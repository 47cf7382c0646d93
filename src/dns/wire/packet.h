// SPDX-License-Identifier: Apache-2.0
// ldns's objects with one owner each.
#pragma once

// clang-format off
#include <stdbool.h>  // first: else ldns defines macros named true, false and bool
#include <ldns/ldns.h>
// clang-format on

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dns/wire/message.h"

namespace postern::dns {

struct FreePacket {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;

struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
using RecordPtr = std::unique_ptr<ldns_rr, FreeRecord>;

struct FreeField {
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
};
using Field = std::unique_ptr<ldns_rdf, FreeField>;

// Null for what is no message.
Packet parse_packet(std::span<const std::uint8_t> message);
Packet new_packet();

// The bytes of the packet; nullopt when it has too much in it for a message.
std::optional<Bytes> packet_bytes(const ldns_pkt& packet);
// The same for packets that have a question and no more.
Bytes small_packet_bytes(const ldns_pkt& packet);

// As parse_packet gave it, presentation form without the final dot; and the way back.
std::string name_text(const ldns_rdf& name);
Field name_field(std::string_view text);

// The one question of the packet; nullopt when there are none or several.
std::optional<Question> only_question(const ldns_pkt& packet);
void push_question(ldns_pkt& packet, const Question& question);

}  // namespace postern::dns
