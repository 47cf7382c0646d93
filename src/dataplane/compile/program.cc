// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/program.h"

#include <algorithm>

#include "dataplane/compile/hash.h"

namespace postern::dataplane {
namespace {

// Of all parts; no row if it is none's.
void add_generation(const Program& program, pn_generation which, std::uint64_t Part::* hash_of,
                    Table& table) {
  Hash hash;
  bool any = false;
  for (const auto& [vpc, part] : program.parts) {
    if ((*part).*hash_of != 0) {
      any = true;
      hash.add(std::as_bytes(std::span(vpc.value)));
      hash.add(bytes_of((*part).*hash_of));
    }
  }
  if (any) {
    table.add(__u32{which}, __u64{std::max<std::uint64_t>(hash.value(), 1)});
  }
}

}  // namespace

Tables Program::tables() const {
  Tables all;
  for (const auto& [vpc, part] : parts) {
    all.append(part->tables);
  }
  all[MapId::Generations] = generations(*this);
  all.sort();
  return all;
}

std::vector<Link> Program::links() const {
  std::vector<Link> all;
  for (const auto& [vpc, part] : parts) {
    all.insert(all.end(), part->links.begin(), part->links.end());
  }
  std::ranges::sort(all);
  return all;
}

std::vector<Services> Program::services() const {
  std::vector<Services> all;
  for (const auto& [vpc, part] : parts) {
    all.insert(all.end(), part->services.begin(), part->services.end());
  }
  return all;
}

Table generations(const Program& program) {
  Table table(MapId::Generations);
  add_generation(program, kPnAclGeneration, &Part::acl_hash, table);
  add_generation(program, kPnCutGeneration, &Part::cut_hash, table);
  return table;
}

}  // namespace postern::dataplane
