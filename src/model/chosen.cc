// SPDX-License-Identifier: Apache-2.0
#include "model/chosen.h"

#include <algorithm>

namespace postern::model {
namespace {

template <class T>
void set(Transaction& tx, T Settings::* field, T value) {
  Settings settings = settings_of(tx.world());
  if (settings.*field != value) {
    settings.*field = std::move(value);
    tx.put(std::move(settings));
  }
}

}  // namespace

const Settings& settings_of(const World& world) {
  static const Settings kNone;
  const Settings* row = world.find(kNone.id);
  return row != nullptr ? *row : kNone;
}

void set_timing(Transaction& tx, Timing timing) {
  set(tx, &Settings::timing, timing);
}

void set_subscriber_networks(Transaction& tx, std::vector<Cidr> networks) {
  set(tx, &Settings::subscriber_networks, std::move(networks));
}

void set_quotas(Transaction& tx, std::vector<ChosenQuota> quotas) {
  set(tx, &Settings::quotas, std::move(quotas));
}

void set_buckets(Transaction& tx, std::vector<std::string> names) {
  std::ranges::sort(names);
  set(tx, &Settings::buckets, std::move(names));
}

void set_tls_relay(Transaction& tx, bool there) {
  set(tx, &Settings::tls_relay, there);
}

void set_built_image(Transaction& tx, bool there) {
  set(tx, &Settings::built_image, there);
}

bool has_operators_bucket(const World& world, std::string_view name) {
  return std::ranges::count(settings_of(world).buckets, name) != 0;
}

}  // namespace postern::model
