// SPDX-License-Identifier: Apache-2.0
#include "api/acm/service.h"

#include <iterator>

#include "api/acm/actions.h"

namespace postern::api::acm {

Service acm_service() {
  Service service{.signing_name = "acm",
                  .version = "CertificateManager",
                  .xmlns = "",
                  .dialect = wire::Dialect::Json};
  for (auto actions :
       {certificate_actions(), certificate_list_actions(), tag_actions(), refused_actions()}) {
    std::move(actions.begin(), actions.end(), std::back_inserter(service.actions));
  }
  return service;
}

}  // namespace postern::api::acm
