// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/service_item.h"

#include "model/cross_region.h"
#include "model/dns_names.h"
#include "model/zones.h"

namespace postern::api::ec2 {
namespace {

// The names that `account` has for the zones; ids that it has no name for are left out of both.
void put_zones(const model::Id<model::Account>& account, const model::EndpointService& service,
               std::vector<std::string>& ids, std::vector<std::string>& names) {
  for (const std::string& id : service.zone_ids) {
    if (const auto name = model::zone_name(account, service.region, id)) {
      ids.push_back(id);
      names.push_back(*name);
    }
  }
}

// From another region a service is in no zone: these are the consumer's that may have endpoints.
void put_remote_zones(const model::Caller& consumer, ServiceDetail& detail) {
  for (std::string& id : model::remote_zone_ids(consumer.account, consumer.region)) {
    detail.availabilityZoneSet.push_back(*model::zone_name(consumer.account, consumer.region, id));
    detail.availabilityZoneIdSet.push_back(std::move(id));
  }
}

std::string text(model::DnsNameState state) {
  switch (state) {
    case model::DnsNameState::PendingVerification:
      return "pendingVerification";
    case model::DnsNameState::Verified:
      return "verified";
    case model::DnsNameState::Failed:
      return "failed";
  }
  return "";
}

// Absent when each endpoint's owner pays. [EC2 API reference, ServiceConfiguration]
std::optional<std::string> payer(const model::EndpointService& service) {
  return service.owner_pays ? std::optional<std::string>("ServiceOwner") : std::nullopt;
}

}  // namespace

std::string_view text(model::ServiceState state) {
  switch (state) {
    case model::ServiceState::Pending:
      return "Pending";
    case model::ServiceState::Available:
      return "Available";
    case model::ServiceState::Deleting:
      return "Deleting";
    case model::ServiceState::Deleted:
      return "Deleted";
    case model::ServiceState::Failed:
      return "Failed";
  }
  return "";
}

ServiceItem service_item(const model::EndpointService& service) {
  ServiceItem item{
      .serviceType = {{"Interface"}},
      .serviceId = service.id.value,
      .serviceName = service.name,
      .serviceState = std::string(text(service.state)),
      .acceptanceRequired = service.acceptance_required,
      .supportedIpAddressTypeSet = service.ip_address_types,
      .baseEndpointDnsNameSet = {model::base_endpoint_name(service)},
      .payerResponsibility = payer(service),
      .tagSet = tag_items(service.tags),
      .supportedRegionSet = {{service.region, std::string(text(service.state))}},
  };
  for (const std::string& region : service.supported_regions) {
    item.supportedRegionSet.push_back({region, std::string(text(service.state))});
  }
  item.remoteAccessEnabled = !service.supported_regions.empty();
  if (service.private_dns) {
    item.privateDnsName = service.private_dns->name;
    item.privateDnsNameConfiguration = {.state = text(service.private_dns->state),
                                        .type = "TXT",
                                        .value = service.private_dns->record_value,
                                        .name = service.private_dns->record_name};
  }
  put_zones(service.owner, service, item.availabilityZoneIdSet, item.availabilityZoneSet);
  for (const auto& arn : service.load_balancers) {
    item.networkLoadBalancerArnSet.push_back(arn.value);
  }
  return item;
}

ServiceDetail service_detail(const model::EndpointService& service, const model::Caller& consumer) {
  ServiceDetail detail{
      .serviceName = service.name,
      .serviceId = service.id.value,
      .serviceType = {{"Interface"}},
      .serviceRegion = service.region,
      .owner = service.owner.value,
      .baseEndpointDnsNameSet = {model::base_endpoint_name(service)},
      .acceptanceRequired = service.acceptance_required,
      .payerResponsibility = payer(service),
      .supportedIpAddressTypeSet = service.ip_address_types,
  };
  if (service.private_dns) {
    detail.privateDnsName = service.private_dns->name;
    detail.privateDnsNameSet = {{service.private_dns->name}};
    detail.privateDnsNameVerificationState = text(service.private_dns->state);
  }
  if (service.region == consumer.region) {
    put_zones(consumer.account, service, detail.availabilityZoneIdSet, detail.availabilityZoneSet);
  } else {
    put_remote_zones(consumer, detail);
  }
  if (consumer.account == service.owner) {
    detail.tagSet = tag_items(service.tags);
  }
  return detail;
}

}  // namespace postern::api::ec2
