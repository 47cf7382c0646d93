// SPDX-License-Identifier: Apache-2.0
// The regions that DescribeRegions lists and the zones of any region. A zone's name
// (ap-northeast-1a) is what one account calls it; its id (apne1-az4) means the same place for every
// account.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/account.h"

namespace postern::model {

struct Zone {
  std::string name;
  std::string id;
};

// The zones of `region` as `account` sees them, by name. Never empty: a region that AWS does not
// have gets a, b and c.
std::vector<Zone> zones(const Id<Account>& account, std::string_view region);

// The id of the zone that `account` calls `zone`; nullopt when the region has none of that name.
std::optional<std::string> zone_id(const Id<Account>& account, std::string_view region,
                                   std::string_view zone);

// What `account` calls the zone of that id; nullopt when the region has none.
std::optional<std::string> zone_name(const Id<Account>& account, std::string_view region,
                                     std::string_view zone_id);

// AWS's commercial regions that every account has without opting in, by name.
const std::vector<std::string>& common_regions();

}  // namespace postern::model
