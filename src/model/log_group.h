// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <string_view>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// CloudWatch Logs' group. What is written to it is not in the World: see log_event.h.
struct LogGroup {
  static constexpr const char* kTable = "log_group";
  Id<LogGroup> id;  // its ARN, without the :* at the end
  Id<Account> owner;
  std::string region;
  std::string name;
  std::string log_class = "STANDARD";
  std::string kms_key;
  int retention_days = 0;  // 0: for ever
  Tags tags;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(LogGroup, (),
                      (id, owner, region, name, log_class, kms_key, retention_days, tags,
                       created_at))

inline Id<LogGroup> log_group_id(const Id<Account>& owner, std::string_view region,
                                 std::string_view name) {
  return Id<LogGroup>(fmt::format("arn:aws:logs:{}:{}:log-group:{}", region, owner, name));
}

}  // namespace postern::model
