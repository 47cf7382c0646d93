// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ipv4_block.h"

#include <algorithm>
#include <array>

#include "api/ec2/cidr_block.h"

namespace postern::api::ec2 {
namespace {

using model::CidrBlock;
using model::Vpc;

constexpr std::size_t kBlocksMax = 5;  // [VPC quotas: IPv4 CIDR blocks per VPC]

const std::array kPrivate = {*Cidr::parse("10.0.0.0/8"), *Cidr::parse("172.16.0.0/12"),
                             *Cidr::parse("192.168.0.0/16")};
const Cidr kLowest = *Cidr::parse("10.0.0.0/16");
const Cidr kTwoLowest = *Cidr::parse("10.0.0.0/15");
const Cidr kOfDefaultVpcs = *Cidr::parse("172.31.0.0/16");
const Cidr kBenchmark = *Cidr::parse("198.19.0.0/16");

// Which of the private ranges the CIDR is in; their number if it is in none.
std::ptrdiff_t private_range_of(const Cidr& cidr) {
  return std::ranges::find_if(kPrivate, [&](const Cidr& range) { return range.contains(cidr); }) -
         kPrivate.begin();
}

// The table is read by the primary CIDR. [VPC user guide, "IPv4 CIDR block association
// restrictions"]
bool is_restricted(const Vpc& vpc, const Cidr& cidr) {
  const std::ptrdiff_t range = private_range_of(cidr);
  if (range != std::ssize(kPrivate) && range != private_range_of(vpc.cidr)) {
    return true;
  }
  const bool has_lowest = std::ranges::any_of(
      model::ipv4_cidrs_of(vpc), [](const Cidr& own) { return kTwoLowest.contains(own); });
  return (kLowest.contains(cidr) && has_lowest) || kOfDefaultVpcs.contains(cidr) ||
         (kBenchmark.contains(cidr) && !kBenchmark.contains(vpc.cidr));
}

// The first route of the VPC's tables whose destination is in the CIDR, or null: the CIDR's local
// route would take its packets.
const model::Route* route_within(const model::World& world, const Vpc& vpc, const Cidr& cidr) {
  for (const auto& [id, table] : world.all<model::RouteTable>()) {
    if (table->vpc != vpc.id) {
      continue;
    }
    for (const model::Route& route : table->routes) {
      if (route.cidr && cidr.contains(*route.cidr)) {
        return &route;
      }
    }
  }
  return nullptr;
}

}  // namespace

VpcIpv4BlockItem ipv4_item(const CidrBlock& block) {
  return {.associationId = block.association_id, .cidrBlock = block.cidr.text()};
}

std::vector<VpcIpv4BlockItem> ipv4_items(const Vpc& vpc) {
  std::vector<VpcIpv4BlockItem> items = {ipv4_item(
      {.association_id = "vpc-cidr-assoc-" + vpc.id.value.substr(std::string_view("vpc-").size()),
       .cidr = vpc.cidr})};
  std::ranges::transform(vpc.ipv4_blocks, std::back_inserter(items), ipv4_item);
  return items;
}

Result<Cidr> vpc_cidr(const std::string& text) {
  static const std::array kKept = {*Cidr::parse("0.0.0.0/8"), *Cidr::parse("127.0.0.0/8"),
                                   *Cidr::parse("169.254.0.0/16"), *Cidr::parse("224.0.0.0/4")};
  TRY_ASSIGN(const Cidr cidr, parse_cidr_block(text));
  const bool kept =
      std::ranges::any_of(kKept, [&](const Cidr& range) { return range.overlaps(cidr); });
  if (!is_vpc_size(cidr) || kept) {
    return refuse(faults::InvalidVpcRange, "The CIDR '{}' is invalid.", text);
  }
  return cidr;
}

Result<Cidr> secondary_vpc_cidr(const model::World& world, const Vpc& vpc,
                                const std::string& text) {
  TRY_ASSIGN(const Cidr cidr, vpc_cidr(text));
  for (const Cidr& own : model::ipv4_cidrs_of(vpc)) {
    if (own.overlaps(cidr)) {
      return refuse(faults::InvalidVpcRange,
                    "The CIDR '{}' conflicts with the CIDR '{}' of the VPC '{}'", text, own.text(),
                    vpc.id);
    }
  }
  if (is_restricted(vpc, cidr)) {
    // [the words are recorded]
    return refuse(faults::InvalidVpcRange,
                  "The CIDR '{}' is restricted. Use a CIDR from the same private address range as "
                  "the current VPC CIDR, or use a publicly-routable CIDR. For additional "
                  "restrictions, see "
                  "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
                  text);
  }
  if (const model::Route* route = route_within(world, vpc, cidr)) {
    return refuse(
        faults::InvalidVpcRange,
        "The CIDR '{}' is the same as or larger than the destination {} of a route in one "
        "of the VPC's route tables",
        text, route->cidr->text());
  }
  if (vpc.ipv4_blocks.size() + 1 >= kBlocksMax) {
    return refuse(faults::CidrBlockLimitExceeded,
                  "The maximum number of IPv4 CIDR blocks of the VPC has been reached.");
  }
  return cidr;
}

}  // namespace postern::api::ec2
