// SPDX-License-Identifier: Apache-2.0
#include "model/quotas.h"

#include <algorithm>

#include "model/chosen.h"

namespace postern::model {

const std::vector<QuotaInfo>& all_quotas() {
  static const std::vector<QuotaInfo> kAll = {
#define QUOTA(name, word, most) {Quota::name, word, most},
#include "model/quotas.def"
#undef QUOTA
  };
  return kAll;
}

const QuotaInfo* find_quota(std::string_view word) {
  const auto& all = all_quotas();
  const auto found = std::ranges::find(all, word, &QuotaInfo::word);
  return found != all.end() ? &*found : nullptr;
}

std::int64_t quota(const World& world, Quota quota) {
  const QuotaInfo& info = all_quotas()[static_cast<std::size_t>(quota)];
  const auto& chosen = settings_of(world).quotas;
  const auto found = std::ranges::find(chosen, info.word, &ChosenQuota::word);
  return found != chosen.end() ? found->most : info.most;
}

bool is_used_up(const World& world, Quota which, std::int64_t count) {
  return count >= quota(world, which);
}

}  // namespace postern::model
