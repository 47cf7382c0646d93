// SPDX-License-Identifier: Apache-2.0
// How much of each thing an account may have: AWS's defaults, or what the operator says.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace postern::model {

enum class Quota {
#define QUOTA(name, word, most) name,
#include "model/quotas.def"
#undef QUOTA
};

struct QuotaInfo {
  Quota quota;
  const char* word;
  std::int64_t most;  // by default
};

// All of them, in the order of Quota.
const std::vector<QuotaInfo>& all_quotas();
// Null: no quota is called that.
const QuotaInfo* find_quota(std::string_view word);

std::int64_t quota(const World& world, Quota quota);

// Whether there may be no more than the `count` that there are.
bool is_used_up(const World& world, Quota quota, std::int64_t count);

}  // namespace postern::model
