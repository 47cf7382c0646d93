// SPDX-License-Identifier: Apache-2.0
// A role that flow logs may deliver as, for tests.
#pragma once

#include "model/iam.h"

namespace postern::model {

// `account`'s role "deliver".
inline Role delivery_role(const Id<Account>& account) {
  Role role{.id = iam_id<Role>(account, "deliver"),
            .owner = account,
            .name = "deliver",
            .path = "/",
            .trust_policy = R"({"Statement": {"Effect": "Allow",
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                "Action": "sts:AssumeRole"}})"};
  role.policies.documents["p"] =
      R"({"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}})";
  return role;
}

}  // namespace postern::model
