// SPDX-License-Identifier: Apache-2.0
#include "api/route53/service.h"

#include "api/route53/actions.h"

namespace postern::api::route53 {
namespace {

// [Route 53 API reference 2013-04-01]
std::vector<wire::Route> routes() {
  return {
      {"POST", "/2013-04-01/hostedzone", "CreateHostedZone", 201},
      {"GET", "/2013-04-01/hostedzone", "ListHostedZones"},
      {"GET", "/2013-04-01/hostedzonesbyname", "ListHostedZonesByName"},
      {"GET", "/2013-04-01/hostedzonesbyvpc", "ListHostedZonesByVPC"},
      {"GET", "/2013-04-01/hostedzonecount", "GetHostedZoneCount"},
      {"GET", "/2013-04-01/hostedzone/{Id}", "GetHostedZone"},
      {"POST", "/2013-04-01/hostedzone/{Id}", "UpdateHostedZoneComment"},
      {"DELETE", "/2013-04-01/hostedzone/{Id}", "DeleteHostedZone"},
      {"GET", "/2013-04-01/hostedzone/{Id}/dnssec", "GetDNSSEC"},
      {"POST", "/2013-04-01/hostedzone/{Id}/associatevpc", "AssociateVPCWithHostedZone"},
      {"POST", "/2013-04-01/hostedzone/{Id}/disassociatevpc", "DisassociateVPCFromHostedZone"},
      {"POST", "/2013-04-01/hostedzone/{Id}/authorizevpcassociation",
       "CreateVPCAssociationAuthorization"},
      {"GET", "/2013-04-01/hostedzone/{Id}/authorizevpcassociation",
       "ListVPCAssociationAuthorizations"},
      {"POST", "/2013-04-01/hostedzone/{Id}/deauthorizevpcassociation",
       "DeleteVPCAssociationAuthorization"},
      {"POST", "/2013-04-01/hostedzone/{Id}/rrset", "ChangeResourceRecordSets"},
      {"GET", "/2013-04-01/hostedzone/{Id}/rrset", "ListResourceRecordSets"},
      {"GET", "/2013-04-01/change/{Id}", "GetChange"},
      {"GET", "/2013-04-01/tags/{ResourceType}/{ResourceId}", "ListTagsForResource"},
      {"POST", "/2013-04-01/tags/{ResourceType}/{ResourceId}", "ChangeTagsForResource"},
  };
}

}  // namespace

Service route53_service() {
  std::vector<Action> actions;
  for (auto&& some : {hosted_zone_actions(), hosted_zone_list_actions(), record_set_actions(),
                      tag_actions(), zone_vpc_actions()}) {
    actions.insert(actions.end(), some.begin(), some.end());
  }
  return {.signing_name = "route53",
          .version = "2013-04-01",
          .xmlns = "https://route53.amazonaws.com/doc/2013-04-01/",
          .dialect = wire::Dialect::RestXml,
          .actions = std::move(actions),
          .routes = routes()};
}

}  // namespace postern::api::route53
