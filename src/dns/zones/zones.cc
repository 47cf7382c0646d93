// SPDX-License-Identifier: Apache-2.0
#include "dns/zones/zones.h"

#include <algorithm>
#include <iterator>

#include "dns/zones/node.h"
#include "dns/zones/text.h"

namespace postern::dns {
namespace {

bool wants(const Question& question, RecordType type) {
  return question.type == type || question.type == kTypeAny;
}

// How long a chain of canonical names is followed; a longer one is a loop.
constexpr int kChainMax = 8;

Record soa(std::string zone, std::uint32_t ttl_seconds = kTtlSeconds) {
  return {std::move(zone), ttl_seconds, Soa{ttl_seconds}};
}

// The addresses of a family, the one at `rotation` first, so that clients spread over the zones.
std::vector<Record> address_records(const std::string& name, const Node& node, bool ipv4,
                                    std::uint32_t rotation) {
  std::vector<Record> records;
  std::vector<IpAddress> from;
  std::ranges::copy_if(node.addresses, std::back_inserter(from),
                       [&](const IpAddress& address) { return address.is_v4() == ipv4; });
  for (std::size_t i = 0; i < from.size(); ++i) {
    records.push_back({name, node.ttl_seconds, from[(i + rotation) % from.size()]});
  }
  return records;
}

std::vector<Record> records_at(const Node& node, const std::string& zone, const Question& question,
                               std::uint32_t rotation) {
  std::vector<Record> records;
  for (const bool ipv4 : {true, false}) {
    if (wants(question, ipv4 ? kTypeA : kTypeAaaa)) {
      const auto found = address_records(question.name, node, ipv4, rotation);
      records.insert(records.end(), found.begin(), found.end());
    }
  }
  if (wants(question, kTypePtr) && !node.pointer.empty()) {
    records.push_back({question.name, node.ttl_seconds, Pointer{node.pointer}});
  }
  bool has_soa = false;
  for (const ZoneRecord& record : node.records) {
    has_soa = has_soa || record.type == kTypeSoa;
    if (wants(question, record.type)) {
      records.push_back({question.name, record.ttl_seconds, record.text});
    }
  }
  if (wants(question, kTypeSoa) && !has_soa && lower(question.name) == zone) {
    records.push_back(soa(question.name));
  }
  return records;
}

void render(const Located& located, const Question& question, std::uint32_t rotation,
            Answer& answer) {
  std::vector<Record> records;
  if (located.node) {
    records = records_at(*located.node, located.zone, question, rotation);
  } else {
    answer.rcode = Rcode::NameError;
  }
  if (records.empty()) {
    answer.authority.push_back(soa(located.zone, located.negative_ttl_seconds));
  }
  answer.records.insert(answer.records.end(), records.begin(), records.end());
}

// Whether the name is another of one that has to be looked up in its place.
bool is_canonical_for(const Located& located, const Question& question) {
  return located.node && !located.node->canonical.empty() && question.type != kTypeCname;
}

}  // namespace

std::optional<Answer> answer(const model::World& world, const model::Vpc& vpc,
                             const Question& question, const Asking& asking) {
  // [VPC guide, "DNS attributes for your VPC": without support the resolver does not work]
  if (!vpc.enable_dns_support) {
    return Answer{.rcode = Rcode::Refused};
  }
  auto located = locate(world, vpc, lower(question.name), asking);
  if (!located) {
    return std::nullopt;
  }
  Answer answer{.authoritative = true};
  Question asked = question;
  for (int i = 0; i < kChainMax && is_canonical_for(*located, asked); ++i) {
    const Node& node = *located->node;
    answer.records.push_back({asked.name, node.ttl_seconds, Canonical{node.canonical}});
    asked.name = node.canonical;
    located = locate(world, vpc, lower(asked.name), asking);
    if (!located) {
      return answer;  // what others have under that name is for whoever asked to find out
    }
  }
  if (asked.type == kTypeCname && located->node && !located->node->canonical.empty()) {
    answer.records.push_back(
        {asked.name, located->node->ttl_seconds, Canonical{located->node->canonical}});
    return answer;
  }
  render(*located, asked, asking.rotation, answer);
  return answer;
}

}  // namespace postern::dns
