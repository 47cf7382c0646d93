// SPDX-License-Identifier: Apache-2.0
// A group of users as an answer.
#pragma once

#include "api/iam/entity.h"

namespace postern::api::iam {

struct Group {
  std::string Path;
  std::string GroupName;
  std::string GroupId;
  std::string Arn;
  TimePoint CreateDate;
};
BOOST_DESCRIBE_STRUCT(Group, (), (Path, GroupName, GroupId, Arn, CreateDate))

Group described(const model::Group& from);

// Who is in it, by name.
std::vector<const model::User*> members_of(const model::World& world,
                                           const model::Id<model::Group>& group);

}  // namespace postern::api::iam
