// SPDX-License-Identifier: Apache-2.0
// Elastic IPs: AllocateAddress, DescribeAddresses, DescribeAddressesAttribute, ReleaseAddress. They
// are objects: nobody outside can reach one, so they are of the ranges that are kept for
// documentation. [RFC 5737] What they are associated with: elastic_ip_association.cc.
#include <algorithm>
#include <array>
#include <set>

#include "api/ec2/actions.h"
#include "api/ec2/elastic_ip_lookup.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::ElasticIp;
using model::NetworkInterface;
using model::World;

constexpr const char* kPool = "amazon";

// ---- AllocateAddress ----

struct AllocateAddressRequest {
  std::optional<std::string> Domain;
  std::optional<std::string> NetworkBorderGroup;
  std::optional<std::string> PublicIpv4Pool;
  std::optional<Unserved> Address;
  std::optional<Unserved> CustomerOwnedIpv4Pool;
  std::optional<Unserved> IpamPoolId;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(AllocateAddressRequest, (),
                      (Domain, NetworkBorderGroup, PublicIpv4Pool, Address, CustomerOwnedIpv4Pool,
                       IpamPoolId, TagSpecification))

struct AllocateAddressAnswer {
  std::string publicIp;
  std::string allocationId;
  std::string publicIpv4Pool = kPool;
  std::string networkBorderGroup;
  std::string domain = "vpc";
};
BOOST_DESCRIBE_STRUCT(AllocateAddressAnswer, (),
                      (publicIp, allocationId, publicIpv4Pool, networkBorderGroup, domain))

// The lowest address that nobody has in any region.
std::optional<IpAddress> free_address(const World& world) {
  static const std::array kRanges = {*Cidr::parse("192.0.2.0/24"), *Cidr::parse("198.51.100.0/24"),
                                     *Cidr::parse("203.0.113.0/24")};
  std::set<IpAddress> taken;
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    taken.insert(address->public_ip);
  }
  for (const Cidr& range : kRanges) {
    for (std::uint64_t n = 1; n < range.size() - 1; ++n) {
      if (!taken.contains(range.at(n))) {
        return range.at(n);
      }
    }
  }
  return std::nullopt;
}

Result<AllocateAddressAnswer> allocate_address(model::Transaction& tx, const model::Caller& caller,
                                               const AllocateAddressRequest& request) {
  TRY(only("Domain", request.Domain, "vpc"));
  TRY(only("NetworkBorderGroup", request.NetworkBorderGroup, caller.region));
  TRY(only("PublicIpv4Pool", request.PublicIpv4Pool, kPool));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "elastic-ip"));
  const auto address = free_address(tx.world());
  if (model::is_used_up(tx.world(), model::Quota::ElasticIps,
                        model::count_owned<ElasticIp>(tx.world(), caller)) ||
      !address) {
    return refuse(faults::AddressLimitExceeded,
                  "The maximum number of addresses has been reached.");
  }
  const ElasticIp made{.id = model::Id<ElasticIp>(tx.ids().ec2_id("eipalloc-")),
                       .owner = caller.account,
                       .region = caller.region,
                       .public_ip = *address,
                       .tags = std::move(tags)};
  tx.put(made);
  return AllocateAddressAnswer{.publicIp = made.public_ip.text(),
                               .allocationId = made.id.value,
                               .networkBorderGroup = made.region};
}

// ---- DescribeAddresses ----

struct DescribeAddressesRequest {
  std::vector<std::string> AllocationId;
  std::vector<std::string> PublicIp;
  Filters Filter;
};
BOOST_DESCRIBE_STRUCT(DescribeAddressesRequest, (), (AllocationId, PublicIp, Filter))

struct AddressItem {
  std::string publicIp;
  std::string allocationId;
  std::optional<std::string> associationId;
  std::string domain = "vpc";
  std::optional<std::string> instanceId;
  std::optional<std::string> networkInterfaceId;
  std::optional<std::string> networkInterfaceOwnerId;
  std::optional<std::string> privateIpAddress;
  std::vector<TagItem> tagSet;
  std::string publicIpv4Pool = kPool;
  std::string networkBorderGroup;
};
BOOST_DESCRIBE_STRUCT(AddressItem, (),
                      (publicIp, allocationId, associationId, domain, instanceId,
                       networkInterfaceId, networkInterfaceOwnerId, privateIpAddress, tagSet,
                       publicIpv4Pool, networkBorderGroup))

struct DescribeAddressesAnswer {
  std::vector<AddressItem> addressesSet;
};
BOOST_DESCRIBE_STRUCT(DescribeAddressesAnswer, (), (addressesSet))

AddressItem address_item(const World& world, const ElasticIp& address) {
  AddressItem item{.publicIp = address.public_ip.text(),
                   .allocationId = address.id.value,
                   .tagSet = tag_items(address.tags),
                   .networkBorderGroup = address.region};
  if (const NetworkInterface* interface = model::interface_of(world, address)) {
    item.associationId = address.association_id;
    item.networkInterfaceId = interface->id.value;
    item.networkInterfaceOwnerId = interface->owner.value;
    item.privateIpAddress = interface->address.text();
    if (interface->attachment && !interface->attachment->instance_id.empty()) {
      item.instanceId = interface->attachment->instance_id;
    }
  }
  return item;
}

template <class Member>
FilterField<ElasticIp> item_field(std::string_view name, const World& world, Member member) {
  return field_of<ElasticIp>(name, [&world, member](const ElasticIp& address) {
    return address_item(world, address).*member;
  });
}

// [EC2 API reference, DescribeAddresses; domain is what older clients send]
FilterTable<ElasticIp> address_filters(const World& world) {
  using Item = AddressItem;
  return {
      item_field("allocation-id", world, &Item::allocationId),
      item_field("association-id", world, &Item::associationId),
      item_field("domain", world, &Item::domain),
      item_field("instance-id", world, &Item::instanceId),
      item_field("network-border-group", world, &Item::networkBorderGroup),
      item_field("network-interface-id", world, &Item::networkInterfaceId),
      item_field("network-interface-owner-id", world, &Item::networkInterfaceOwnerId),
      item_field("private-ip-address", world, &Item::privateIpAddress),
      item_field("public-ip", world, &Item::publicIp),
  };
}

// The caller's addresses of these allocation ids and these addresses; all without any.
Result<std::vector<const ElasticIp*>> find_addresses(const View& view,
                                                     const std::vector<std::string>& allocations,
                                                     const std::vector<std::string>& public_ips) {
  std::vector<const ElasticIp*> found;
  for (const std::string& id : allocations) {
    TRY_ASSIGN(const ElasticIp* const address,
               find_address(view.world, view.caller, id, std::nullopt));
    found.push_back(address);
  }
  for (const std::string& public_ip : public_ips) {
    TRY_ASSIGN(const ElasticIp* const address,
               find_address(view.world, view.caller, std::nullopt, public_ip));
    found.push_back(address);
  }
  if (allocations.empty() && public_ips.empty()) {
    for (const auto& [id, address] : view.world.all<ElasticIp>()) {
      if (model::owns(view.caller, *address)) {
        found.push_back(address.get());
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const ElasticIp* a, const ElasticIp* b) { return a->id < b->id; });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<DescribeAddressesAnswer> describe_addresses(const View& view,
                                                   const DescribeAddressesRequest& request) {
  const auto filters = address_filters(view.world);
  TRY(filters.check(request.Filter));
  TRY_ASSIGN(const auto found, find_addresses(view, request.AllocationId, request.PublicIp));
  DescribeAddressesAnswer answer;
  for (const ElasticIp* address : found) {
    if (filters.matches(request.Filter, *address)) {
      answer.addressesSet.push_back(address_item(view.world, *address));
    }
  }
  return answer;
}

// ---- DescribeAddressesAttribute ----

struct DescribeAddressesAttributeRequest {
  std::vector<std::string> AllocationId;
  std::optional<std::string> Attribute;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAddressesAttributeRequest, (),
                      (AllocationId, Attribute, MaxResults, NextToken))

struct AddressAttributeItem {
  std::string publicIp;
  std::string allocationId;
};
BOOST_DESCRIBE_STRUCT(AddressAttributeItem, (), (publicIp, allocationId))

struct DescribeAddressesAttributeAnswer {
  std::vector<AddressAttributeItem> addressSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAddressesAttributeAnswer, (), (addressSet, nextToken))

// No address has the one attribute that there is, a name for reverse DNS.
Result<DescribeAddressesAttributeAnswer> describe_addresses_attribute(
    const View& view, const DescribeAddressesAttributeRequest& request) {
  if (request.Attribute.value_or("domain-name") != "domain-name") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter attribute is invalid. Unknown attribute.",
                  *request.Attribute);
  }
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(const auto found, find_addresses(view, request.AllocationId, {}));
  DescribeAddressesAttributeAnswer answer;
  for (const ElasticIp* address : found) {
    answer.addressSet.push_back(
        {.publicIp = address->public_ip.text(), .allocationId = address->id.value});
  }
  answer.nextToken = cut_to_page(
      page, answer.addressSet, [](const AddressAttributeItem& item) { return item.allocationId; });
  return answer;
}

// ---- ReleaseAddress ----

struct ReleaseAddressRequest {
  std::optional<std::string> AllocationId;
  std::optional<std::string> PublicIp;
  std::optional<std::string> NetworkBorderGroup;
};
BOOST_DESCRIBE_STRUCT(ReleaseAddressRequest, (), (AllocationId, PublicIp, NetworkBorderGroup))

Result<Done> release_address(model::Transaction& tx, const model::Caller& caller,
                             const ReleaseAddressRequest& request) {
  TRY(only("NetworkBorderGroup", request.NetworkBorderGroup, caller.region));
  TRY_ASSIGN(const ElasticIp* const address,
             find_address(tx.world(), caller, request.AllocationId, request.PublicIp));
  if (model::interface_of(tx.world(), *address) != nullptr) {
    return refuse(faults::InvalidIPAddressInUse, "Address {} is in use.",
                  address->public_ip.text());
  }
  tx.erase(model::Id<ElasticIp>(address->id));
  return Done{};
}

}  // namespace

std::vector<Action> elastic_ip_actions() {
  return {
      write<allocate_address>("AllocateAddress"),
      read<describe_addresses>("DescribeAddresses"),
      read<describe_addresses_attribute>("DescribeAddressesAttribute"),
      write<release_address>("ReleaseAddress"),
  };
}

}  // namespace postern::api::ec2
