// SPDX-License-Identifier: Apache-2.0
// Endpoint services as consumers find them: the console's "verify service".
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "api/ec2/gateway_endpoint.h"
#include "api/ec2/pages.h"
#include "api/ec2/service_item.h"
#include "api/ec2/service_lookup.h"
#include "api/wire/digest.h"
#include "model/cross_region.h"
#include "model/dns_names.h"
#include "model/principal.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointService;

struct DescribeServicesRequest {
  std::vector<std::string> ServiceName;
  std::vector<std::string> ServiceRegion;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeServicesRequest, (),
                      (ServiceName, ServiceRegion, Filter, MaxResults, NextToken))

struct DescribeServicesAnswer {
  std::vector<std::string> serviceNameSet;
  std::vector<ServiceDetail> serviceDetailSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeServicesAnswer, (), (serviceNameSet, serviceDetailSet, nextToken))

// A service of either type, as it is offered to somebody.
struct Offer {
  explicit Offer(EndpointService offered, std::string of_type = "Interface")
      : service(std::move(offered)), type(std::move(of_type)), tags(service.tags) {}

  EndpointService service;
  std::string type;
  model::Tags tags;  // by which it is filtered
};

const FilterTable<Offer>& offer_filters() {
  static const FilterTable<Offer> kTable = {
      {"owner", [](const Offer& o) { return Values{o.service.owner.value}; }},
      {"service-name", [](const Offer& o) { return Values{o.service.name}; }},
      {"service-region", [](const Offer& o) { return Values{o.service.region}; }},
      {"service-type", [](const Offer& o) { return Values{o.type}; }},
      {"supported-ip-address-types", [](const Offer& o) { return o.service.ip_address_types; }},
  };
  return kTable;
}

// Whether the service is listed for a caller who names none. One that is open to everybody (*) is
// found by its name only. [EC2 API, ModifyVpcEndpointServicePermissions]
bool is_listed(const EndpointService& service, const model::Caller& caller) {
  const auto& allowed = service.allowed_principals;
  return service.owner == caller.account ||
         std::any_of(allowed.begin(), allowed.end(), [&](const model::AllowedPrincipal& entry) {
           return entry.principal != "*" && model::covers(entry, caller);
         });
}

// AWS's own, of which S3 is offered in both types.
std::vector<Offer> offers_of_aws(const std::string& region) {
  std::vector<Offer> offers;
  for (EndpointService& service : model::aws_services(region)) {
    offers.emplace_back(std::move(service));
  }
  for (const GatewayService& gateway : gateway_services(region)) {
    EndpointService service = offers.front().service;
    service.name = gateway.name;
    service.private_dns.reset();
    offers.emplace_back(std::move(service), "Gateway");
  }
  return offers;
}

bool has(const std::vector<std::string>& regions, const std::string& region) {
  return std::ranges::count(regions, region) != 0;
}

// The service of that name in one of the regions.
Result<EndpointService> usable_in_one(const View& view, const std::string& name,
                                      const std::vector<std::string>& regions) {
  for (const std::string& region : regions) {
    if (auto found = usable_service(view.world, view.caller, name, region)) {
      return found;
    }
  }
  return usable_service(view.world, view.caller, name, regions.front());
}

Result<std::vector<Offer>> named(const View& view, const std::vector<std::string>& names,
                                 const std::vector<std::string>& regions) {
  std::vector<Offer> offers;
  for (const std::string& name : names) {
    const std::size_t before = offers.size();
    if (has(regions, view.caller.region)) {
      for (Offer& offer : offers_of_aws(view.caller.region)) {
        if (offer.service.name == name) {
          offers.push_back(std::move(offer));
        }
      }
    }
    if (offers.size() == before) {
      TRY_ASSIGN(auto service, usable_in_one(view, name, regions));
      offers.emplace_back(std::move(service));
    }
  }
  return offers;
}

std::vector<Offer> listed(const View& view, const std::vector<std::string>& regions) {
  std::vector<Offer> offers;
  if (has(regions, view.caller.region)) {
    offers = offers_of_aws(view.caller.region);
  }
  for (const auto& [id, service] : view.world.all<EndpointService>()) {
    if (has(regions, service->region) && model::is_offered_in(*service, view.caller.region) &&
        is_listed(*service, view.caller)) {
      offers.emplace_back(*service);
    }
  }
  return offers;
}

ServiceDetail detail_of(const Offer& offer, const model::Caller& caller) {
  ServiceDetail detail = service_detail(offer.service, caller);
  if (offer.service.owner.value == model::kAmazon) {
    detail.serviceId =
        "vpce-svc-" + wire::sha256_hex(offer.type + " " + offer.service.name).substr(0, 17);
    detail.vpcEndpointPolicySupported = true;
  }
  if (offer.type == "Gateway") {
    detail.serviceType = {{offer.type}};
    // s3.<region>.amazonaws.com: gateways have no names of their own.
    detail.baseEndpointDnsNameSet = {
        fmt::format("{}.{}.{}", offer.service.name.substr(offer.service.name.rfind('.') + 1),
                    offer.service.region, model::amazon_domain(offer.service.region))};
  }
  return detail;
}

Result<DescribeServicesAnswer> describe_vpc_endpoint_services(
    const View& view, const DescribeServicesRequest& request) {
  TRY(offer_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  // "The service Regions": the caller's own, unless others are named. [EC2 API reference]
  const std::vector<std::string> regions =
      request.ServiceRegion.empty() ? std::vector{view.caller.region} : request.ServiceRegion;
  std::vector<Offer> offers;
  if (request.ServiceName.empty()) {
    offers = listed(view, regions);
  } else {
    TRY_ASSIGN(offers, named(view, request.ServiceName, regions));
  }
  std::erase_if(
      offers, [&](const Offer& offer) { return !offer_filters().matches(request.Filter, offer); });
  const auto name = [](const Offer& offer) { return offer.service.name + ' ' + offer.type; };
  std::sort(offers.begin(), offers.end(),
            [&](const auto& a, const auto& b) { return name(a) < name(b); });
  DescribeServicesAnswer answer{.nextToken = cut_to_page(page, offers, name)};
  for (const Offer& offer : offers) {
    // A name is listed once, of however many types it is.
    if (answer.serviceNameSet.empty() || answer.serviceNameSet.back() != offer.service.name) {
      answer.serviceNameSet.push_back(offer.service.name);
    }
    answer.serviceDetailSet.push_back(detail_of(offer, view.caller));
  }
  return answer;
}

}  // namespace

std::vector<Action> endpoint_service_discovery_actions() {
  return {read<describe_vpc_endpoint_services>("DescribeVpcEndpointServices")};
}

}  // namespace postern::api::ec2
