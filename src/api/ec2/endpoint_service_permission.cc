// SPDX-License-Identifier: Apache-2.0
// The principals that may see an endpoint service and connect to it.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"
#include "model/principal.h"

namespace postern::api::ec2 {
namespace {

using model::AllowedPrincipal;
using model::EndpointService;

// ---- ModifyVpcEndpointServicePermissions

struct ModifyPermissionsRequest {
  std::string ServiceId;
  std::vector<std::string> AddAllowedPrincipals;
  std::vector<std::string> RemoveAllowedPrincipals;
};
BOOST_DESCRIBE_STRUCT(ModifyPermissionsRequest, (),
                      (ServiceId, AddAllowedPrincipals, RemoveAllowedPrincipals))

struct AddedPrincipalItem {
  std::string principalType;
  std::string principal;
  std::string servicePermissionId;
  std::string serviceId;
};
BOOST_DESCRIBE_STRUCT(AddedPrincipalItem, (),
                      (principalType, principal, servicePermissionId, serviceId))

struct ModifyPermissionsAnswer {
  std::vector<AddedPrincipalItem> addedPrincipalSet;
  bool return_ = true;
};
BOOST_DESCRIBE_STRUCT(ModifyPermissionsAnswer, (), (addedPrincipalSet, return_))

// The entry for `principal`, made if there is none: adding it again is no second entry.
Result<AllowedPrincipal> add_principal(model::Transaction& tx, EndpointService& service,
                                       const std::string& principal) {
  for (const AllowedPrincipal& allowed : service.allowed_principals) {
    if (allowed.principal == principal) {
      return allowed;
    }
  }
  TRY_ASSIGN(const std::string type, model::principal_type(principal));
  service.allowed_principals.push_back(
      {.permission_id = tx.ids().ec2_id("vpce-svc-perm-"), .principal = principal, .type = type});
  return service.allowed_principals.back();
}

// Removing a principal leaves the connections that it has. [PrivateLink guide, "Manage
// permissions"]
Result<ModifyPermissionsAnswer> modify_vpc_endpoint_service_permissions(
    model::Transaction& tx, const model::Caller& caller, const ModifyPermissionsRequest& request) {
  TRY_ASSIGN(const auto* const found, find<EndpointService>(tx.world(), caller, request.ServiceId));
  EndpointService service = *found;
  ModifyPermissionsAnswer answer;
  for (const std::string& principal : request.AddAllowedPrincipals) {
    TRY_ASSIGN(const AllowedPrincipal allowed, add_principal(tx, service, principal));
    answer.addedPrincipalSet.push_back(
        {allowed.type, allowed.principal, allowed.permission_id, service.id.value});
  }
  for (const std::string& principal : request.RemoveAllowedPrincipals) {
    std::erase_if(service.allowed_principals,
                  [&](const AllowedPrincipal& allowed) { return allowed.principal == principal; });
  }
  tx.put(service);
  return answer;
}

// ---- DescribeVpcEndpointServicePermissions

struct DescribePermissionsRequest {
  std::string ServiceId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribePermissionsRequest, (), (ServiceId, Filter, MaxResults, NextToken))

struct AllowedPrincipalItem {
  std::string principalType;
  std::string principal;
  std::string servicePermissionId;
  std::string serviceId;
};
BOOST_DESCRIBE_STRUCT(AllowedPrincipalItem, (),
                      (principalType, principal, servicePermissionId, serviceId))

struct DescribePermissionsAnswer {
  std::vector<AllowedPrincipalItem> allowedPrincipals;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribePermissionsAnswer, (), (allowedPrincipals, nextToken))

const FilterTable<AllowedPrincipal>& permission_filters() {
  static const FilterTable<AllowedPrincipal> kTable = {
      {"principal", [](const AllowedPrincipal& p) { return Values{p.principal}; }},
      {"principal-type", [](const AllowedPrincipal& p) { return Values{p.type}; }},
  };
  return kTable;
}

Result<DescribePermissionsAnswer> describe_vpc_endpoint_service_permissions(
    const View& view, const DescribePermissionsRequest& request) {
  TRY(permission_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(const auto* const service,
             find<EndpointService>(view.world, view.caller, request.ServiceId));
  DescribePermissionsAnswer answer;
  for (const AllowedPrincipal& allowed : service->allowed_principals) {
    if (permission_filters().matches(request.Filter, allowed)) {
      answer.allowedPrincipals.push_back(
          {allowed.type, allowed.principal, allowed.permission_id, service->id.value});
    }
  }
  const auto key = [](const AllowedPrincipalItem& item) { return item.servicePermissionId; };
  std::sort(answer.allowedPrincipals.begin(), answer.allowedPrincipals.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  answer.nextToken = cut_to_page(page, answer.allowedPrincipals, key);
  return answer;
}

}  // namespace

std::vector<Action> endpoint_service_permission_actions() {
  return {
      write<modify_vpc_endpoint_service_permissions>("ModifyVpcEndpointServicePermissions"),
      read<describe_vpc_endpoint_service_permissions>("DescribeVpcEndpointServicePermissions"),
  };
}

}  // namespace postern::api::ec2
