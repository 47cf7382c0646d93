// SPDX-License-Identifier: Apache-2.0
// New keys for CreateKeyPair. They are OpenSSL's own, by the kernel's chance: with `--seed` ids are
// repeatable, and whoever knows a seed must not know a key that opens hosts. Nor do they take from
// the source of ids, so ids stay the same however many keys there are.
#pragma once

#include "api/ec2/private_key.h"

namespace postern::daemon {

// A MakePrivateKey. RSA takes some tenths of a second.
Result<std::string> new_private_key(api::ec2::KeyType type);

}  // namespace postern::daemon
