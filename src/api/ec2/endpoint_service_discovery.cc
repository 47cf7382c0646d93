// SPDX-License-Identifier: Apache-2.0
// Endpoint services as consumers find them: the console's "verify service".
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "api/ec2/pages.h"
#include "api/ec2/service_item.h"
#include "api/ec2/service_lookup.h"
#include "model/principal.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointService;

struct DescribeRequest {
  std::vector<std::string> ServiceName;
  std::vector<std::string> ServiceRegion;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeRequest, (),
                      (ServiceName, ServiceRegion, Filter, MaxResults, NextToken))

struct DescribeAnswer {
  std::vector<std::string> serviceNameSet;
  std::vector<ServiceDetail> serviceDetailSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAnswer, (), (serviceNameSet, serviceDetailSet, nextToken))

const FilterTable<EndpointService>& describe_filters() {
  using Values = std::vector<std::string>;
  static const FilterTable<EndpointService> kTable = {
      {"owner", [](const EndpointService& s) { return Values{s.owner.value}; }},
      {"service-name", [](const EndpointService& s) { return Values{s.name}; }},
      {"service-region", [](const EndpointService& s) { return Values{s.region}; }},
      {"service-type", [](const EndpointService&) { return Values{"Interface"}; }},
      {"supported-ip-address-types", [](const EndpointService& s) { return s.ip_address_types; }},
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

Result<std::vector<const EndpointService*>> named_or_listed(const View& view,
                                                            const DescribeRequest& request) {
  std::vector<const EndpointService*> services;
  for (const std::string& name : request.ServiceName) {
    TRY_ASSIGN(const auto* const service, usable_service(view.world, view.caller, name));
    services.push_back(service);
  }
  if (request.ServiceName.empty()) {
    for (const auto& [id, service] : view.world.all<EndpointService>()) {
      if (service->region == view.caller.region && is_listed(*service, view.caller)) {
        services.push_back(service.get());
      }
    }
  }
  return services;
}

Result<DescribeAnswer> describe_vpc_endpoint_services(const View& view,
                                                      const DescribeRequest& request) {
  TRY(describe_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(auto services, named_or_listed(view, request));
  const auto& regions = request.ServiceRegion;
  std::erase_if(services, [&](const EndpointService* service) {
    const bool other_region = !regions.empty() && std::find(regions.begin(), regions.end(),
                                                            service->region) == regions.end();
    return other_region || !describe_filters().matches(request.Filter, *service);
  });
  const auto name = [](const EndpointService* service) { return service->name; };
  std::sort(services.begin(), services.end(),
            [&](const auto* a, const auto* b) { return name(a) < name(b); });
  DescribeAnswer answer{.nextToken = cut_to_page(page, services, name)};
  for (const EndpointService* service : services) {
    answer.serviceNameSet.push_back(service->name);
    answer.serviceDetailSet.push_back(service_detail(*service, view.caller));
  }
  return answer;
}

}  // namespace

std::vector<Action> endpoint_service_discovery_actions() {
  return {read<describe_vpc_endpoint_services>("DescribeVpcEndpointServices")};
}

}  // namespace postern::api::ec2
