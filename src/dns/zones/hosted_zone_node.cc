// SPDX-License-Identifier: Apache-2.0
// Names in Route 53's hosted zones, and the private names of endpoints, whose zones AWS makes with
// them.
#include <algorithm>
#include <array>
#include <iterator>

#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/aws_services.h"
#include "model/domain_verification.h"
#include "model/hosted_zones.h"

namespace postern::dns {
namespace {

using model::HostedZone;
using model::ResourceRecordSet;
using model::Vpc;
using model::VpcEndpoint;
using model::World;

// How long the absence of a name in a hosted zone may be remembered: the TTL of its SOA.
constexpr std::uint32_t kHostedNegativeTtl = 900;

struct TypeName {
  std::string_view name;
  RecordType type;
};
// [IANA, "DNS Resource Record (RR) TYPEs"]
constexpr std::array kTypes = {
    TypeName{"A", 1},    TypeName{"NS", 2},   TypeName{"CNAME", 5}, TypeName{"SOA", 6},
    TypeName{"PTR", 12}, TypeName{"MX", 15},  TypeName{"TXT", 16},  TypeName{"AAAA", 28},
    TypeName{"SRV", 33}, TypeName{"SPF", 99}, TypeName{"CAA", 257},
};

RecordType type_of(std::string_view name) {
  const auto* at = std::find_if(kTypes.begin(), kTypes.end(),
                                [&](const TypeName& each) { return each.name == name; });
  return at == kTypes.end() ? RecordType{0} : at->type;
}

std::string without_dot(std::string_view name) {
  return std::string(name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0)));
}

// How zones write a name that was asked for: * is \052.
std::string zone_form(std::string_view name) {
  std::string out(name);
  if (out == "*" || out.starts_with("*.")) {
    out.replace(0, 1, model::kWildcardLabel);
  }
  return out + '.';
}

// An alias in its own zone stands for a record there, which may be an alias itself.
constexpr int kAliasDepthMax = 8;

void put_set(const World& world, const Vpc& vpc, const HostedZone& zone,
             const ResourceRecordSet& set, const Asking& asking, int depth, Node& node);

// The addresses of what an alias stands for, as whoever asks would be told them.
void put_alias(const World& world, const Vpc& vpc, const HostedZone& zone,
               const ResourceRecordSet& set, const Asking& asking, int depth, Node& node) {
  if (set.alias->hosted_zone_id == zone.id.value) {
    for (const auto* target : model::records_at(zone, set.alias->dns_name).sets) {
      if (target->type == set.type && depth < kAliasDepthMax) {
        put_set(world, vpc, zone, *target, asking, depth + 1, node);
      }
    }
    return;
  }
  std::string target = without_dot(set.alias->dns_name);
  if (target.starts_with("dualstack.")) {
    target.erase(0, std::string_view("dualstack.").size());
  }
  if (set.type != "A" && set.type != "AAAA") {
    return;
  }
  const auto located = locate_in_aws_zones(world, vpc, target, asking);
  if (located && located->node) {
    std::ranges::copy_if(
        located->node->addresses, std::back_inserter(node.addresses),
        [&](const IpAddress& address) { return address.is_v4() == (set.type == "A"); });
  }
}

void put_set(const World& world, const Vpc& vpc, const HostedZone& zone,
             const ResourceRecordSet& set, const Asking& asking, int depth, Node& node) {
  if (set.alias) {
    put_alias(world, vpc, zone, set, asking, depth, node);
    return;
  }
  const auto ttl = static_cast<std::uint32_t>(set.ttl_seconds);
  for (const std::string& value : set.values) {
    if (set.type == "A") {
      node.addresses.push_back(IpAddress::parse(value).value_or(IpAddress()));
      node.ttl_seconds = ttl;
    } else if (set.type == "CNAME") {
      node.canonical = without_dot(value);
      node.ttl_seconds = ttl;
    } else {
      node.records.push_back(
          {.type = type_of(set.type), .ttl_seconds = ttl, .text = {set.type, value}});
    }
  }
}

Located in_zone(const World& world, const Vpc& vpc, const HostedZone& zone, std::string_view name,
                const Asking& asking) {
  Located located{.zone = without_dot(zone.name), .negative_ttl_seconds = kHostedNegativeTtl};
  const auto found = model::records_at(zone, zone_form(name));
  if (found.exists) {
    located.node.emplace();
    for (const ResourceRecordSet* set : found.sets) {
      put_set(world, vpc, zone, *set, asking, 0, *located.node);
    }
  }
  return located;
}

// The private DNS name that the endpoint has in its own VPC, if any.
std::optional<model::PrivateDnsName> private_dns_of(const World& world, const Vpc& vpc,
                                                    const VpcEndpoint& endpoint) {
  if (endpoint.vpc != vpc.id || endpoint.private_zone_id.empty() ||
      endpoint.state != model::EndpointState::Available) {
    return std::nullopt;
  }
  const auto service = model::service_of(world, endpoint);
  return service ? service->private_dns : std::nullopt;
}

// The endpoint whose private name is the most specific that `name` is or is below.
std::optional<Located> locate_private_name(const World& world, const Vpc& vpc,
                                           std::string_view name) {
  std::optional<Located> best;
  // [PrivateLink guide: private names need both of the VPC's DNS attributes]
  if (!vpc.enable_dns_hostnames) {
    return best;
  }
  for (const auto& [id, endpoint] : world.all<VpcEndpoint>()) {
    const auto private_dns = private_dns_of(world, vpc, *endpoint);
    if (!private_dns) {
      continue;
    }
    const std::string zone(model::domain_of(*private_dns));
    const auto rest = below(name, zone);
    if (!rest || (best && best->zone.size() >= zone.size())) {
      continue;
    }
    best = Located{.zone = zone};
    const bool wildcard = private_dns->name != zone;
    if (rest->empty() != wildcard) {
      best->node = regional_node(world, *endpoint);
      // [PrivateLink guide, "DNS record IP type": service-defined has AAAA records for the Regional
      // and zonal names only]
      if (endpoint->dns_record_ip_type == "service-defined") {
        std::erase_if(best->node->addresses, [](const IpAddress& a) { return !a.is_v4(); });
      }
    } else if (rest->empty()) {
      best->node = Node{};
    }
  }
  return best;
}

}  // namespace

std::optional<Located> locate_in_private_zones(const World& world, const Vpc& vpc,
                                               std::string_view name, const Asking& asking) {
  const std::string dotted = std::string(name) + '.';
  const HostedZone* zone = model::private_zone_of(world, vpc.id, dotted);
  auto of_endpoint = locate_private_name(world, vpc, name);
  if (of_endpoint && (zone == nullptr || of_endpoint->zone.size() >= zone->name.size() - 1)) {
    return of_endpoint;
  }
  return zone == nullptr ? std::nullopt : std::optional(in_zone(world, vpc, *zone, name, asking));
}

std::optional<Located> locate_in_public_zones(const World& world, const Vpc& vpc,
                                              std::string_view name, const Asking& asking) {
  const HostedZone* zone = model::public_zone_of(world, std::string(name) + '.');
  return zone == nullptr ? std::nullopt : std::optional(in_zone(world, vpc, *zone, name, asking));
}

}  // namespace postern::dns
