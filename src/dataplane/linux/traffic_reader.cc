// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/traffic_reader.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "dataplane/linux/map_walk.h"
#include "dataplane/linux/older_maps.h"

namespace postern::dataplane {
namespace {

// The one value of an array.
template <class T>
Result<T> read_one(const Fd& map, std::string_view name) {
  const __u32 zero = 0;
  T value{};
  if (bpf_map_lookup_elem(map.get(), &zero, &value) != 0) {
    return unavailable_errno(fmt::format("reading {}", name));
  }
  return value;
}

}  // namespace

Result<> TrafficReader::open() {
  Fd traffic(bpf_obj_get(pin_of_map(dir_, "pn_traffic").c_str()));
  Fd round(bpf_obj_get(pin_of_map(dir_, "pn_traffic_round").c_str()));
  Fd lost(bpf_obj_get(pin_of_map(dir_, "pn_traffic_lost").c_str()));
  if (!traffic || !round || !lost) {
    return unavailable_errno("opening the maps of traffic");
  }
  TRY_ASSIGN(settler_, Settler::make());
  TRY_ASSIGN(lost_, read_one<__u64>(lost, "pn_traffic_lost"));
  round_ = std::move(round);
  lost_packets_ = std::move(lost);
  traffic_ = std::move(traffic);
  return {};
}

// The number of the round that begins: what is counted in others stays as it is from now on.
Result<__u32> TrafficReader::begin_round() const {
  const __u32 zero = 0;
  TRY_ASSIGN(__u32 round, read_one<__u32>(round_, "pn_traffic_round"));
  ++round;
  if (bpf_map_update_elem(round_.get(), &zero, &round, BPF_ANY) != 0) {
    return unavailable_errno("writing pn_traffic_round");
  }
  TRY(settler_->settle());
  return round;
}

Result<> TrafficReader::erase(const Batch& batch) const {
  for (const auto& [key, traffic] : batch.rows) {
    if (bpf_map_delete_elem(traffic_.get(), &key) != 0 && errno != ENOENT) {
      return unavailable_errno("erasing from pn_traffic");
    }
  }
  return {};
}

Result<TrafficReader::Batch> TrafficReader::read() {
  if (!traffic_) {
    TRY(open());
  }
  TRY_ASSIGN(const __u32 round, begin_round());
  Batch batch;
  TRY((walk_map<pn_traffic_key, pn_traffic>(
      traffic_.get(), "reading pn_traffic",
      [&](std::span<const pn_traffic_key> keys, std::span<const pn_traffic> values) {
        for (std::size_t at = 0; at < keys.size(); ++at) {
          if (keys[at].round != round) {
            batch.rows.emplace_back(keys[at], values[at]);
          }
        }
        return Result<>();
      })));
  TRY(erase(batch));
  TRY_ASSIGN(const __u64 lost, read_one<__u64>(lost_packets_, "pn_traffic_lost"));
  batch.lost = lost - lost_;
  lost_ = lost;
  return batch;
}

}  // namespace postern::dataplane
