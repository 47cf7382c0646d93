// SPDX-License-Identifier: Apache-2.0
// Network ACLs and which subnets have them: CreateNetworkAcl, DescribeNetworkAcls,
// DeleteNetworkAcl, ReplaceNetworkAclAssociation. Their rules: network_acl_entry.cc.
#include <netinet/in.h>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"
#include "model/new_vpc.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::NetworkAcl;
using model::NetworkAclEntry;
using model::Subnet;

constexpr int kLastRule = 32767;  // the one that denies what no other has decided

struct IcmpTypeCodeItem {
  int code = -1;
  int type = -1;
};
BOOST_DESCRIBE_STRUCT(IcmpTypeCodeItem, (), (code, type))

struct PortRangeItem {
  int from = 0;
  int to = 0;
};
BOOST_DESCRIBE_STRUCT(PortRangeItem, (), (from, to))

struct EntryItem {
  int ruleNumber = 0;
  std::string protocol;
  std::string ruleAction;
  bool egress = false;
  std::optional<std::string> cidrBlock;
  std::optional<std::string> ipv6CidrBlock;
  std::optional<IcmpTypeCodeItem> icmpTypeCode;
  std::optional<PortRangeItem> portRange;
};
BOOST_DESCRIBE_STRUCT(EntryItem, (),
                      (ruleNumber, protocol, ruleAction, egress, cidrBlock, ipv6CidrBlock,
                       icmpTypeCode, portRange))

struct AclAssociationItem {
  std::string networkAclAssociationId;
  std::string networkAclId;
  std::string subnetId;
};
BOOST_DESCRIBE_STRUCT(AclAssociationItem, (), (networkAclAssociationId, networkAclId, subnetId))

struct NetworkAclItem {
  std::string networkAclId;
  std::string vpcId;
  bool default_ = false;
  std::vector<EntryItem> entrySet;
  std::vector<AclAssociationItem> associationSet;
  std::vector<TagItem> tagSet;
  std::string ownerId;
};
BOOST_DESCRIBE_STRUCT(NetworkAclItem, (),
                      (networkAclId, vpcId, default_, entrySet, associationSet, tagSet, ownerId))

bool has_ports(const NetworkAclEntry& entry) {
  return entry.protocol == IPPROTO_TCP || entry.protocol == IPPROTO_UDP;
}
// "If you specify protocol 58 (ICMPv6) and specify an IPv4 CIDR block, traffic for all ICMP types
// and codes allowed." [EC2 API reference, CreateNetworkAclEntry]
bool has_icmp_type(const NetworkAclEntry& entry) {
  return entry.protocol == (entry.cidr.is_v4() ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6});
}

EntryItem entry_item(const NetworkAclEntry& entry) {
  EntryItem item{.ruleNumber = entry.rule_number,
                 .protocol = fmt::format("{}", entry.protocol),
                 .ruleAction = entry.allow ? "allow" : "deny",
                 .egress = entry.egress};
  (entry.cidr.is_v4() ? item.cidrBlock : item.ipv6CidrBlock) = entry.cidr.text();
  if (has_ports(entry)) {
    item.portRange = {.from = entry.from, .to = entry.to};
  }
  if (has_icmp_type(entry)) {
    item.icmpTypeCode = {.code = entry.to, .type = entry.from};
  }
  return item;
}

// All rules of the ACL as they are asked, each direction's last one too.
std::vector<NetworkAclEntry> all_entries(const model::World& world, const NetworkAcl& acl) {
  NetworkAcl full = acl;
  const model::Vpc* vpc = world.find(acl.vpc);
  const bool has_ipv6 = vpc != nullptr && !vpc->ipv6_blocks.empty();
  for (const bool egress : {true, false}) {
    model::set_entry(
        full, {.rule_number = kLastRule, .egress = egress, .cidr = *Cidr::parse("0.0.0.0/0")});
    if (has_ipv6) {
      model::set_entry(
          full, {.rule_number = kLastRule + 1, .egress = egress, .cidr = *Cidr::parse("::/0")});
    }
  }
  return std::move(full.entries);
}

std::vector<AclAssociationItem> associations(const model::World& world, const NetworkAcl& acl) {
  std::vector<AclAssociationItem> items;
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    if (subnet->network_acl == acl.id) {
      items.push_back({.networkAclAssociationId = subnet->network_acl_association_id,
                       .networkAclId = acl.id.value,
                       .subnetId = id.value});
    }
  }
  return items;
}

NetworkAclItem acl_item(const model::World& world, const NetworkAcl& acl) {
  NetworkAclItem item{.networkAclId = acl.id.value,
                      .vpcId = acl.vpc.value,
                      .default_ = acl.is_default,
                      .associationSet = associations(world, acl),
                      .tagSet = tag_items(acl.tags),
                      .ownerId = acl.owner.value};
  for (const NetworkAclEntry& entry : all_entries(world, acl)) {
    item.entrySet.push_back(entry_item(entry));
  }
  return item;
}

// ---- CreateNetworkAcl ----

struct CreateNetworkAclRequest {
  std::string VpcId;
  std::optional<std::string> ClientToken;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkAclRequest, (), (VpcId, ClientToken, TagSpecification))

struct CreateNetworkAclAnswer {
  NetworkAclItem networkAcl;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkAclAnswer, (), (networkAcl, clientToken))

// "By default, each custom network ACL denies all inbound and outbound traffic until you add
// rules." [VPC user guide, "Custom network ACLs"]
Result<CreateNetworkAclAnswer> create_network_acl(model::Transaction& tx,
                                                  const model::Caller& caller,
                                                  const CreateNetworkAclRequest& request) {
  TRY_ASSIGN(const model::Vpc* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "network-acl"));
  const auto& acls = tx.world().all<NetworkAcl>();
  if (model::is_used_up(tx.world(), model::Quota::NetworkAcls,
                        std::count_if(acls.begin(), acls.end(), [&](const auto& entry) {
                          return entry.second->vpc == vpc->id;
                        }))) {
    return refuse(faults::NetworkAclLimitExceeded,
                  "The maximum number of network ACLs has been reached.");
  }
  const NetworkAcl acl{.id = model::Id<NetworkAcl>(tx.ids().ec2_id("acl-")),
                       .owner = vpc->owner,
                       .region = vpc->region,
                       .vpc = vpc->id,
                       .number = tx.next_number(),
                       .tags = std::move(tags)};
  tx.put(acl);
  return CreateNetworkAclAnswer{.networkAcl = acl_item(tx.world(), acl),
                                .clientToken = request.ClientToken};
}

// ---- DescribeNetworkAcls ----

struct DescribeNetworkAclsRequest {
  std::vector<std::string> NetworkAclId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkAclsRequest, (), (NetworkAclId, Filter, MaxResults, NextToken))

struct DescribeNetworkAclsAnswer {
  std::vector<NetworkAclItem> networkAclSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkAclsAnswer, (), (networkAclSet, nextToken))

template <class Get>
FilterField<NetworkAcl> acl_field(std::string_view name, Get get) {
  return field_of<NetworkAcl>(name, get);
}

// What `get` has of each rule.
template <class Get>
FilterField<NetworkAcl> entry_field(const model::World& world, std::string_view name, Get get) {
  return acl_field(name, [&world, get](const NetworkAcl& acl) {
    Values values;
    for (const NetworkAclEntry& entry : all_entries(world, acl)) {
      for (std::string& value : as_values(get(entry_item(entry)))) {
        values.push_back(std::move(value));
      }
    }
    return values;
  });
}

// What `get` has of each association.
template <class Get>
FilterField<NetworkAcl> acl_association_field(const model::World& world, std::string_view name,
                                              Get get) {
  return acl_field(name, [get, &world](const NetworkAcl& acl) {
    Values values;
    for (const AclAssociationItem& item : associations(world, acl)) {
      values.push_back(get(item));
    }
    return values;
  });
}

// "The protocol specified in the entry (tcp | udp | icmp or a protocol number)".
Values protocol_values(const EntryItem& entry) {
  Values values{entry.protocol};
  for (const auto& [number, name] : {std::pair<int, const char*>(IPPROTO_TCP, "tcp"),
                                     {IPPROTO_UDP, "udp"},
                                     {IPPROTO_ICMP, "icmp"}}) {
    if (entry.protocol == fmt::format("{}", number)) {
      values.emplace_back(name);
    }
  }
  return values;
}

// [EC2 API reference, DescribeNetworkAcls]
FilterTable<NetworkAcl> acl_filters(const model::World& world) {
  using Entry = EntryItem;
  using Association = AclAssociationItem;
  using Number = std::optional<int>;
  return {
      acl_association_field(world, "association.association-id",
                            [](const Association& a) { return a.networkAclAssociationId; }),
      acl_association_field(world, "association.network-acl-id",
                            [](const Association& a) { return a.networkAclId; }),
      acl_association_field(world, "association.subnet-id",
                            [](const Association& a) { return a.subnetId; }),
      acl_field("default", [](const NetworkAcl& acl) { return acl.is_default; }),
      entry_field(world, "entry.cidr", [](const Entry& entry) { return entry.cidrBlock; }),
      entry_field(world, "entry.egress", [](const Entry& entry) { return entry.egress; }),
      entry_field(world, "entry.icmp.code",
                  [](const Entry& entry) {
                    return entry.icmpTypeCode ? Number(entry.icmpTypeCode->code) : Number();
                  }),
      entry_field(world, "entry.icmp.type",
                  [](const Entry& entry) {
                    return entry.icmpTypeCode ? Number(entry.icmpTypeCode->type) : Number();
                  }),
      entry_field(world, "entry.ipv6-cidr", [](const Entry& entry) { return entry.ipv6CidrBlock; }),
      entry_field(world, "entry.port-range.from",
                  [](const Entry& entry) {
                    return entry.portRange ? Number(entry.portRange->from) : Number();
                  }),
      entry_field(world, "entry.port-range.to",
                  [](const Entry& entry) {
                    return entry.portRange ? Number(entry.portRange->to) : Number();
                  }),
      entry_field(world, "entry.protocol", protocol_values),
      entry_field(world, "entry.rule-action", [](const Entry& entry) { return entry.ruleAction; }),
      entry_field(world, "entry.rule-number", [](const Entry& entry) { return entry.ruleNumber; }),
      acl_field("network-acl-id", [](const NetworkAcl& acl) { return acl.id.value; }),
      acl_field("owner-id", [](const NetworkAcl& acl) { return acl.owner.value; }),
      acl_field("vpc-id", [](const NetworkAcl& acl) { return acl.vpc.value; }),
  };
}

Result<DescribeNetworkAclsAnswer> describe_network_acls(const View& view,
                                                        const DescribeNetworkAclsRequest& request) {
  TRY_ASSIGN(const auto selection,
             select(view, request, request.NetworkAclId, acl_filters(view.world)));
  DescribeNetworkAclsAnswer answer{.nextToken = selection.next_token};
  for (const NetworkAcl* acl : selection.records) {
    answer.networkAclSet.push_back(acl_item(view.world, *acl));
  }
  return answer;
}

// ---- DeleteNetworkAcl ----

struct DeleteNetworkAclRequest {
  std::string NetworkAclId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkAclRequest, (), (NetworkAclId))

Result<Done> delete_network_acl(model::Transaction& tx, const model::Caller& caller,
                                const DeleteNetworkAclRequest& request) {
  TRY_ASSIGN(const NetworkAcl* const acl,
             find<NetworkAcl>(tx.world(), caller, request.NetworkAclId));
  if (acl->is_default) {
    return refuse(faults::InvalidParameterValue, "cannot delete default network ACL {}", acl->id);
  }
  if (!associations(tx.world(), *acl).empty()) {
    return refuse(faults::DependencyViolation,
                  "The networkAcl '{}' has dependencies and cannot be deleted.", acl->id);
  }
  tx.erase(model::Id<NetworkAcl>(acl->id));
  return Done{};
}

// ---- ReplaceNetworkAclAssociation ----

struct ReplaceNetworkAclAssociationRequest {
  std::string AssociationId;
  std::string NetworkAclId;
};
BOOST_DESCRIBE_STRUCT(ReplaceNetworkAclAssociationRequest, (), (AssociationId, NetworkAclId))

struct ReplaceNetworkAclAssociationAnswer {
  std::string newAssociationId;
};
BOOST_DESCRIBE_STRUCT(ReplaceNetworkAclAssociationAnswer, (), (newAssociationId))

const Subnet* subnet_of_acl_association(const model::World& world, const model::Caller& caller,
                                        const std::string& association) {
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    if (subnet->network_acl_association_id == association && model::owns(caller, *subnet)) {
      return subnet.get();
    }
  }
  return nullptr;
}

Result<ReplaceNetworkAclAssociationAnswer> replace_network_acl_association(
    model::Transaction& tx, const model::Caller& caller,
    const ReplaceNetworkAclAssociationRequest& request) {
  const Subnet* subnet = subnet_of_acl_association(tx.world(), caller, request.AssociationId);
  if (subnet == nullptr) {
    return refuse(faults::InvalidAssociationIDNotFound, "The association ID '{}' does not exist",
                  request.AssociationId);
  }
  TRY_ASSIGN(const NetworkAcl* const acl,
             find<NetworkAcl>(tx.world(), caller, request.NetworkAclId));
  if (acl->vpc != subnet->vpc) {
    return refuse(faults::InvalidParameterValue,
                  "The network ACL {} and the subnet {} belong to different networks.", acl->id,
                  subnet->id);
  }
  const model::Id<Subnet> id = subnet->id;
  model::associate_acl(tx, *subnet, acl->id);
  return ReplaceNetworkAclAssociationAnswer{tx.world().find(id)->network_acl_association_id};
}

}  // namespace

std::vector<Action> network_acl_actions() {
  return {
      write<create_network_acl>("CreateNetworkAcl"),
      write<delete_network_acl>("DeleteNetworkAcl"),
      read<describe_network_acls>("DescribeNetworkAcls"),
      write<replace_network_acl_association>("ReplaceNetworkAclAssociation"),
  };
}

}  // namespace postern::api::ec2
