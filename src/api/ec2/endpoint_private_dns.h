// SPDX-License-Identifier: Apache-2.0
// Private DNS names: of a service, and whether an endpoint of it has one.
#pragma once

#include <string>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

// A service's new private DNS name, which waits for its verification. InvalidParameter for what is
// no name in lower case.
Result<model::PrivateDnsName> private_dns_name(IdSource& ids, const std::string& name);

// Turns the endpoint's private DNS on or off. `endpoint` is changed but not put.
// InvalidParameter when its service has no verified name, when its VPC has DNS off, and when the
// name is taken in the VPC.
Result<> set_private_dns(model::Transaction& tx, model::VpcEndpoint& endpoint, bool wanted);

}  // namespace postern::api::ec2
