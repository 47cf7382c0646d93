// SPDX-License-Identifier: Apache-2.0
#include "api/sts/service.h"

#include "api/sts/actions.h"

namespace postern::api::sts {

Service sts_service() {
  return {.signing_name = "sts",
          .version = "2011-06-15",
          .xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
          .dialect = wire::Dialect::Query,
          .actions = caller_identity_actions()};
}

}  // namespace postern::api::sts
