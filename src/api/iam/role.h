// SPDX-License-Identifier: Apache-2.0
// A role as an answer.
#pragma once

#include "api/iam/entity.h"

namespace postern::api::iam {

struct Role {
  std::string Path;
  std::string RoleName;
  std::string RoleId;
  std::string Arn;
  TimePoint CreateDate;
  std::string AssumeRolePolicyDocument;  // percent-encoded, as all documents are answered
  std::optional<std::string> Description;
  std::optional<int> MaxSessionDuration;
  std::optional<std::vector<Tag>> Tags;
};
BOOST_DESCRIBE_STRUCT(Role, (),
                      (Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument,
                       Description, MaxSessionDuration, Tags))

// As lists show it. [IAM API reference, ListRoles: "does not return … Tags"]
Role listed(const model::Role& from);
Role described(const model::Role& from);

}  // namespace postern::api::iam
