// SPDX-License-Identifier: Apache-2.0
// CIDRs of VPCs and subnets, one more or one less: AssociateVpcCidrBlock,
// DisassociateVpcCidrBlock, AssociateSubnetCidrBlock, DisassociateSubnetCidrBlock.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/find.h"
#include "api/ec2/ipv4_block.h"
#include "api/ec2/ipv6_block.h"
#include "api/ec2/supported.h"
#include "model/new_vpc.h"

namespace postern::api::ec2 {
namespace {

using model::Subnet;
using model::Vpc;

constexpr std::size_t kBlocksMax = 5;  // [VPC user guide, "Amazon VPC quotas": IPv6 CIDRs per VPC]

// ---- AssociateVpcCidrBlock ----

struct AssociateVpcCidrBlockRequest {
  std::string VpcId;
  std::optional<bool> AmazonProvidedIpv6CidrBlock;
  std::optional<std::string> CidrBlock;
  std::optional<std::string> Ipv6CidrBlock;
  std::optional<std::string> Ipv6Pool;
  std::optional<Unserved> Ipv6CidrBlockNetworkBorderGroup;
  std::optional<Unserved> Ipv4IpamPoolId;
  std::optional<Unserved> Ipv4NetmaskLength;
  std::optional<Unserved> Ipv6IpamPoolId;
  std::optional<Unserved> Ipv6NetmaskLength;
};
BOOST_DESCRIBE_STRUCT(AssociateVpcCidrBlockRequest, (),
                      (VpcId, AmazonProvidedIpv6CidrBlock, CidrBlock, Ipv6CidrBlock, Ipv6Pool,
                       Ipv6CidrBlockNetworkBorderGroup, Ipv4IpamPoolId, Ipv4NetmaskLength,
                       Ipv6IpamPoolId, Ipv6NetmaskLength))

struct VpcAssociationAnswer {
  std::string vpcId;
  std::optional<VpcIpv4BlockItem> cidrBlockAssociation;
  std::optional<VpcIpv6BlockItem> ipv6CidrBlockAssociation;

  VpcAssociationAnswer in_state(std::string_view state) && {
    if (cidrBlockAssociation) {
      cidrBlockAssociation->cidrBlockState.state = state;
    } else {
      ipv6CidrBlockAssociation->ipv6CidrBlockState.state = state;
    }
    return std::move(*this);
  }
};
BOOST_DESCRIBE_STRUCT(VpcAssociationAnswer, (),
                      (vpcId, cidrBlockAssociation, ipv6CidrBlockAssociation))

Result<VpcAssociationAnswer> associate_ipv4_block(model::Transaction& tx, Vpc vpc,
                                                  const std::string& wanted) {
  TRY_ASSIGN(const Cidr cidr, secondary_vpc_cidr(tx.world(), vpc, wanted));
  vpc.ipv4_blocks.push_back({.association_id = tx.ids().ec2_id("vpc-cidr-assoc-"), .cidr = cidr});
  VpcAssociationAnswer answer{.vpcId = vpc.id.value,
                              .cidrBlockAssociation = ipv4_item(vpc.ipv4_blocks.back())};
  tx.put(std::move(vpc));
  return std::move(answer).in_state("associating");
}

Result<VpcAssociationAnswer> associate_vpc_cidr_block(model::Transaction& tx,
                                                      const model::Caller& caller,
                                                      const AssociateVpcCidrBlockRequest& request) {
  TRY_ASSIGN(const Vpc* const found, find<Vpc>(tx.world(), caller, request.VpcId));
  const Vpc vpc = *found;
  TRY(absent("Ipv6CidrBlock", request.Ipv6CidrBlock));
  TRY(only("Ipv6Pool", request.Ipv6Pool, "Amazon"));
  const std::string ipv4 = request.CidrBlock.value_or("");
  const bool ipv6 = request.AmazonProvidedIpv6CidrBlock.value_or(false);
  if (ipv4.empty() == !ipv6) {
    return refuse(ipv6 ? faults::InvalidParameterCombination : faults::MissingParameter,
                  "Either 'cidrBlock' or 'amazonProvidedIpv6CidrBlock' should be provided.");
  }
  if (!ipv4.empty()) {
    return associate_ipv4_block(tx, vpc, ipv4);
  }
  if (vpc.ipv6_blocks.size() >= kBlocksMax) {
    return refuse(faults::CidrBlockLimitExceeded,
                  "The maximum number of IPv6 CIDR blocks of the VPC has been reached.");
  }
  model::add_ipv6_block(tx, vpc, model::new_ipv6_cidr(tx));
  const Vpc* made = tx.world().find(vpc.id);
  return VpcAssociationAnswer{
      .vpcId = vpc.id.value,
      .ipv6CidrBlockAssociation = block_item(*made, made->ipv6_blocks.back())}
      .in_state("associating");
}

// ---- DisassociateVpcCidrBlock ----

struct DisassociateBlockRequest {
  std::string AssociationId;
};
BOOST_DESCRIBE_STRUCT(DisassociateBlockRequest, (), (AssociationId))

// "You must detach or delete all gateways and resources that are associated with the CIDR block
// before you can disassociate it." [DisassociateVpcCidrBlock]
bool is_used(const model::World& world, const Vpc& vpc, const Cidr& cidr) {
  return std::ranges::any_of(world.all<Subnet>(), [&](const auto& entry) {
    const Subnet& subnet = *entry.second;
    return subnet.vpc == vpc.id && (cidr.contains(subnet.cidr) ||
                                    (subnet.ipv6_block && cidr.contains(subnet.ipv6_block->cidr)));
  });
}

// Of `blocks`, the VPC's of one family, with that association; nullopt: it has none such.
std::optional<model::CidrBlock> block_of(const std::vector<model::CidrBlock>& blocks,
                                         const std::string& association_id) {
  const auto at = std::ranges::find(blocks, association_id, &model::CidrBlock::association_id);
  return at == blocks.end() ? std::nullopt : std::optional(*at);
}

Result<> check_not_primary(const Vpc& vpc, const std::string& association_id) {
  if (ipv4_items(vpc).front().associationId == association_id) {
    return refuse(faults::OperationNotPermitted,
                  "The vpc CIDR block with association ID {} may not be disassociated. It is the "
                  "primary IPv4 CIDR block of the VPC",
                  association_id);
  }
  return {};
}

Result<VpcAssociationAnswer> disassociate_vpc_cidr_block(model::Transaction& tx,
                                                         const model::Caller& caller,
                                                         const DisassociateBlockRequest& request) {
  for (const auto& [id, found] : tx.world().all<Vpc>()) {
    if (!model::owns(caller, *found)) {
      continue;
    }
    TRY(check_not_primary(*found, request.AssociationId));
    const auto ipv4 = block_of(found->ipv4_blocks, request.AssociationId);
    const auto ipv6 = block_of(found->ipv6_blocks, request.AssociationId);
    if (!ipv4 && !ipv6) {
      continue;
    }
    const model::CidrBlock& block = ipv4 ? *ipv4 : *ipv6;
    if (is_used(tx.world(), *found, block.cidr)) {
      return refuse(faults::InvalidCidrBlockInUse,
                    "The vpc '{}' currently has a subnet within CIDR block {}", id,
                    block.cidr.text());
    }
    VpcAssociationAnswer answer{.vpcId = id.value};
    if (ipv4) {
      answer.cidrBlockAssociation = ipv4_item(block);
    } else {
      answer.ipv6CidrBlockAssociation = block_item(*found, block);
    }
    Vpc vpc = *found;
    std::erase_if(ipv4 ? vpc.ipv4_blocks : vpc.ipv6_blocks, [&](const model::CidrBlock& each) {
      return each.association_id == request.AssociationId;
    });
    tx.put(std::move(vpc));
    return std::move(answer).in_state("disassociating");
  }
  return refuse(faults::InvalidVpcCidrBlockAssociationIDNotFound,
                "The association ID '{}' does not exist", request.AssociationId);
}

// ---- AssociateSubnetCidrBlock ----

struct AssociateSubnetCidrBlockRequest {
  std::string SubnetId;
  std::optional<std::string> Ipv6CidrBlock;
  std::optional<Unserved> Ipv6IpamPoolId;
  std::optional<Unserved> Ipv6NetmaskLength;
};
BOOST_DESCRIBE_STRUCT(AssociateSubnetCidrBlockRequest, (),
                      (SubnetId, Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6NetmaskLength))

struct SubnetAssociationAnswer {
  std::string subnetId;
  SubnetIpv6BlockItem ipv6CidrBlockAssociation;
};
BOOST_DESCRIBE_STRUCT(SubnetAssociationAnswer, (), (subnetId, ipv6CidrBlockAssociation))

// "A subnet can have only one IPv6 CIDR block." [AssociateSubnetCidrBlock]
Result<SubnetAssociationAnswer> associate_subnet_cidr_block(
    model::Transaction& tx, const model::Caller& caller,
    const AssociateSubnetCidrBlockRequest& request) {
  TRY_ASSIGN(const Subnet* const found, find<Subnet>(tx.world(), caller, request.SubnetId));
  Subnet subnet = *found;
  if (!request.Ipv6CidrBlock) {
    return refuse(faults::MissingParameter, "The request must contain the parameter ipv6CidrBlock");
  }
  if (subnet.ipv6_block) {
    return refuse(faults::CidrBlockLimitExceeded, "The subnet '{}' has an IPv6 CIDR block already.",
                  subnet.id);
  }
  TRY_ASSIGN(const Cidr cidr,
             subnet_ipv6_cidr(tx.world(), *tx.world().find(subnet.vpc), *request.Ipv6CidrBlock));
  subnet.ipv6_block = {.association_id = tx.ids().ec2_id("subnet-cidr-assoc-"), .cidr = cidr};
  SubnetAssociationAnswer answer{.subnetId = subnet.id.value,
                                 .ipv6CidrBlockAssociation = block_item(*subnet.ipv6_block)};
  answer.ipv6CidrBlockAssociation.ipv6CidrBlockState.state = "associating";
  tx.put(std::move(subnet));
  return answer;
}

// ---- DisassociateSubnetCidrBlock ----

Result<SubnetAssociationAnswer> disassociate_subnet_cidr_block(
    model::Transaction& tx, const model::Caller& caller, const DisassociateBlockRequest& request) {
  for (const auto& [id, found] : tx.world().all<Subnet>()) {
    if (!model::owns(caller, *found) || !found->ipv6_block ||
        found->ipv6_block->association_id != request.AssociationId) {
      continue;
    }
    for (const auto& [interface_id, interface] : tx.world().all<model::NetworkInterface>()) {
      if (interface->subnet == id && !interface->ipv6_addresses.empty()) {
        return refuse(faults::InvalidCidrBlockInUse,
                      "The subnet '{}' has {} with an IPv6 address of its CIDR block {}", id,
                      interface_id, found->ipv6_block->cidr.text());
      }
    }
    SubnetAssociationAnswer answer{.subnetId = id.value,
                                   .ipv6CidrBlockAssociation = block_item(*found->ipv6_block)};
    answer.ipv6CidrBlockAssociation.ipv6CidrBlockState.state = "disassociating";
    Subnet subnet = *found;
    subnet.ipv6_block.reset();
    subnet.assign_ipv6_address_on_creation = false;
    tx.put(std::move(subnet));
    return answer;
  }
  return refuse(faults::InvalidSubnetCidrBlockAssociationIDNotFound,
                "The association ID '{}' does not exist", request.AssociationId);
}

}  // namespace

std::vector<Action> cidr_block_association_actions() {
  return {
      write<associate_subnet_cidr_block>("AssociateSubnetCidrBlock"),
      write<associate_vpc_cidr_block>("AssociateVpcCidrBlock"),
      write<disassociate_subnet_cidr_block>("DisassociateSubnetCidrBlock"),
      write<disassociate_vpc_cidr_block>("DisassociateVpcCidrBlock"),
  };
}

}  // namespace postern::api::ec2
