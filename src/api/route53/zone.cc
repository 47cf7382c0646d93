// SPDX-License-Identifier: Apache-2.0
#include "api/route53/zone.h"

#include <algorithm>

namespace postern::api::route53 {

using model::HostedZone;

ChangeInfo change_info(const model::ZoneChange& change) {
  ChangeInfo info{.Id = "/change/" + change.id.value, .SubmittedAt = change.submitted_at};
  if (!change.comment.empty()) {
    info.Comment = change.comment;
  }
  return info;
}

ChangeInfo note_change(model::Transaction& tx, const model::Caller& caller,
                       const std::optional<std::string>& comment) {
  std::string id = tx.ids().lower_alnum(20);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  const model::ZoneChange change{.id = model::Id<model::ZoneChange>("C" + id),
                                 .owner = caller.account,
                                 .comment = comment.value_or(""),
                                 .submitted_at = tx.now()};
  tx.put(change);
  return change_info(change);
}

std::string bare_id(const std::string& id) {
  return id.substr(id.rfind('/') + 1);
}

Result<const HostedZone*> find_zone(const model::World& world, const model::Caller& caller,
                                    const std::string& id) {
  const HostedZone* zone = world.find(model::Id<HostedZone>(bare_id(id)));
  if (zone == nullptr || zone->owner != caller.account) {
    return refuse(faults::NoSuchHostedZone, "No hosted zone found with ID: {}", bare_id(id));
  }
  return zone;
}

ZoneItem zone_item(const HostedZone& zone) {
  return {.Id = "/hostedzone/" + zone.id.value,
          .Name = zone.name,
          .CallerReference = zone.caller_reference,
          .Config = {.Comment = zone.comment.empty() ? std::nullopt : std::optional(zone.comment),
                     .PrivateZone = zone.is_private},
          .ResourceRecordSetCount = zone.record_sets.size()};
}

VpcItem vpc_item(const model::ZoneVpc& vpc) {
  return {.VPCRegion = vpc.region, .VPCId = vpc.vpc.value};
}

Result<> check_no_conflict(const model::World& world, const model::ZoneVpc& vpc,
                           const std::string& zone_name) {
  for (const auto& [id, zone] : world.all<HostedZone>()) {
    if (zone->name == zone_name &&
        std::find(zone->vpcs.begin(), zone->vpcs.end(), vpc) != zone->vpcs.end()) {
      return refuse(faults::ConflictingDomainExists,
                    "The VPC {} in region {} has already been associated with the hosted zone {} "
                    "with the same domain name.",
                    vpc.vpc, vpc.region, id);
    }
  }
  return {};
}

Result<std::size_t> page_size(const std::optional<int>& max_items, int most) {
  const int size = max_items.value_or(most);
  if (size < 1) {
    return refuse(faults::InvalidInput, "The value of maxitems must be between 1 and {}", most);
  }
  return static_cast<std::size_t>(std::min(size, most));
}

}  // namespace postern::api::route53
