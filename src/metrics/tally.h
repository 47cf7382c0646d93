// SPDX-License-Identifier: Apache-2.0
// Tally: puts together what the data plane counts and what the World says into the points of
// CloudWatch's metrics, period by period. Pure.
#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/baseline.h"
#include "metrics/places.h"

namespace postern::metrics {

// How many connections there are, as pn_active has them.
using Connections = std::vector<std::pair<pn_meter_key, std::uint32_t>>;

class Tally {
 public:
  // What the data plane has counted since the last call, which was so long ago.
  void count(const Places& places, const std::vector<Counted>& counted,
             std::chrono::milliseconds since_last);
  void sample(const Places& places, const Connections& connections);
  void sample_health(const model::World& world, TimePoint now);

  // The points of the period, which began at `begin`. The next one begins empty.
  std::vector<model::Measured> close(const model::World& world, TimePoint begin,
                                     std::chrono::seconds length);

 private:
  struct Entry {
    bool is_busy = false;  // it had traffic
    std::map<std::string_view, double> sums;
    std::map<std::string_view, model::Statistics> gauges;  // but for samples that were 0
    double bytes = 0;                                      // since the last count()
    double packets = 0;
  };

  void add_forwarded(const Places& places, const Counted& counted);
  void add_flows(const Places& places, const Counted& counted);
  void add_refused(const Places& places, const Counted& counted);
  void add(const std::vector<Scope>& scopes, std::string_view name, double value);
  void add_processed(const std::vector<Scope>& scopes, const Counted& counted, double bytes);
  void end_bucket(std::chrono::milliseconds length);
  void put_connections(const Scope& scope, const Entry& entry,
                       const std::vector<std::string_view>& names, TimePoint begin,
                       std::vector<model::Measured>& out) const;
  void put_balancer(const Scope& scope, const Entry& entry, TimePoint begin,
                    std::vector<model::Measured>& out) const;
  void count_endpoints(const model::World& world, TimePoint begin, std::chrono::seconds length,
                       std::vector<model::Measured>& out) const;

  std::map<Scope, Entry> entries_;
  std::map<Scope, std::map<std::string_view, model::Statistics>> hosts_;
  double samples_ = 0;  // of connections, in this period
};

}  // namespace postern::metrics
