// SPDX-License-Identifier: Apache-2.0
// The caller's certificates by ARN, and who uses one.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::acm {

// What asks about one certificate and no more.
struct ArnRequest {
  std::string CertificateArn;
};
BOOST_DESCRIBE_STRUCT(ArnRequest, (), (CertificateArn))

// InvalidArnException for what is no certificate's ARN, ResourceNotFoundException for one that is
// not the caller's, here.
Result<const model::Certificate*> find_certificate(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::string& arn);

// The ARNs of the load balancers that have it at a listener, each once.
std::vector<std::string> users_of(const model::World& world,
                                  const model::Id<model::Certificate>& certificate);

}  // namespace postern::api::acm
