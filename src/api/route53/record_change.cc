// SPDX-License-Identifier: Apache-2.0
#include "api/route53/record_change.h"

#include <algorithm>

#include "api/route53/domain_name.h"
#include "api/route53/record_value.h"
#include "api/route53/zone.h"
#include "model/dns_names.h"
#include "model/hosted_zones.h"

namespace postern::api::route53 {
namespace {

using model::AliasTarget;
using model::HostedZone;
using model::ResourceRecordSet;

constexpr long kTtlMax = 2'147'483'647;

// What is wrong with a change, in Route 53's words.
using Problem = std::optional<std::string>;

std::string without_dot(const std::string& name) {
  return name.substr(0, name.size() - 1);
}

// The region that an AWS name is of: the part before what all names of its kind end in.
std::string region_in(std::string_view name, std::string_view before, std::string_view after) {
  const auto end = name.rfind(after);
  if (end == std::string_view::npos) {
    return "";
  }
  name = name.substr(0, end);
  const auto begin = before.empty() ? name.rfind('.') : name.rfind(before);
  return begin == std::string_view::npos
             ? ""
             : std::string(name.substr(begin + (before.empty() ? 1 : before.size())));
}

// Whether AWS's zone of that id has names like this one: those of endpoints and load balancers.
bool is_in_aws_zone(const std::string& zone_id, const std::string& name) {
  const std::string endpoint_region = region_in(name, "", ".vpce.amazonaws.com");
  const std::string nlb_region = region_in(name, ".elb.", ".amazonaws.com");
  const std::string alb_region = region_in(name, "", ".elb.amazonaws.com");
  return (!endpoint_region.empty() && zone_id == model::endpoint_hosted_zone_id(endpoint_region)) ||
         (!nlb_region.empty() && zone_id == model::load_balancer_hosted_zone_id(nlb_region)) ||
         (!alb_region.empty() && zone_id == model::application_hosted_zone_id(alb_region));
}

Problem alias_problem(const HostedZone& zone, const ResourceRecordSet& set) {
  const AliasTarget& alias = *set.alias;
  const std::string tried =
      fmt::format("Tried to create an alias that targets {}, type {} in zone {}, but ",
                  alias.dns_name, set.type, alias.hosted_zone_id);
  if (alias.hosted_zone_id != zone.id.value) {
    return is_in_aws_zone(alias.hosted_zone_id, without_dot(alias.dns_name))
               ? std::nullopt
               : Problem(tried + "the alias target name does not lie within the target zone");
  }
  if (!zone.record_sets.contains(model::record_set_key(alias.dns_name, set.type))) {
    return tried + "that target was not found";
  }
  return std::nullopt;
}

Problem unserved_problem(const RecordSetRequest& request) {
  for (const auto& [name, given] :
       {std::pair{"SetIdentifier", request.SetIdentifier.has_value()},
        {"Region", request.Region.has_value()},
        {"Failover", request.Failover.has_value()},
        {"HealthCheckId", request.HealthCheckId.has_value()},
        {"TrafficPolicyInstanceId", request.TrafficPolicyInstanceId.has_value()},
        {"Weight", request.Weight.has_value()},
        {"MultiValueAnswer", request.MultiValueAnswer.has_value()}}) {
    if (given) {
      return fmt::format("{} is not supported: routing policies and health checks are not served",
                         name);
    }
  }
  if (!is_record_type(request.Type)) {
    return fmt::format("Records of type {} are not supported", request.Type);
  }
  return std::nullopt;
}

Problem form_problem(const RecordSetRequest& request) {
  const bool values = !request.ResourceRecords.empty();
  if (values == request.AliasTarget.has_value()) {
    return fmt::format(
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
        "ResourceRecords]], but found {}, in Change with [Name={}, Type={}]",
        values ? "more than one" : "none", request.Name, request.Type);
  }
  if (values != request.TTL.has_value()) {
    return fmt::format("Invalid request: {} TTL in Change with [Name={}, Type={}]",
                       values ? "Missing field" : "An alias has no", request.Name, request.Type);
  }
  if (request.TTL && (*request.TTL < 0 || *request.TTL > kTtlMax)) {
    return fmt::format("Invalid TTL {}", *request.TTL);
  }
  if (request.Type == "CNAME" && request.ResourceRecords.size() > 1) {
    return fmt::format("Invalid Resource Record: '{}' has more than one value; a CNAME has one",
                       request.Name);
  }
  return std::nullopt;
}

struct Read {
  ResourceRecordSet set;
  Problem problem;
};

Read read_set(const RecordSetRequest& request) {
  Read read;
  read.problem = unserved_problem(request);
  if (!read.problem) {
    read.problem = form_problem(request);
  }
  const auto name = domain_name(request.Name);
  if (!read.problem && !name) {
    read.problem = fmt::format("Invalid domain name: '{}'", request.Name);
  }
  if (read.problem) {
    return read;
  }
  read.set = {.name = *name,
              .type = request.Type,
              .ttl_seconds = static_cast<int>(request.TTL.value_or(0))};
  for (const ResourceRecord& record : request.ResourceRecords) {
    read.problem = read.problem ? read.problem : value_problem(request.Type, record.Value);
    read.set.values.push_back(record.Value);
  }
  if (request.AliasTarget) {
    const auto target = domain_name(request.AliasTarget->DNSName);
    if (!target) {
      read.problem = fmt::format("Invalid alias target: '{}'", request.AliasTarget->DNSName);
      return read;
    }
    read.set.alias =
        AliasTarget{.hosted_zone_id = bare_id(request.AliasTarget->HostedZoneId),
                    .dns_name = *target,
                    .evaluate_target_health = request.AliasTarget->EvaluateTargetHealth};
  }
  return read;
}

bool same_content(const ResourceRecordSet& a, const ResourceRecordSet& b) {
  if (a.alias.has_value() != b.alias.has_value() || a.ttl_seconds != b.ttl_seconds) {
    return false;
  }
  if (a.alias && (a.alias->dns_name != b.alias->dns_name ||
                  a.alias->hosted_zone_id != b.alias->hosted_zone_id)) {
    return false;
  }
  return std::is_permutation(a.values.begin(), a.values.end(), b.values.begin(), b.values.end());
}

std::string tried_to(std::string_view what, const ResourceRecordSet& set) {
  return fmt::format("Tried to {} resource record set [name='{}', type='{}']", what, set.name,
                     set.type);
}

// [RFC 1034 3.6.2: where there is a CNAME there is nothing else]
Problem cname_problem(const HostedZone& zone, const ResourceRecordSet& set) {
  if (set.type == "CNAME" && set.name == zone.name) {
    return fmt::format("RRSet of type CNAME with DNS name {} is not permitted at apex in zone {}",
                       set.name, zone.name);
  }
  for (const auto& [key, other] : zone.record_sets) {
    if (other.name == set.name && other.type != set.type &&
        (set.type == "CNAME" || other.type == "CNAME")) {
      return fmt::format(
          "RRSet of type {} with DNS name {} is not permitted as it conflicts with other records "
          "with the same DNS name in zone {}",
          set.type, set.name, zone.name);
    }
  }
  return std::nullopt;
}

Problem put(HostedZone& zone, const ResourceRecordSet& set, bool replace) {
  const std::string key = model::record_set_key(set.name, set.type);
  if (!replace && zone.record_sets.contains(key)) {
    return tried_to("create", set) + " but it already exists";
  }
  Problem problem = cname_problem(zone, set);
  if (!problem && set.alias) {
    problem = alias_problem(zone, set);
  }
  if (!problem) {
    zone.record_sets[key] = set;
  }
  return problem;
}

Problem remove(HostedZone& zone, const ResourceRecordSet& set) {
  const auto at = zone.record_sets.find(model::record_set_key(set.name, set.type));
  if (at == zone.record_sets.end()) {
    return tried_to("delete", set) + " but it was not found";
  }
  if (!same_content(at->second, set)) {
    return tried_to("delete", set) + " but the values provided do not match the current values";
  }
  if (set.name == zone.name && (set.type == "NS" || set.type == "SOA")) {
    return fmt::format("A HostedZone must contain {} for the zone itself.",
                       set.type == "NS" ? "at least one NS record" : "exactly one SOA record");
  }
  zone.record_sets.erase(at);
  return std::nullopt;
}

Problem make(HostedZone& zone, const ChangeRequest& change) {
  const Read read = read_set(change.ResourceRecordSet);
  if (read.problem) {
    return read.problem;
  }
  if (!model::is_within(read.set.name, zone.name)) {
    return fmt::format("RRSet with DNS name {} is not permitted in zone {}", read.set.name,
                       zone.name);
  }
  if (change.Action == "DELETE") {
    return remove(zone, read.set);
  }
  if (change.Action != "CREATE" && change.Action != "UPSERT") {
    return fmt::format("Invalid action '{}'", change.Action);
  }
  return put(zone, read.set, change.Action == "UPSERT");
}

}  // namespace

Result<HostedZone> changed(HostedZone zone, const std::vector<ChangeRequest>& changes) {
  std::string problems;
  for (const ChangeRequest& change : changes) {
    if (const Problem problem = make(zone, change)) {
      problems += (problems.empty() ? "" : ", ") + *problem;
    }
  }
  if (!problems.empty()) {
    return refuse(faults::InvalidChangeBatch, "[{}]", problems);
  }
  return zone;
}

}  // namespace postern::api::route53
