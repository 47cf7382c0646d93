// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "store/store.h"

namespace postern::store {

// The reference: what a Store means, in the fewest lines. Lasts as long as the object.
class MemoryStore final : public Store {
 public:
  Result<model::World> load() override;
  Result<> commit(std::uint64_t revision, const std::vector<Change>& changes) override;

 private:
  std::map<std::pair<std::string, std::string>, std::string> rows_;  // by table and id
  std::uint64_t revision_ = 0;
};

}  // namespace postern::store
