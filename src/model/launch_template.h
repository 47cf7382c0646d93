// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// One parameter of RunInstances as a request spells it: NetworkInterface.1.SubnetId.
struct LaunchParameter {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(LaunchParameter, (), (name, value))

struct LaunchTemplateVersion {
  std::int64_t number = 1;
  std::string description;
  TimePoint created_at;
  std::string created_by;  // an ARN
  // What was given, word for word: it is read where an instance is launched with it.
  std::vector<LaunchParameter> parameters;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateVersion, (),
                      (number, description, created_at, created_by, parameters))

struct LaunchTemplate {
  static constexpr const char* kTable = "launch_template";
  Id<LaunchTemplate> id;
  Id<Account> owner;
  std::string region;
  std::string name;
  TimePoint created_at;
  std::string created_by;
  std::int64_t default_version = 1;
  std::int64_t next_version = 2;                // no number is given a second time
  std::vector<LaunchTemplateVersion> versions;  // by number; the default one is among them
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplate, (),
                      (id, owner, region, name, created_at, created_by, default_version,
                       next_version, versions, tags))

}  // namespace postern::model
