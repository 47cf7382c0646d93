// SPDX-License-Identifier: Apache-2.0
// The instance profile that an instance has: by which requests name it, and as answers print it.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

struct ProfileSpecification {
  std::optional<std::string> Arn;
  std::optional<std::string> Name;
};
BOOST_DESCRIBE_STRUCT(ProfileSpecification, (), (Arn, Name))

struct ProfileItem {
  std::string arn;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ProfileItem, (), (arn, id))

// Gives `instance` the caller's profile, by a new association; nothing changes when none is named.
Result<> associate_profile(model::Transaction& tx, const model::Caller& caller,
                           const ProfileSpecification& specification, model::Instance& instance);

std::optional<ProfileItem> profile_item(const model::Instance& instance);

}  // namespace postern::api::ec2
