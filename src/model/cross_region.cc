// SPDX-License-Identifier: Apache-2.0
#include "model/cross_region.h"

#include <algorithm>
#include <array>

#include "model/target_health.h"
#include "model/zones.h"

namespace postern::model {
namespace {

// com.amazonaws.vpce.<region>.<service id>
constexpr std::string_view kNamesBegin = "com.amazonaws.vpce.";

constexpr std::array<std::string_view, 5> kNotRemote = {"apne1-az3", "apne2-az2", "apne2-az4",
                                                        "use1-az3", "usw1-az2"};

bool may_be_remote(std::string_view zone_id) {
  return std::ranges::find(kNotRemote, zone_id) == kNotRemote.end();
}

}  // namespace

std::string_view service_region(const VpcEndpoint& endpoint) {
  const std::string_view name = endpoint.service_name;
  const std::size_t end = name.rfind('.');
  return name.starts_with(kNamesBegin) && end != std::string_view::npos && end > kNamesBegin.size()
             ? name.substr(kNamesBegin.size(), end - kNamesBegin.size())
             : std::string_view(endpoint.region);
}

bool is_offered_in(const EndpointService& service, std::string_view region) {
  return service.region == region || std::ranges::count(service.supported_regions, region) != 0;
}

bool is_region_name(std::string_view text) {
  const std::size_t first = text.find('-');
  const std::size_t last = text.rfind('-');
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return first != std::string_view::npos && first >= 2 && last > first + 1 &&
         std::ranges::all_of(text.substr(0, last), is_letter) && last + 2 == text.size() &&
         text[last + 1] >= '0' && text[last + 1] <= '9';
}

std::vector<std::string> remote_zone_ids(const Id<Account>& account, std::string_view region) {
  std::vector<std::string> ids;
  for (Zone& zone : zones(account, region)) {
    if (may_be_remote(zone.id)) {
      ids.push_back(std::move(zone.id));
    }
  }
  return ids;
}

const std::string& entered_zone_id(const EndpointSubnet& subnet) {
  return subnet.remote_zone_id.empty() ? subnet.zone_id : subnet.remote_zone_id;
}

const LoadBalancerZone* entered_zone(const World& world, const EndpointSubnet& subnet) {
  const LoadBalancer* balancer = world.find(subnet.load_balancer);
  return balancer != nullptr ? zone_of(*balancer, entered_zone_id(subnet)) : nullptr;
}

std::string pick_remote_zone(const World& world, const LoadBalancer& balancer,
                             std::uint64_t start) {
  std::vector<const LoadBalancerZone*> zones;
  for (const LoadBalancerZone& zone : balancer.zones) {
    if (may_be_remote(zone.zone_id)) {
      zones.push_back(&zone);
    }
  }
  if (zones.empty()) {
    return "";
  }
  std::ranges::rotate(zones, zones.begin() + static_cast<std::ptrdiff_t>(start % zones.size()));
  const auto well = std::ranges::find_if(
      zones, [&](const LoadBalancerZone* zone) { return is_zone_healthy(world, balancer, *zone); });
  return (well != zones.end() ? *well : zones.front())->zone_id;
}

namespace {

// The remote zone that the interface enters from now on: another one only if that is better.
std::string better_zone(const World& world, const EndpointSubnet& subnet) {
  const LoadBalancer* balancer = world.find(subnet.load_balancer);
  if (subnet.remote_zone_id.empty() || balancer == nullptr) {
    return subnet.remote_zone_id;
  }
  const auto is_well = [&](const LoadBalancerZone* zone) {
    return zone != nullptr && is_zone_healthy(world, *balancer, *zone);
  };
  const LoadBalancerZone* entered = entered_zone(world, subnet);
  if (is_well(entered)) {
    return subnet.remote_zone_id;
  }
  const NetworkInterface* interface = world.find(subnet.network_interface);
  std::string other =
      pick_remote_zone(world, *balancer, interface != nullptr ? interface->number : 0);
  const bool is_better =
      !other.empty() && (entered == nullptr || is_well(zone_of(*balancer, other)));
  return is_better ? other : subnet.remote_zone_id;
}

}  // namespace

void leave_unhealthy_zones(Transaction& tx) {
  const Table<VpcEndpoint> endpoints = tx.world().all<VpcEndpoint>();
  for (const auto& [id, endpoint] : endpoints) {
    if (!is_cross_region(*endpoint)) {
      continue;
    }
    VpcEndpoint moved = *endpoint;
    bool is_other = false;
    for (EndpointSubnet& subnet : moved.subnets) {
      std::string zone = better_zone(tx.world(), subnet);
      is_other |= zone != subnet.remote_zone_id;
      subnet.remote_zone_id = std::move(zone);
    }
    if (is_other) {
      tx.put(std::move(moved));
    }
  }
}

}  // namespace postern::model
