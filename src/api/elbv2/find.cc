// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/find.h"

namespace postern::api::elbv2 {

Result<> check_arn(const ArnWords& words, std::string_view arn) {
  if (arn_kind(arn) != words.kind) {
    return refuse(faults::ValidationError, "'{}' is not a valid {} ARN", arn, words.noun);
  }
  return {};
}

}  // namespace postern::api::elbv2
