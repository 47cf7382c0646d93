// SPDX-License-Identifier: Apache-2.0
// The role that an instance acts as by its profile, and the keys that it is given of it. Pure.
#pragma once

#include "model/transaction.h"

namespace postern::metadata {

// The instance's profile, while there is one of that name and id; or null.
const model::InstanceProfile* profile_of(const model::World& world,
                                         const model::Instance& instance);

// The profile's role; null when it has none.
const model::Role* role_of(const model::World& world, const model::Instance& instance);

// Whether the role lets EC2 give it to instances. [EC2 user guide, "IAM roles for Amazon EC2"]
bool trusts_ec2(const model::Role& role);

// The instance's keys of its role that are to be told now; null when new ones are due: the newest
// are told until shortly before they expire.
const model::Session* keys_of(const model::World& world, const model::Instance& instance,
                              TimePoint now);

// Makes new keys. Nothing for an instance without such a role.
void renew_keys(model::Transaction& tx, const model::Id<model::Instance>& instance);

}  // namespace postern::metadata
