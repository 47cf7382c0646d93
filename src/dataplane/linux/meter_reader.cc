// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/meter_reader.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>

#include "dataplane/linux/map_walk.h"
#include "dataplane/linux/older_maps.h"

namespace postern::dataplane {
namespace {

Result<> erase(const Fd& map, const std::vector<pn_meter_key>& keys, std::string_view what) {
  for (const pn_meter_key& key : keys) {
    if (bpf_map_delete_elem(map.get(), &key) != 0 && errno != ENOENT) {
      return unavailable_errno(what);
    }
  }
  return {};
}

}  // namespace

Result<> MeterReader::open() {
  if (meters_) {
    return {};
  }
  const int cpus = libbpf_num_possible_cpus();
  Fd meters(bpf_obj_get(pin_of_map(dir_, "pn_meters").c_str()));
  Fd active(bpf_obj_get(pin_of_map(dir_, "pn_active").c_str()));
  Fd round(bpf_obj_get(pin_of_map(dir_, "pn_active_round").c_str()));
  if (cpus < 1 || !meters || !active || !round) {
    return unavailable_errno("opening the maps of meters");
  }
  cpus_ = static_cast<std::size_t>(cpus);
  active_ = std::move(active);
  round_ = std::move(round);
  meters_ = std::move(meters);
  return {};
}

Result<std::vector<MeterReader::Row>> MeterReader::read() {
  TRY(open());
  std::vector<Row> out;
  TRY((walk_map<pn_meter_key, pn_meter>(
      meters_.get(), "reading pn_meters",
      [&](std::span<const pn_meter_key> keys, std::span<const pn_meter> values) {
        for (std::size_t at = 0; at < keys.size(); ++at) {
          Row& row = out.emplace_back(Row{.key = keys[at], .meter = {}});
          for (const pn_meter& one : values.subspan(at * cpus_, cpus_)) {
            row.meter.packets += one.packets;
            row.meter.bytes += one.bytes;
            row.meter.resets += one.resets;
          }
        }
        return Result<>();
      },
      cpus_)));
  return out;
}

Result<> MeterReader::forget(const std::vector<pn_meter_key>& keys) {
  TRY(open());
  return erase(meters_, keys, "erasing from pn_meters");
}

Result<std::vector<std::pair<pn_meter_key, std::uint32_t>>> MeterReader::connections() {
  TRY(open());
  const __u32 zero = 0;
  __u32 round = 0;
  if (bpf_map_lookup_elem(round_.get(), &zero, &round) != 0) {
    return unavailable_errno("reading pn_active_round");
  }
  std::vector<std::pair<pn_meter_key, std::uint32_t>> out;
  std::vector<pn_meter_key> over;
  TRY((walk_map<pn_meter_key, pn_active>(
      active_.get(), "reading pn_active",
      [&](std::span<const pn_meter_key> keys, std::span<const pn_active> values) {
        for (std::size_t at = 0; at < keys.size(); ++at) {
          if (values[at].round == round) {
            out.emplace_back(keys[at], values[at].connections);
          } else {
            over.push_back(keys[at]);
          }
        }
        return Result<>();
      })));
  TRY(erase(active_, over, "erasing from pn_active"));
  return out;
}

}  // namespace postern::dataplane
