// SPDX-License-Identifier: Apache-2.0
// Hosted zones: create, read, comment, delete; GetChange, GetDNSSEC. [Route 53 API reference]
#include <algorithm>

#include "api/route53/actions.h"
#include "api/route53/domain_name.h"
#include "api/route53/zone.h"

namespace postern::api::route53 {
namespace {

using model::HostedZone;
using model::Id;
using model::ResourceRecordSet;
using model::Transaction;

constexpr std::ptrdiff_t kZonesMax = 500;  // of an account. [Route 53 guide, "Quotas"]
constexpr std::size_t kReferenceLengthMax = 128;
constexpr std::size_t kCommentLengthMax = 256;

struct DelegationSet {
  std::vector<std::string> NameServers;
};
BOOST_DESCRIBE_STRUCT(DelegationSet, (), (NameServers))

// ---- CreateHostedZone ----

struct ConfigRequest {
  std::optional<std::string> Comment;
  std::optional<bool> PrivateZone;
};
BOOST_DESCRIBE_STRUCT(ConfigRequest, (), (Comment, PrivateZone))

struct CreateHostedZoneRequest {
  std::string Name;
  std::optional<VpcItem> VPC;
  std::string CallerReference;
  ConfigRequest HostedZoneConfig;
  std::optional<std::string> DelegationSetId;
};
BOOST_DESCRIBE_STRUCT(CreateHostedZoneRequest, (),
                      (Name, VPC, CallerReference, HostedZoneConfig, DelegationSetId))

struct CreateHostedZoneAnswer {
  ZoneItem HostedZone;
  struct ChangeInfo ChangeInfo;
  struct DelegationSet DelegationSet;
  std::optional<VpcItem> VPC;
};
BOOST_DESCRIBE_STRUCT(CreateHostedZoneAnswer, (), (HostedZone, ChangeInfo, DelegationSet, VPC))

Result<> check_create(const model::World& world, const model::Caller& caller,
                      const CreateHostedZoneRequest& request) {
  if (request.CallerReference.empty() || request.CallerReference.size() > kReferenceLengthMax) {
    return refuse(faults::InvalidInput, "CallerReference must have 1 to {} characters",
                  kReferenceLengthMax);
  }
  if (request.HostedZoneConfig.Comment.value_or("").size() > kCommentLengthMax) {
    return refuse(faults::InvalidInput, "A comment has up to {} characters", kCommentLengthMax);
  }
  if (!request.DelegationSetId.value_or("").empty()) {
    return refuse(faults::InvalidInput, "No delegation set found with ID: {}",
                  *request.DelegationSetId);
  }
  if (request.HostedZoneConfig.PrivateZone.value_or(false) && !request.VPC) {
    return refuse(faults::InvalidInput,
                  "When you're creating a private hosted zone (when you specify true for "
                  "PrivateZone), you must also specify values for VPCId and VPCRegion.");
  }
  std::ptrdiff_t owned = 0;
  for (const auto& [id, zone] : world.all<HostedZone>()) {
    owned += zone->owner == caller.account ? 1 : 0;
    if (zone->owner == caller.account && zone->caller_reference == request.CallerReference) {
      return refuse(faults::HostedZoneAlreadyExists,
                    "A hosted zone has already been created with the specified caller reference.");
    }
  }
  if (owned >= kZonesMax) {
    return refuse(faults::TooManyHostedZones,
                  "Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.");
  }
  return {};
}

// As Route 53 names them: one of each of four domains; those of private zones are always the same.
std::vector<std::string> name_servers(IdSource& ids, bool is_private) {
  std::vector<std::string> servers;
  for (const auto& [domain, base] :
       {std::pair{"co.uk", 1536U}, {"com", 0U}, {"net", 512U}, {"org", 1024U}}) {
    const std::uint64_t number = is_private ? 0 : ids.next() % 512;
    servers.push_back(fmt::format("ns-{}.awsdns-{:02}.{}", base + number, number % 64, domain));
  }
  return servers;
}

void add_set(HostedZone& zone, ResourceRecordSet set) {
  const std::string key = model::record_set_key(set.name, set.type);
  zone.record_sets[key] = std::move(set);
}

// [Route 53 guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone"]
void add_own_records(HostedZone& zone) {
  ResourceRecordSet servers{.name = zone.name, .type = "NS", .ttl_seconds = 172800};
  for (const std::string& server : zone.name_servers) {
    servers.values.push_back(server + '.');
  }
  add_set(zone, {.name = zone.name,
                 .type = "SOA",
                 .ttl_seconds = 900,
                 .values = {servers.values.front() +
                            " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"}});
  add_set(zone, std::move(servers));
}

Result<> add_vpc(const model::World& world, const model::Caller& caller, const VpcItem& vpc,
                 HostedZone& zone) {
  const model::ZoneVpc joined{.vpc = Id<model::Vpc>(vpc.VPCId), .region = vpc.VPCRegion};
  const model::Vpc* found = world.find(joined.vpc);
  if (found == nullptr || found->owner != caller.account || found->region != joined.region) {
    return refuse(faults::InvalidVPCId, "The VPC: {} in region {} does not exist.", vpc.VPCId,
                  vpc.VPCRegion);
  }
  TRY(check_no_conflict(world, joined, zone.name));
  zone.is_private = true;
  zone.vpcs.push_back(joined);
  return {};
}

Result<CreateHostedZoneAnswer> create_hosted_zone(Transaction& tx, const model::Caller& caller,
                                                  const CreateHostedZoneRequest& request) {
  const auto name = domain_name(request.Name);
  if (!name) {
    return refuse(faults::InvalidDomainName, "{} is not a valid domain name.", request.Name);
  }
  TRY(check_create(tx.world(), caller, request));
  std::string id = tx.ids().lower_alnum(20);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  HostedZone zone{.id = Id<HostedZone>("Z" + id),
                  .owner = caller.account,
                  .name = *name,
                  .caller_reference = request.CallerReference,
                  .comment = request.HostedZoneConfig.Comment.value_or(""),
                  .created_at = tx.now()};
  if (request.VPC) {
    TRY(add_vpc(tx.world(), caller, *request.VPC, zone));
  }
  zone.name_servers = name_servers(tx.ids(), zone.is_private);
  add_own_records(zone);
  tx.put(zone);
  return CreateHostedZoneAnswer{.HostedZone = zone_item(zone),
                                .ChangeInfo = note_change(tx, caller),
                                .DelegationSet = {.NameServers = zone.name_servers},
                                .VPC = request.VPC};
}

// ---- GetHostedZone ----

struct ZoneRequest {
  std::string Id;
};
BOOST_DESCRIBE_STRUCT(ZoneRequest, (), (Id))

struct GetHostedZoneAnswer {
  ZoneItem HostedZone;
  std::optional<struct DelegationSet> DelegationSet;
  std::optional<std::vector<VpcItem>> VPCs;
};
BOOST_DESCRIBE_STRUCT(GetHostedZoneAnswer, (), (HostedZone, DelegationSet, VPCs))

Result<GetHostedZoneAnswer> get_hosted_zone(const View& view, const ZoneRequest& request) {
  TRY_ASSIGN(const auto* zone, find_zone(view.world, view.caller, request.Id));
  GetHostedZoneAnswer answer{.HostedZone = zone_item(*zone)};
  if (zone->is_private) {
    for (const model::ZoneVpc& vpc : zone->vpcs) {
      answer.VPCs = answer.VPCs.value_or(std::vector<VpcItem>());
      answer.VPCs->push_back(vpc_item(vpc));
    }
  } else {
    answer.DelegationSet = {.NameServers = zone->name_servers};
  }
  return answer;
}

// ---- UpdateHostedZoneComment ----

struct UpdateHostedZoneCommentRequest {
  std::string Id;
  std::optional<std::string> Comment;
};
BOOST_DESCRIBE_STRUCT(UpdateHostedZoneCommentRequest, (), (Id, Comment))

struct UpdateHostedZoneCommentAnswer {
  ZoneItem HostedZone;
};
BOOST_DESCRIBE_STRUCT(UpdateHostedZoneCommentAnswer, (), (HostedZone))

Result<UpdateHostedZoneCommentAnswer> update_hosted_zone_comment(
    Transaction& tx, const model::Caller& caller, const UpdateHostedZoneCommentRequest& request) {
  TRY_ASSIGN(const auto* found, find_zone(tx.world(), caller, request.Id));
  HostedZone zone = *found;
  zone.comment = request.Comment.value_or("");
  if (zone.comment.size() > kCommentLengthMax) {
    return refuse(faults::InvalidInput, "A comment has up to {} characters", kCommentLengthMax);
  }
  tx.put(zone);
  return UpdateHostedZoneCommentAnswer{.HostedZone = zone_item(zone)};
}

// ---- DeleteHostedZone ----

// Only the records that the zone was made with may be left. [DeleteHostedZone]
Result<ChangeAnswer> delete_hosted_zone(Transaction& tx, const model::Caller& caller,
                                        const ZoneRequest& request) {
  TRY_ASSIGN(const auto* zone, find_zone(tx.world(), caller, request.Id));
  const bool others =
      std::any_of(zone->record_sets.begin(), zone->record_sets.end(), [&](const auto& row) {
        return row.second.name != zone->name ||
               (row.second.type != "NS" && row.second.type != "SOA");
      });
  if (others) {
    return refuse(faults::HostedZoneNotEmpty,
                  "The specified hosted zone contains non-required resource record sets and so "
                  "cannot be deleted.");
  }
  tx.erase(Id<HostedZone>(zone->id));
  return ChangeAnswer{.ChangeInfo = note_change(tx, caller)};
}

// ---- GetChange, GetDNSSEC ----

Result<ChangeAnswer> get_change(const View& view, const ZoneRequest& request) {
  const auto* change = view.world.find(Id<model::ZoneChange>(bare_id(request.Id)));
  if (change == nullptr || change->owner != view.caller.account) {
    return refuse(faults::NoSuchChange, "Could not find resource with ID: {}", request.Id);
  }
  return ChangeAnswer{.ChangeInfo = change_info(*change)};
}

struct DnssecStatus {
  std::string ServeSignature = "NOT_SIGNING";
};
BOOST_DESCRIBE_STRUCT(DnssecStatus, (), (ServeSignature))

struct GetDnssecAnswer {
  DnssecStatus Status;
  std::vector<std::string> KeySigningKeys;
};
BOOST_DESCRIBE_STRUCT(GetDnssecAnswer, (), (Status, KeySigningKeys))

Result<GetDnssecAnswer> get_dnssec(const View& view, const ZoneRequest& request) {
  TRY_ASSIGN(const auto* zone, find_zone(view.world, view.caller, request.Id));
  if (zone->is_private) {
    return refuse(faults::InvalidInput, "Operation is unsupported for private hosted zones");
  }
  return GetDnssecAnswer{};
}

}  // namespace

std::vector<Action> hosted_zone_actions() {
  return {write<create_hosted_zone>("CreateHostedZone"),
          read<get_hosted_zone>("GetHostedZone"),
          write<update_hosted_zone_comment>("UpdateHostedZoneComment"),
          write<delete_hosted_zone>("DeleteHostedZone"),
          read<get_change>("GetChange"),
          read<get_dnssec>("GetDNSSEC")};
}

}  // namespace postern::api::route53
