// SPDX-License-Identifier: Apache-2.0
// StartVpcEndpointServicePrivateDnsVerification, and the rules that other actions share.
#include "api/ec2/endpoint_private_dns.h"

#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/find.h"
#include "model/aws_services.h"
#include "model/domain_verification.h"

namespace postern::api::ec2 {
namespace {

using model::DnsNameState;
using model::EndpointService;
using model::PrivateDnsName;
using model::Transaction;
using model::VpcEndpoint;
using model::World;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// Two labels or more, after the wildcard if there is one. [PrivateLink guide, "Domain name
// considerations": lower case, 63 characters a label, 255 in all]
bool is_private_dns_name(std::string_view name) {
  if (name.size() > 255) {
    return false;
  }
  name.remove_prefix(name.starts_with("*.") ? 2 : 0);
  int labels = 0;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    if (!is_label(name.substr(0, dot)) || dot + 1 == name.size()) {
      return false;
    }
    ++labels;
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return labels >= 2;
}

// ---- StartVpcEndpointServicePrivateDnsVerification ----

struct StartRequest {
  std::string ServiceId;
};
BOOST_DESCRIBE_STRUCT(StartRequest, (), (ServiceId))

// AWS looks for a while and then gives up; here what is to be found is there or it is not.
Result<Done> start_verification(Transaction& tx, const model::Caller& caller,
                                const StartRequest& request) {
  TRY_ASSIGN(const auto* const found, find<EndpointService>(tx.world(), caller, request.ServiceId));
  if (!found->private_dns) {
    return refuse(faults::InvalidParameter, "The service {} does not have a private DNS name.",
                  found->id);
  }
  EndpointService service = *found;
  service.private_dns->state = model::is_domain_proven(tx.world(), *service.private_dns)
                                   ? DnsNameState::Verified
                                   : DnsNameState::Failed;
  tx.put(std::move(service));
  return Done{};
}

// ---- endpoints

// [EC2 API, CreateVpcEndpoint, PrivateDnsEnabled; recorded answers]
Result<> check_vpc(const World& world, const model::Id<model::Vpc>& id) {
  const model::Vpc* vpc = world.find(id);
  if (vpc == nullptr || !vpc->enable_dns_support || !vpc->enable_dns_hostnames) {
    return refuse(faults::InvalidParameter,
                  "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
                  "attributes set to true for {}",
                  id);
  }
  return {};
}

// [PrivateLink guide, "Domain ownership verification": without it new requests are denied]
Result<PrivateDnsName> usable_name(const World& world, const VpcEndpoint& endpoint) {
  const auto service = model::service_of(world, endpoint);
  if (!service || !service->private_dns) {
    return refuse(faults::InvalidParameter,
                  "Private DNS can't be enabled because the service {} does not provide a private "
                  "DNS name.",
                  endpoint.service_name);
  }
  if (service->private_dns->state != DnsNameState::Verified) {
    return refuse(faults::InvalidParameter,
                  "Private DNS can't be enabled because the service {} has not verified the "
                  "private DNS name.",
                  endpoint.service_name);
  }
  // [recorded: the answer of AWS that projects quote; PrivateLink guide, "Enable private DNS
  // names"]
  if (endpoint.state == model::EndpointState::PendingAcceptance && service->acceptance_required) {
    return refuse(
        faults::InvalidParameter,
        "Private DNS can only be enabled after the endpoint connection is accepted by the "
        "owner of {}.",
        endpoint.service_name);
  }
  return *service->private_dns;
}

bool has_zone_of(const World& world, const VpcEndpoint& endpoint, std::string_view domain) {
  const std::string name = fmt::format("{}.", domain);
  for (const auto& [id, zone] : world.all<model::HostedZone>()) {
    const bool joined =
        std::any_of(zone->vpcs.begin(), zone->vpcs.end(),
                    [&](const model::ZoneVpc& vpc) { return vpc.vpc == endpoint.vpc; });
    if (joined && zone->name == name) {
      return true;
    }
  }
  return false;
}

bool has_endpoint_of(const World& world, const VpcEndpoint& endpoint, std::string_view domain) {
  for (const auto& [id, other] : world.all<VpcEndpoint>()) {
    if (id == endpoint.id || other->vpc != endpoint.vpc || other->private_zone_id.empty() ||
        other->state == model::EndpointState::Deleted) {
      continue;
    }
    const auto service = model::service_of(world, *other);
    if (service && service->private_dns && model::domain_of(*service->private_dns) == domain) {
      return true;
    }
  }
  return false;
}

Result<> check_no_conflict(const World& world, const VpcEndpoint& endpoint,
                           const PrivateDnsName& name) {
  const auto domain = model::domain_of(name);
  if (has_zone_of(world, endpoint, domain) || has_endpoint_of(world, endpoint, domain)) {
    return refuse(faults::InvalidParameter,
                  "private-dns-enabled cannot be set because there is already a conflicting DNS "
                  "domain for {} in the VPC {}",
                  name.name, endpoint.vpc);
  }
  return {};
}

}  // namespace

Result<PrivateDnsName> private_dns_name(IdSource& ids, const std::string& name) {
  if (!is_private_dns_name(name)) {
    return refuse(faults::InvalidParameter, "The private DNS name '{}' is not valid", name);
  }
  return model::new_private_dns_name(ids, name);
}

Result<> set_private_dns(Transaction& tx, VpcEndpoint& endpoint, bool wanted) {
  if (!wanted) {
    endpoint.private_zone_id.clear();
    return {};
  }
  if (!endpoint.private_zone_id.empty()) {
    return {};
  }
  TRY_ASSIGN(const auto name, usable_name(tx.world(), endpoint));
  TRY(check_vpc(tx.world(), endpoint.vpc));
  TRY(check_no_conflict(tx.world(), endpoint, name));
  std::string id = tx.ids().lower_alnum(20);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  endpoint.private_zone_id = "Z" + id;
  return {};
}

std::vector<Action> endpoint_private_dns_actions() {
  return {write<start_verification>("StartVpcEndpointServicePrivateDnsVerification")};
}

}  // namespace postern::api::ec2
