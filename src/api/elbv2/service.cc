// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/service.h"

#include <iterator>

#include "api/elbv2/attributes.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/listener.h"
#include "api/elbv2/listener_certificates.h"
#include "api/elbv2/load_balancer.h"
#include "api/elbv2/load_balancer_zones.h"
#include "api/elbv2/rule.h"
#include "api/elbv2/ssl_policy.h"
#include "api/elbv2/tags.h"
#include "api/elbv2/target_group.h"
#include "api/elbv2/targets.h"
#include "api/elbv2/unserved.h"

namespace postern::api::elbv2 {

Service elbv2_service() {
  Service service{.signing_name = "elasticloadbalancing",
                  .version = "2015-12-01",
                  .xmlns = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
                  .dialect = wire::Dialect::Query};
  for (auto actions : {load_balancer_actions(), load_balancer_zone_actions(),
                       target_group_actions(), target_actions(), listener_actions(), rule_actions(),
                       attribute_actions(), tag_actions(), limit_actions(), ssl_policy_actions(),
                       listener_certificate_actions(), unserved_actions()}) {
    std::move(actions.begin(), actions.end(), std::back_inserter(service.actions));
  }
  return service;
}

}  // namespace postern::api::elbv2
