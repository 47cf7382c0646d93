// SPDX-License-Identifier: Apache-2.0
// Which hosted zone answers for a name, and what is at the name. Pure.
//
// A private zone answers in the VPCs that it is associated with, and there it hides every public
// name below its own. Public zones are the domain name system of all VPCs. There is no registrar
// here to delegate a domain: of several public zones of one name the first one made has it.
// [Route 53 guide, "Considerations when working with a private hosted zone"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace postern::model {

// Whether `name` is `zone` or below it. Both with their final dot, in lower case.
bool is_within(std::string_view name, std::string_view zone);

// The most specific zone that `name` is in, or null.
const HostedZone* private_zone_of(const World& world, const Id<Vpc>& vpc, std::string_view name);
const HostedZone* public_zone_of(const World& world, std::string_view name);

struct RecordsAtName {
  bool exists = false;  // the name, or one below it
  std::vector<const ResourceRecordSet*> sets;
};

// What the zone has at a name in it, by the name itself or by the nearest wildcard. [RFC 4592]
RecordsAtName records_at(const HostedZone& zone, const std::string& name);

// What a TXT record's value says: its strings without quotes and escapes, as one.
std::string text_of(std::string_view value);

// How record sets write the label *.
inline constexpr std::string_view kWildcardLabel = "\\052";

}  // namespace postern::model
