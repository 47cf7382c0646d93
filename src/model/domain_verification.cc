// SPDX-License-Identifier: Apache-2.0
#include "model/domain_verification.h"

#include <algorithm>

#include "model/hosted_zones.h"

namespace postern::model {
namespace {

std::string mixed_alnum(IdSource& ids, std::size_t length) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  while (out.size() < length) {
    out += kAlphabet[ids.next() % kAlphabet.size()];
  }
  return out;
}

bool has_text(const World& world, const std::string& name, std::string_view text) {
  const HostedZone* zone = public_zone_of(world, name);
  if (zone == nullptr) {
    return false;
  }
  for (const ResourceRecordSet* set : records_at(*zone, name).sets) {
    if (set->type == "TXT" &&
        std::any_of(set->values.begin(), set->values.end(),
                    [&](const std::string& value) { return text_of(value) == text; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

PrivateDnsName new_private_dns_name(IdSource& ids, std::string name) {
  return {.name = std::move(name),
          .record_name = "_" + ids.lower_alnum(20),
          .record_value = "vpce:" + mixed_alnum(ids, 20)};
}

std::string_view domain_of(const PrivateDnsName& name) {
  const std::string_view text = name.name;
  return text.starts_with("*.") ? text.substr(2) : text;
}

bool is_domain_proven(const World& world, const PrivateDnsName& name) {
  // A top-level domain proves nothing: it is nobody's.
  for (std::string_view domain = domain_of(name); domain.find('.') != std::string_view::npos;
       domain.remove_prefix(domain.find('.') + 1)) {
    if (has_text(world, fmt::format("{}.{}.", name.record_name, domain), name.record_value) ||
        has_text(world, fmt::format("{}.", domain), name.record_value)) {
      return true;
    }
  }
  return false;
}

void verify_domains(Transaction& tx) {
  const Table<EndpointService> services = tx.world().all<EndpointService>();
  for (const auto& [id, found] : services) {
    if (!found->private_dns || found->private_dns->state == DnsNameState::Failed) {
      continue;
    }
    const bool proven = is_domain_proven(tx.world(), *found->private_dns);
    const bool verified = found->private_dns->state == DnsNameState::Verified;
    if (proven != verified) {
      EndpointService service = *found;
      service.private_dns->state = proven ? DnsNameState::Verified : DnsNameState::Failed;
      tx.put(std::move(service));
    }
  }
}

}  // namespace postern::model
