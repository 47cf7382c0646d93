// SPDX-License-Identifier: Apache-2.0
// Private names of a VPC's addresses, ip-10-0-1-5.<region>.compute.internal, and their reverse; and
// the names of instances by their ids.
#include <algorithm>
#include <charconv>

#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/addresses.h"
#include "model/dns_names.h"

namespace postern::dns {
namespace {

using model::NetworkInterface;
using model::Vpc;
using model::World;

// [VPC guide, "DNS attributes for your VPC": without enableDnsHostnames the resolver does not know
// the private names]
bool has_name(const World& world, const Vpc& vpc, const IpAddress& address) {
  return vpc.enable_dns_hostnames &&
         std::ranges::any_of(world.all<NetworkInterface>(), [&](const auto& row) {
           return row.second->vpc == vpc.id && row.second->address == address;
         });
}

// i-0123456789abcdef0.<region>.compute.internal, as far as the instance has records of it. [EC2
// user guide, "EC2 instance hostnames and domains": resource name]
std::optional<Node> resource_node(const World& world, const Vpc& vpc, std::string_view id) {
  const auto* instance = world.find(model::Id<model::Instance>(std::string(id)));
  const NetworkInterface* interface =
      instance != nullptr ? world.find(instance->network_interface) : nullptr;
  if (interface == nullptr || instance->vpc != vpc.id || !vpc.enable_dns_hostnames ||
      (!instance->resource_name.a && !instance->resource_name.aaaa)) {
    return std::nullopt;
  }
  Node node;
  for (const IpAddress& address : model::addresses_of(*interface)) {
    if (address.is_v4() ? instance->resource_name.a : instance->resource_name.aaaa) {
      node.addresses.push_back(address);
    }
  }
  return node;
}

// The labels of a reverse name, which has the last number of the address first: 5.1.0.10 is
// 10.0.1.5, and 1.0.10 is 10.0.1.0/24. nullopt for what is no address.
std::optional<Cidr> reversed(std::string_view text) {
  const auto parts = labels(text);
  if (parts.empty() || parts.size() > 4) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::uint8_t number = 0;
    const auto [end, error] =
        std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), number);
    const bool padded = parts[i].size() > 1 && parts[i][0] == '0';
    if (error != std::errc{} || end != parts[i].data() + parts[i].size() || padded) {
      return std::nullopt;
    }
    value |= std::uint32_t{number} << (8 * (4 - parts.size() + i));
  }
  return Cidr(IpAddress::v4(value), static_cast<unsigned>(8 * parts.size()));
}

constexpr std::string_view kReverse = "in-addr.arpa";

// The part of the name that stands for the whole bytes of a VPC's prefix: 0.10.in-addr.arpa for
// 10.0.0.0/16 and for 10.0.16.0/20.
std::string reverse_zone(const Cidr& cidr) {
  std::string zone(kReverse);
  for (unsigned i = 0; i < cidr.prefix() / 8; ++i) {
    zone = std::to_string((cidr.base().v4_value() >> (24 - 8 * i)) & 255) + "." + zone;
  }
  return zone;
}

}  // namespace

std::optional<Node> private_node(const World& world, const Vpc& vpc, std::string_view below) {
  if (below.empty()) {
    return Node{};
  }
  if (below.starts_with("i-")) {
    return resource_node(world, vpc, below);
  }
  if (!below.starts_with("ip-")) {
    return std::nullopt;
  }
  std::string dotted(below.substr(3));
  std::ranges::replace(dotted, '-', '.');
  const auto address = IpAddress::parse(dotted);
  // The name is made from the address again: only one spelling is right.
  if (!address || !address->is_v4() || !has_name(world, vpc, *address) ||
      model::private_name(vpc.region, *address) !=
          std::string(below) + "." + model::private_zone(vpc.region)) {
    return std::nullopt;
  }
  return Node{.addresses = {*address}};
}

std::optional<Located> locate_reverse(const World& world, const Vpc& vpc, std::string_view name) {
  const auto rest = below(name, kReverse);
  const auto network = rest ? reversed(*rest) : std::nullopt;
  if (!network) {
    return std::nullopt;
  }
  const std::vector<Cidr> own = model::ipv4_cidrs_of(vpc);
  const auto holds = [&](const Cidr& cidr) { return cidr.contains(*network); };
  const auto cidr = std::ranges::find_if(own, holds);
  if (cidr == own.end()) {
    return std::nullopt;
  }
  const std::string zone = reverse_zone(*cidr);
  if (network->prefix() < 32) {
    return Located{zone, Node{}};
  }
  if (!has_name(world, vpc, network->base())) {
    return Located{zone, std::nullopt};
  }
  return Located{zone, Node{.pointer = model::private_name(vpc.region, network->base())}};
}

}  // namespace postern::dns
