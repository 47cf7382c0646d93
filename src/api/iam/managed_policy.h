// SPDX-License-Identifier: Apache-2.0
// A managed policy as an answer.
#pragma once

#include "api/iam/entity.h"

namespace postern::api::iam {

struct Policy {
  std::string PolicyName;
  std::string PolicyId;
  std::string Arn;
  std::string Path;
  std::string DefaultVersionId;
  int AttachmentCount = 0;
  int PermissionsBoundaryUsageCount = 0;
  bool IsAttachable = true;
  std::optional<std::string> Description;
  TimePoint CreateDate;
  TimePoint UpdateDate;
  std::optional<std::vector<Tag>> Tags;
};
BOOST_DESCRIBE_STRUCT(Policy, (),
                      (PolicyName, PolicyId, Arn, Path, DefaultVersionId, AttachmentCount,
                       PermissionsBoundaryUsageCount, IsAttachable, Description, CreateDate,
                       UpdateDate, Tags))

// "A managed policy's document: 6,144 characters, white space not counted." [IAM quotas]
Result<> check_policy_document(const std::string& document);

// v1
std::string version_id(int number);

}  // namespace postern::api::iam
