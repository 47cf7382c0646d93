// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"
#include "api/ec2/private_key.h"

namespace postern::api::ec2 {

// EC2 and VPC, version 2016-11-15: every action that is served, by name. `make_key` gives
// CreateKeyPair its keys.
Service ec2_service(const MakePrivateKey& make_key);

}  // namespace postern::api::ec2
