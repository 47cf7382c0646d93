// SPDX-License-Identifier: Apache-2.0
// Where an account is: DescribeRegions, DescribeAvailabilityZones, DescribeAccountAttributes.
#include <set>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "model/new_vpc.h"
#include "model/zones.h"

namespace postern::api::ec2 {
namespace {

constexpr const char* kOptInStatus = "opt-in-not-required";

// Those of `wanted` that are not among `there`, as AWS lists them; empty when there are none.
std::string unknown_names(const Values& wanted, const std::set<std::string>& there) {
  std::string unknown;
  for (const std::string& name : wanted) {
    if (!there.contains(name)) {
      unknown += unknown.empty() ? name : ", " + name;
    }
  }
  return unknown;
}

bool is_wanted(const Values& wanted, const std::string& name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

// ---- DescribeAvailabilityZones ----

struct DescribeAvailabilityZonesRequest {
  std::vector<std::string> ZoneName;
  std::vector<std::string> ZoneId;
  std::optional<bool> AllAvailabilityZones;  // all are opted in: no difference
  Filters Filter;
};
BOOST_DESCRIBE_STRUCT(DescribeAvailabilityZonesRequest, (),
                      (ZoneName, ZoneId, AllAvailabilityZones, Filter))

struct AvailabilityZoneItem {
  std::string zoneName;
  std::string zoneId;
  std::string zoneState = "available";
  std::string zoneType = "availability-zone";
  std::string regionName;
  std::string groupName;
  std::string networkBorderGroup;
  std::string optInStatus = kOptInStatus;
  std::vector<std::string> messageSet;
};
BOOST_DESCRIBE_STRUCT(AvailabilityZoneItem, (),
                      (zoneName, zoneId, zoneState, zoneType, regionName, groupName,
                       networkBorderGroup, optInStatus, messageSet))

struct DescribeAvailabilityZonesAnswer {
  std::vector<AvailabilityZoneItem> availabilityZoneInfo;
};
BOOST_DESCRIBE_STRUCT(DescribeAvailabilityZonesAnswer, (), (availabilityZoneInfo))

// [EC2 API reference, DescribeAvailabilityZones]
const FilterTable<AvailabilityZoneItem>& zone_filters() {
  using Item = AvailabilityZoneItem;
  static const FilterTable<Item> kTable = {
      {"group-name", [](const Item& zone) { return Values{zone.groupName}; }},
      {"message", [](const Item&) { return Values{}; }},
      {"opt-in-status", [](const Item& zone) { return Values{zone.optInStatus}; }},
      {"parent-zone-id", [](const Item&) { return Values{}; }},
      {"parent-zone-name", [](const Item&) { return Values{}; }},
      {"region-name", [](const Item& zone) { return Values{zone.regionName}; }},
      {"state", [](const Item& zone) { return Values{zone.zoneState}; }},
      {"zone-id", [](const Item& zone) { return Values{zone.zoneId}; }},
      {"zone-name", [](const Item& zone) { return Values{zone.zoneName}; }},
      {"zone-type", [](const Item& zone) { return Values{zone.zoneType}; }},
  };
  return kTable;
}

Result<> check_zones(const DescribeAvailabilityZonesRequest& request,
                     const std::vector<model::Zone>& zones) {
  std::set<std::string> names;
  std::set<std::string> ids;
  for (const model::Zone& zone : zones) {
    names.insert(zone.name);
    ids.insert(zone.id);
  }
  const std::string unknown =
      unknown_names(request.ZoneName, names) + unknown_names(request.ZoneId, ids);
  if (!unknown.empty()) {
    return refuse(faults::InvalidParameterValue, "Invalid availability zone: [{}]", unknown);
  }
  return {};
}

Result<DescribeAvailabilityZonesAnswer> describe_availability_zones(
    const View& view, const DescribeAvailabilityZonesRequest& request) {
  const std::string& region = view.caller.region;
  const auto zones = model::zones(view.caller.account, region);
  TRY(zone_filters().check(request.Filter));
  TRY(check_zones(request, zones));
  DescribeAvailabilityZonesAnswer answer;
  for (const model::Zone& zone : zones) {
    AvailabilityZoneItem item{.zoneName = zone.name,
                              .zoneId = zone.id,
                              .regionName = region,
                              .groupName = region,
                              .networkBorderGroup = region};
    if (is_wanted(request.ZoneName, zone.name) && is_wanted(request.ZoneId, zone.id) &&
        zone_filters().matches(request.Filter, item)) {
      answer.availabilityZoneInfo.push_back(std::move(item));
    }
  }
  return answer;
}

// ---- DescribeRegions ----

struct DescribeRegionsRequest {
  std::vector<std::string> RegionName;
  std::optional<bool> AllRegions;  // all are opted in: no difference
  Filters Filter;
};
BOOST_DESCRIBE_STRUCT(DescribeRegionsRequest, (), (RegionName, AllRegions, Filter))

struct RegionItem {
  std::string regionName;
  std::string regionEndpoint;
  std::string optInStatus = kOptInStatus;
};
BOOST_DESCRIBE_STRUCT(RegionItem, (), (regionName, regionEndpoint, optInStatus))

struct DescribeRegionsAnswer {
  std::vector<RegionItem> regionInfo;
};
BOOST_DESCRIBE_STRUCT(DescribeRegionsAnswer, (), (regionInfo))

// [EC2 API reference, DescribeRegions]
const FilterTable<RegionItem>& region_filters() {
  static const FilterTable<RegionItem> kTable = {
      {"endpoint", [](const RegionItem& region) { return Values{region.regionEndpoint}; }},
      {"opt-in-status", [](const RegionItem& region) { return Values{region.optInStatus}; }},
      {"region-name", [](const RegionItem& region) { return Values{region.regionName}; }},
  };
  return kTable;
}

Result<DescribeRegionsAnswer> describe_regions(const View& view,
                                               const DescribeRegionsRequest& request) {
  TRY(region_filters().check(request.Filter));
  // Any region name works; the caller's own is listed whether AWS has it or not.
  std::set<std::string> regions(model::common_regions().begin(), model::common_regions().end());
  regions.insert(view.caller.region);
  if (const auto unknown = unknown_names(request.RegionName, regions); !unknown.empty()) {
    return refuse(faults::InvalidParameterValue, "Invalid region: [{}]", unknown);
  }
  DescribeRegionsAnswer answer;
  for (const std::string& region : regions) {
    RegionItem item{.regionName = region,
                    .regionEndpoint = fmt::format("ec2.{}.amazonaws.com", region)};
    if (is_wanted(request.RegionName, region) && region_filters().matches(request.Filter, item)) {
      answer.regionInfo.push_back(std::move(item));
    }
  }
  return answer;
}

// ---- DescribeAccountAttributes ----

struct DescribeAccountAttributesRequest {
  std::vector<std::string> AttributeName;
};
BOOST_DESCRIBE_STRUCT(DescribeAccountAttributesRequest, (), (AttributeName))

struct AttributeValueItem {
  std::string attributeValue;
};
BOOST_DESCRIBE_STRUCT(AttributeValueItem, (), (attributeValue))

struct AccountAttributeItem {
  std::string attributeName;
  std::vector<AttributeValueItem> attributeValueSet;
};
BOOST_DESCRIBE_STRUCT(AccountAttributeItem, (), (attributeName, attributeValueSet))

struct DescribeAccountAttributesAnswer {
  std::vector<AccountAttributeItem> accountAttributeSet;
};
BOOST_DESCRIBE_STRUCT(DescribeAccountAttributesAnswer, (), (accountAttributeSet))

Result<DescribeAccountAttributesAnswer> describe_account_attributes(
    const View& view, const DescribeAccountAttributesRequest& request) {
  const model::Vpc* vpc = model::default_vpc(view.world, view.caller.account, view.caller.region);
  const std::vector<AccountAttributeItem> all = {
      {.attributeName = "default-vpc",
       .attributeValueSet = {{vpc != nullptr ? vpc->id.value : "none"}}},
      {.attributeName = "supported-platforms", .attributeValueSet = {{"VPC"}}},
  };
  std::set<std::string> names;
  for (const AccountAttributeItem& item : all) {
    names.insert(item.attributeName);
  }
  if (const auto unknown = unknown_names(request.AttributeName, names); !unknown.empty()) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter attributeName is invalid. Unknown attribute.", unknown);
  }
  DescribeAccountAttributesAnswer answer;
  for (const AccountAttributeItem& item : all) {
    if (is_wanted(request.AttributeName, item.attributeName)) {
      answer.accountAttributeSet.push_back(item);
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> region_actions() {
  return {
      read<describe_account_attributes>("DescribeAccountAttributes"),
      read<describe_availability_zones>("DescribeAvailabilityZones"),
      read<describe_regions>("DescribeRegions"),
  };
}

}  // namespace postern::api::ec2
