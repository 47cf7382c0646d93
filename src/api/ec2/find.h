// SPDX-License-Identifier: Apache-2.0
// The caller's own records by id, with EC2's refusals. Another account's record does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

// How a kind of record is spoken of when an id is wrong.
struct IdWords {
  std::string_view prefix;  // vpc-
  std::string_view noun;    // vpc ID: The vpc ID 'vpc-1' does not exist
  const Fault* not_found;
  const Fault* malformed;
};

template <class T>
const IdWords& id_words();
template <>
const IdWords& id_words<model::Vpc>();
template <>
const IdWords& id_words<model::Subnet>();
template <>
const IdWords& id_words<model::NetworkAcl>();
template <>
const IdWords& id_words<model::RouteTable>();
template <>
const IdWords& id_words<model::InternetGateway>();
template <>
const IdWords& id_words<model::EgressOnlyInternetGateway>();
template <>
const IdWords& id_words<model::NatGateway>();
template <>
const IdWords& id_words<model::ElasticIp>();
template <>
const IdWords& id_words<model::DhcpOptions>();
template <>
const IdWords& id_words<model::PrefixList>();
template <>
const IdWords& id_words<model::SecurityGroup>();
template <>
const IdWords& id_words<model::NetworkInterface>();
template <>
const IdWords& id_words<model::Instance>();
template <>
const IdWords& id_words<model::KeyPair>();
template <>
const IdWords& id_words<model::LaunchTemplate>();
template <>
const IdWords& id_words<model::FlowLog>();
template <>
const IdWords& id_words<model::NetworkInsightsPath>();
template <>
const IdWords& id_words<model::NetworkInsightsAnalysis>();
template <>
const IdWords& id_words<model::EndpointService>();
template <>
const IdWords& id_words<model::VpcEndpoint>();
template <>
const IdWords& id_words<model::ConnectionNotification>();

// Whether `id` is `prefix` and 8 or 17 hex digits.
bool well_formed(std::string_view id, std::string_view prefix);

// "Invalid id: "x" (expecting "vpc-…")" for a malformed one, "The vpc ID 'x' does not exist"
// otherwise.
std::unexpected<Error> refuse_id(const IdWords& words, std::string_view id);

// The caller's record; malformed and not-found ids are refused. Valid as long as `world`.
template <class T>
Result<const T*> find(const model::World& world, const model::Caller& caller,
                      const std::string& id) {
  const T* found = world.find(model::Id<T>(id));
  if (found == nullptr || !model::owns(caller, *found)) {
    return refuse_id(id_words<T>(), id);
  }
  return found;
}

// The caller's records: those of `ids` in their order, or all by id when there are none.
template <class T>
Result<std::vector<const T*>> find_all(const model::World& world, const model::Caller& caller,
                                       const std::vector<std::string>& ids) {
  std::vector<const T*> found;
  for (const std::string& id : ids) {
    TRY_ASSIGN(const T* const record, find<T>(world, caller, id));
    found.push_back(record);
  }
  if (ids.empty()) {
    for (const auto& [id, record] : world.all<T>()) {
      if (model::owns(caller, *record)) {
        found.push_back(record.get());
      }
    }
  }
  return found;
}

}  // namespace postern::api::ec2
