// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/service.h"

namespace postern::api::ec2 {

Service ec2_service() {
  return {.signing_name = "ec2",
          .version = "2016-11-15",
          .xmlns = "http://ec2.amazonaws.com/doc/2016-11-15/",
          .dialect = wire::Dialect::Ec2,
          .actions = {}};
}

}  // namespace postern::api::ec2
