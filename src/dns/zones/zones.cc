// SPDX-License-Identifier: Apache-2.0
#include "dns/zones/zones.h"

#include "dns/zones/node.h"
#include "dns/zones/text.h"

namespace postern::dns {
namespace {

bool wants(const Question& question, RecordType type) {
  return question.type == type || question.type == kTypeAny;
}

Record soa(std::string zone) {
  return {std::move(zone), kTtlSeconds, Soa{kTtlSeconds}};
}

// The addresses, the one at `rotation` first, so that clients spread over the zones.
std::vector<Record> address_records(const Question& question, const std::vector<IpAddress>& from,
                                    std::uint32_t rotation) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < from.size(); ++i) {
    records.push_back({question.name, kTtlSeconds, from[(i + rotation) % from.size()]});
  }
  return records;
}

std::vector<Record> records_at(const Node& node, const std::string& zone, const Question& question,
                               std::uint32_t rotation) {
  std::vector<Record> records;
  if (wants(question, kTypeA)) {
    records = address_records(question, node.addresses, rotation);
  }
  if (wants(question, kTypePtr) && !node.pointer.empty()) {
    records.push_back({question.name, kTtlSeconds, Pointer{node.pointer}});
  }
  if (wants(question, kTypeSoa) && lower(question.name) == zone) {
    records.push_back(soa(question.name));
  }
  return records;
}

Answer render(const Located& located, const Question& question, std::uint32_t rotation) {
  Answer answer{.authoritative = true};
  if (!located.node) {
    answer.rcode = Rcode::NameError;
  } else {
    answer.records = records_at(*located.node, located.zone, question, rotation);
  }
  if (answer.records.empty()) {
    answer.authority.push_back(soa(located.zone));
  }
  return answer;
}

}  // namespace

std::optional<Answer> answer(const model::World& world, const model::Vpc& vpc,
                             const Question& question, const Asking& asking) {
  // [VPC guide, "DNS attributes for your VPC": without support the resolver does not work]
  if (!vpc.enable_dns_support) {
    return Answer{.rcode = Rcode::Refused};
  }
  const auto located = locate(world, vpc, lower(question.name), asking);
  if (!located) {
    return std::nullopt;
  }
  return render(*located, question, asking.rotation);
}

}  // namespace postern::dns
