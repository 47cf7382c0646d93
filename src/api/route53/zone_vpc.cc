// SPDX-License-Identifier: Apache-2.0
// Which VPCs a private zone answers in: AssociateVPCWithHostedZone and its like, and the
// authorizations by which an account lets its zone be joined by another's VPC. [Route 53 API
// reference]
#include <algorithm>

#include "api/route53/actions.h"
#include "api/route53/zone.h"

namespace postern::api::route53 {
namespace {

using model::HostedZone;
using model::Transaction;
using model::ZoneVpc;

ZoneVpc zone_vpc(const VpcItem& item) {
  return {.vpc = model::Id<model::Vpc>(item.VPCId), .region = item.VPCRegion};
}

bool has(const std::vector<ZoneVpc>& vpcs, const ZoneVpc& vpc) {
  return std::find(vpcs.begin(), vpcs.end(), vpc) != vpcs.end();
}

Result<> check_private(const HostedZone& zone) {
  if (!zone.is_private) {
    return refuse(faults::PublicZoneVPCAssociation,
                  "You're trying to associate a VPC with a public hosted zone: {}", zone.id);
  }
  return {};
}

// Somebody's VPC; whose, the caller has to know.
Result<const model::Vpc*> find_vpc(const model::World& world, const ZoneVpc& vpc) {
  const model::Vpc* found = world.find(vpc.vpc);
  if (found == nullptr || found->region != vpc.region) {
    return refuse(faults::InvalidVPCId, "The VPC: {} in region {} does not exist.", vpc.vpc,
                  vpc.region);
  }
  return found;
}

struct AssociationRequest {
  std::string Id;
  VpcItem VPC;
  std::optional<std::string> Comment;
};
BOOST_DESCRIBE_STRUCT(AssociationRequest, (), (Id, VPC, Comment))

// The zone, if the caller has it or is authorized to join the VPC to it.
Result<const HostedZone*> joinable_zone(const model::World& world, const model::Caller& caller,
                                        const std::string& id, const ZoneVpc& vpc) {
  const HostedZone* zone = world.find(model::Id<HostedZone>(bare_id(id)));
  if (zone != nullptr && zone->owner != caller.account && !has(zone->authorized, vpc)) {
    return refuse(faults::NotAuthorizedException,
                  "The VPC: {} has not authorized to associate with your hosted zone.", vpc.vpc);
  }
  return zone != nullptr ? Result<const HostedZone*>(zone) : find_zone(world, caller, id);
}

Result<ChangeAnswer> associate(Transaction& tx, const model::Caller& caller,
                               const AssociationRequest& request) {
  const ZoneVpc vpc = zone_vpc(request.VPC);
  TRY_ASSIGN(const auto* found, joinable_zone(tx.world(), caller, request.Id, vpc));
  TRY(check_private(*found));
  TRY_ASSIGN(const auto* owned, find_vpc(tx.world(), vpc));
  // The VPC must be the caller's own: an owner of a zone does not reach into other accounts.
  if (owned->owner != caller.account) {
    return refuse(faults::NotAuthorizedException,
                  "The VPC: {} in region {} that you provided is not authorized to make the "
                  "association.",
                  vpc.vpc, vpc.region);
  }
  TRY(check_no_conflict(tx.world(), vpc, found->name));
  HostedZone zone = *found;
  zone.vpcs.push_back(vpc);
  tx.put(std::move(zone));
  return ChangeAnswer{.ChangeInfo = note_change(tx, caller, request.Comment)};
}

Result<ChangeAnswer> disassociate(Transaction& tx, const model::Caller& caller,
                                  const AssociationRequest& request) {
  const ZoneVpc vpc = zone_vpc(request.VPC);
  const HostedZone* found = tx.world().find(model::Id<HostedZone>(bare_id(request.Id)));
  const model::Vpc* joined = tx.world().find(vpc.vpc);
  // The zone's owner may, and the VPC's.
  if (found == nullptr || joined == nullptr || joined->owner != caller.account) {
    TRY_ASSIGN(found, find_zone(tx.world(), caller, request.Id));
  }
  TRY(check_private(*found));
  if (!has(found->vpcs, vpc)) {
    return refuse(faults::VPCAssociationNotFound,
                  "The VPC: {} in region {} is not associated with the hosted zone.", vpc.vpc,
                  vpc.region);
  }
  if (found->vpcs.size() == 1) {
    return refuse(faults::LastVPCAssociation,
                  "The VPC: {} in region {} is the only VPC associated with the hosted zone.",
                  vpc.vpc, vpc.region);
  }
  HostedZone zone = *found;
  std::erase(zone.vpcs, vpc);
  tx.put(std::move(zone));
  return ChangeAnswer{.ChangeInfo = note_change(tx, caller, request.Comment)};
}

// ---- Authorizations ----

struct AuthorizationRequest {
  std::string Id;
  VpcItem VPC;
};
BOOST_DESCRIBE_STRUCT(AuthorizationRequest, (), (Id, VPC))

struct AuthorizationAnswer {
  std::string HostedZoneId;
  VpcItem VPC;
};
BOOST_DESCRIBE_STRUCT(AuthorizationAnswer, (), (HostedZoneId, VPC))

Result<AuthorizationAnswer> authorize(Transaction& tx, const model::Caller& caller,
                                      const AuthorizationRequest& request) {
  const ZoneVpc vpc = zone_vpc(request.VPC);
  TRY_ASSIGN(const auto* found, find_zone(tx.world(), caller, request.Id));
  TRY(check_private(*found));
  TRY(find_vpc(tx.world(), vpc));
  HostedZone zone = *found;
  if (!has(zone.authorized, vpc)) {
    zone.authorized.push_back(vpc);
  }
  tx.put(zone);
  return AuthorizationAnswer{.HostedZoneId = zone.id.value, .VPC = request.VPC};
}

Result<Nothing> deauthorize(Transaction& tx, const model::Caller& caller,
                            const AuthorizationRequest& request) {
  TRY_ASSIGN(const auto* found, find_zone(tx.world(), caller, request.Id));
  HostedZone zone = *found;
  if (std::erase(zone.authorized, zone_vpc(request.VPC)) == 0) {
    return refuse(faults::VPCAssociationAuthorizationNotFound,
                  "The VPC: {} is not authorized to be associated with the hosted zone.",
                  request.VPC.VPCId);
  }
  tx.put(std::move(zone));
  return Nothing{};
}

struct ListAuthorizationsRequest {
  std::string Id;
  std::optional<int> maxresults;
  std::optional<std::string> nexttoken;
};
BOOST_DESCRIBE_STRUCT(ListAuthorizationsRequest, (), (Id, maxresults, nexttoken))

struct ListAuthorizationsAnswer {
  std::string HostedZoneId;
  std::optional<std::string> NextToken;
  std::vector<VpcItem> VPCs;
};
BOOST_DESCRIBE_STRUCT(ListAuthorizationsAnswer, (), (HostedZoneId, NextToken, VPCs))

Result<ListAuthorizationsAnswer> list_authorizations(const View& view,
                                                     const ListAuthorizationsRequest& request) {
  TRY_ASSIGN(const auto* zone, find_zone(view.world, view.caller, request.Id));
  TRY_ASSIGN(const std::size_t size, page_size(request.maxresults, 50));
  ListAuthorizationsAnswer answer{.HostedZoneId = zone->id.value};
  for (const ZoneVpc& vpc : zone->authorized) {
    if (answer.VPCs.empty() && vpc.vpc.value != request.nexttoken.value_or(vpc.vpc.value)) {
      continue;
    }
    if (answer.VPCs.size() == size) {
      answer.NextToken = vpc.vpc.value;
      break;
    }
    answer.VPCs.push_back(vpc_item(vpc));
  }
  return answer;
}

}  // namespace

std::vector<Action> zone_vpc_actions() {
  return {write<associate>("AssociateVPCWithHostedZone"),
          write<disassociate>("DisassociateVPCFromHostedZone"),
          write<authorize>("CreateVPCAssociationAuthorization"),
          write<deauthorize>("DeleteVPCAssociationAuthorization"),
          read<list_authorizations>("ListVPCAssociationAuthorizations")};
}

}  // namespace postern::api::route53
