// SPDX-License-Identifier: Apache-2.0
// A user as an answer.
#pragma once

#include "api/iam/entity.h"

namespace postern::api::iam {

struct User {
  std::string Path;
  std::optional<std::string> UserName;
  std::string UserId;
  std::string Arn;
  TimePoint CreateDate;
  std::optional<std::vector<Tag>> Tags;
};
BOOST_DESCRIBE_STRUCT(User, (), (Path, UserName, UserId, Arn, CreateDate, Tags))

// As lists show it. [IAM API reference, ListUsers: "does not return … Tags"]
User listed(const model::User& from);

}  // namespace postern::api::iam
