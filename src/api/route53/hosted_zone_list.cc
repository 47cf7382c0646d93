// SPDX-License-Identifier: Apache-2.0
// The account's hosted zones: all, by name, by VPC, and how many. [Route 53 API reference]
#include <algorithm>

#include "api/route53/actions.h"
#include "api/route53/domain_name.h"
#include "api/route53/zone.h"

namespace postern::api::route53 {
namespace {

using model::HostedZone;

std::vector<const HostedZone*> zones_of(const View& view) {
  std::vector<const HostedZone*> zones;
  for (const auto& [id, zone] : view.world.all<HostedZone>()) {
    if (zone->owner == view.caller.account) {
      zones.push_back(zone.get());
    }
  }
  return zones;
}

// ---- ListHostedZones ----

struct ListHostedZonesRequest {
  std::optional<std::string> marker;
  std::optional<int> maxitems;
  std::optional<std::string> delegationsetid;
  std::optional<std::string> hostedzonetype;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesRequest, (),
                      (marker, maxitems, delegationsetid, hostedzonetype))

struct ListHostedZonesAnswer {
  std::vector<ZoneItem> HostedZones;
  std::string Marker;
  bool IsTruncated = false;
  std::optional<std::string> NextMarker;
  std::size_t MaxItems = 0;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesAnswer, (),
                      (HostedZones, Marker, IsTruncated, NextMarker, MaxItems))

Result<ListHostedZonesAnswer> list_hosted_zones(const View& view,
                                                const ListHostedZonesRequest& request) {
  if (!request.delegationsetid.value_or("").empty()) {
    return refuse(faults::InvalidInput, "No delegation set found with ID: {}",
                  *request.delegationsetid);
  }
  const std::string type = request.hostedzonetype.value_or("");
  if (!type.empty() && type != "PrivateHostedZone") {
    return refuse(faults::InvalidInput, "Value '{}' at 'hostedZoneType' is invalid", type);
  }
  TRY_ASSIGN(const std::size_t size, page_size(request.maxitems));
  ListHostedZonesAnswer answer{.Marker = request.marker.value_or(""), .MaxItems = size};
  for (const HostedZone* zone : zones_of(view)) {
    if (zone->id.value < answer.Marker || (!type.empty() && !zone->is_private)) {
      continue;
    }
    if (answer.HostedZones.size() == size) {
      answer.IsTruncated = true;
      answer.NextMarker = zone->id.value;
      break;
    }
    answer.HostedZones.push_back(zone_item(*zone));
  }
  return answer;
}

// ---- ListHostedZonesByName ----

struct ListHostedZonesByNameRequest {
  std::optional<std::string> dnsname;
  std::optional<std::string> hostedzoneid;
  std::optional<int> maxitems;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesByNameRequest, (), (dnsname, hostedzoneid, maxitems))

struct ListHostedZonesByNameAnswer {
  std::vector<ZoneItem> HostedZones;
  std::optional<std::string> DNSName;
  std::optional<std::string> HostedZoneId;
  bool IsTruncated = false;
  std::optional<std::string> NextDNSName;
  std::optional<std::string> NextHostedZoneId;
  std::size_t MaxItems = 0;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesByNameAnswer, (),
                      (HostedZones, DNSName, HostedZoneId, IsTruncated, NextDNSName,
                       NextHostedZoneId, MaxItems))

Result<ListHostedZonesByNameAnswer> list_hosted_zones_by_name(
    const View& view, const ListHostedZonesByNameRequest& request) {
  TRY_ASSIGN(const std::size_t size, page_size(request.maxitems));
  const auto from = request.dnsname ? domain_name(*request.dnsname) : std::optional<std::string>();
  if (request.dnsname && !from) {
    return refuse(faults::InvalidDomainName, "{} is not a valid domain name.", *request.dnsname);
  }
  if (request.hostedzoneid && !from) {
    return refuse(faults::InvalidInput, "hostedzoneid is only allowed together with dnsname");
  }
  auto zones = zones_of(view);
  std::stable_sort(zones.begin(), zones.end(), [](const HostedZone* a, const HostedZone* b) {
    return is_before(a->name, b->name);
  });
  ListHostedZonesByNameAnswer answer{
      .DNSName = from, .HostedZoneId = request.hostedzoneid, .MaxItems = size};
  for (const HostedZone* zone : zones) {
    if (from &&
        (is_before(zone->name, *from) || (zone->name == *from && request.hostedzoneid &&
                                          zone->id.value < bare_id(*request.hostedzoneid)))) {
      continue;
    }
    if (answer.HostedZones.size() == size) {
      answer.IsTruncated = true;
      answer.NextDNSName = zone->name;
      answer.NextHostedZoneId = zone->id.value;
      break;
    }
    answer.HostedZones.push_back(zone_item(*zone));
  }
  return answer;
}

// ---- ListHostedZonesByVPC ----

struct ListHostedZonesByVpcRequest {
  std::string vpcid;
  std::string vpcregion;
  std::optional<int> maxitems;
  std::optional<std::string> nexttoken;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesByVpcRequest, (), (vpcid, vpcregion, maxitems, nexttoken))

struct Owner {
  std::string OwningAccount;
};
BOOST_DESCRIBE_STRUCT(Owner, (), (OwningAccount))

struct ZoneSummary {
  std::string HostedZoneId;
  std::string Name;
  struct Owner Owner;
};
BOOST_DESCRIBE_STRUCT(ZoneSummary, (), (HostedZoneId, Name, Owner))

struct ListHostedZonesByVpcAnswer {
  std::vector<ZoneSummary> HostedZoneSummaries;
  std::size_t MaxItems = 0;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(ListHostedZonesByVpcAnswer, (), (HostedZoneSummaries, MaxItems, NextToken))

Result<ListHostedZonesByVpcAnswer> list_hosted_zones_by_vpc(
    const View& view, const ListHostedZonesByVpcRequest& request) {
  TRY_ASSIGN(const std::size_t size, page_size(request.maxitems));
  const model::ZoneVpc wanted{.vpc = model::Id<model::Vpc>(request.vpcid),
                              .region = request.vpcregion};
  const model::Vpc* vpc = view.world.find(wanted.vpc);
  if (vpc == nullptr || vpc->owner != view.caller.account || vpc->region != wanted.region) {
    return refuse(faults::InvalidInput, "The VPC: {} in region {} does not exist.", request.vpcid,
                  request.vpcregion);
  }
  ListHostedZonesByVpcAnswer answer{.MaxItems = size};
  for (const auto& [id, zone] : view.world.all<HostedZone>()) {
    if (id.value < request.nexttoken.value_or("") ||
        std::find(zone->vpcs.begin(), zone->vpcs.end(), wanted) == zone->vpcs.end()) {
      continue;
    }
    if (answer.HostedZoneSummaries.size() == size) {
      answer.NextToken = id.value;
      break;
    }
    answer.HostedZoneSummaries.push_back({id.value, zone->name, {zone->owner.value}});
  }
  return answer;
}

// ---- GetHostedZoneCount ----

struct CountRequest {};
BOOST_DESCRIBE_STRUCT(CountRequest, (), ())

struct CountAnswer {
  std::size_t HostedZoneCount = 0;
};
BOOST_DESCRIBE_STRUCT(CountAnswer, (), (HostedZoneCount))

Result<CountAnswer> get_hosted_zone_count(const View& view, const CountRequest& /*request*/) {
  return CountAnswer{.HostedZoneCount = zones_of(view).size()};
}

}  // namespace

std::vector<Action> hosted_zone_list_actions() {
  return {read<list_hosted_zones>("ListHostedZones"),
          read<list_hosted_zones_by_name>("ListHostedZonesByName"),
          read<list_hosted_zones_by_vpc>("ListHostedZonesByVPC"),
          read<get_hosted_zone_count>("GetHostedZoneCount")};
}

}  // namespace postern::api::route53
