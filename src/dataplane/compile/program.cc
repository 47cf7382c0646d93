// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/program.h"

#include <algorithm>

#include "dataplane/compile/hash.h"

namespace postern::dataplane {

Tables Program::tables() const {
  Tables all;
  for (const auto& [vpc, part] : parts) {
    all.append(part->tables);
  }
  all[MapId::AclGeneration] = acl_generation(*this);
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

Table acl_generation(const Program& program) {
  Hash hash;
  bool any = false;
  for (const auto& [vpc, part] : program.parts) {
    if (part->acl_hash != 0) {
      any = true;
      hash.add(std::as_bytes(std::span(vpc.value)));
      hash.add(bytes_of(part->acl_hash));
    }
  }
  Table table(MapId::AclGeneration);
  if (any) {
    table.add(__u32{0}, __u64{std::max<std::uint64_t>(hash.value(), 1)});
  }
  return table;
}

}  // namespace postern::dataplane
