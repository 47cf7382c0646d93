// SPDX-License-Identifier: Apache-2.0
// MetricStore: the points of CloudWatch's metrics, in one SQLite file of its own,
// <data-dir>/metrics.db. As the LogStore, it is no part of the World.
//
// [CloudWatch user guide, "Metrics retention"] Points of one minute are kept for 15 days, then put
// together to five minutes, after 63 days to an hour, and end after 455 days.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/metric.h"
#include "store/sqlite.h"

namespace postern::store {

// Thread safety: any thread.
class MetricStore final : public model::MetricReader {
 public:
  // The data directory is there. The points are at most so many: beyond them the oldest go first.
  static Result<std::unique_ptr<MetricStore>> open(const std::filesystem::path& data_dir,
                                                   std::int64_t points_max = 20'000'000);

  // All of them and `progress`, or nothing. A point of a metric and time that has one already is
  // added to that.
  Result<> write(const std::vector<model::Measured>& measured, const std::string& progress);
  // As it was last written; empty at first.
  Result<std::string> progress() const;

  // Removes all points.
  Result<> clear();

  // Makes coarser, and removes, what is old at `now`, and what is too many.
  Result<> keep_house(TimePoint now);

  Result<std::vector<model::Metric>> metrics(const model::Id<model::Account>& owner,
                                             const std::string& region,
                                             TimePoint since) const override;
  Result<model::MetricSeries> points(const model::Metric& metric, TimePoint from,
                                     TimePoint until) const override;

 private:
  MetricStore(Database database, std::int64_t points_max)
      : database_(std::move(database)), points_max_(points_max) {}

  Result<> prepare_schema();
  Result<> write_all(const std::vector<model::Measured>& measured, const std::string& progress);
  Result<> coarsen(TimePoint before, std::int64_t step);
  Result<> remove_oldest();

  mutable std::mutex mutex_;
  mutable Database database_;
  const std::int64_t points_max_;
};

}  // namespace postern::store
