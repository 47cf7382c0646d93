// SPDX-License-Identifier: Apache-2.0
#include "daemon/metric_collector.h"

#include <gtest/gtest.h>

#include "metrics/test_world.h"
#include "store/memory_store.h"

namespace postern::daemon {
namespace {

using metrics::Counted;
using std::chrono::seconds;

class StoppedClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(seconds(second_)); }
  SteadyPoint steady_now() const override { return SteadyPoint(seconds(second_)); }
  std::atomic<int> second_ = 6000;
};

class MetricCollectorTest : public testing::Test {
 protected:
  MetricCollectorParts parts(std::string progress) {
    return {.core = core_,
            .clock = clock_,
            .read = [this]() -> Result<std::vector<Counted>> {
              ++reads_;
              return totals_;
            },
            .forget = [this](const auto& keys) -> Result<> {
              forgotten_ += keys.size();
              return {};
            },
            .write = [this](const auto& measured, const std::string& told) -> Result<> {
              written_ = measured;
              progress_ = told;
              ++writes_;
              return {};
            },
            .keep_house = [this](TimePoint) -> Result<> {
              ++houses_;
              return {};
            },
            .progress = std::move(progress),
            .period = seconds(60)};
  }

  std::optional<model::MetricPoint> point(const std::string& name) const {
    for (const model::Measured& one : written_) {
      if (one.metric.name == name) {
        return one.point;
      }
    }
    return std::nullopt;
  }
  double sum(const std::string& name) const {
    const auto found = point(name);
    return found ? found->value.sum : -1;
  }

  StoppedClock clock_;
  SeededIds ids_{1};
  store::MemoryStore store_;
  core::Core core_{store_, metrics::test_world(), clock_, ids_};
  std::vector<Counted> totals_;
  std::vector<model::Measured> written_;
  std::string progress_;
  int reads_ = 0;
  int writes_ = 0;
  int houses_ = 0;
  std::size_t forgotten_ = 0;
};

TEST_F(MetricCollectorTest, A_minutes_counts_are_written_when_it_is_over) {
  MetricCollector collector(parts(""));
  EXPECT_EQ(collector.step(), seconds(10));
  EXPECT_EQ(reads_, 0);
  totals_ = {metrics::counted(kPnVerdictFlowForwarded)};
  collector.sample({{metrics::counted(kPnVerdictNone).key, 4}});
  clock_.second_ = 6010;
  EXPECT_EQ(collector.step(), seconds(10));
  EXPECT_EQ(reads_, 1);
  EXPECT_EQ(writes_, 0);
  totals_[0].meter.bytes += 700;
  totals_[0].meter.packets += 1;
  clock_.second_ = 6060;
  collector.step();
  ASSERT_EQ(writes_, 1);
  EXPECT_EQ(sum("BytesProcessed"), 1000);
  EXPECT_EQ(sum("ActiveConnections"), 4);
  EXPECT_EQ(point("BytesProcessed")->time, TimePoint(seconds(6000)));
  clock_.second_ = 6120;
  collector.step();
  EXPECT_EQ(sum("BytesProcessed"), -1);
  EXPECT_EQ(sum("ProcessedBytes"), 0);
}

TEST_F(MetricCollectorTest, What_was_counted_without_a_daemon_is_in_the_first_period) {
  totals_ = {metrics::counted(kPnVerdictFlowForwarded)};
  {
    MetricCollector collector(parts(""));
    clock_.second_ = 6060;
    collector.step();
    EXPECT_EQ(sum("BytesProcessed"), 300);
    totals_[0].meter.bytes += 50;  // and nobody writes it
    totals_[0].meter.packets += 1;
    clock_.second_ = 6070;
    collector.step();
  }
  clock_.second_ = 6100;
  MetricCollector next(parts(progress_));
  clock_.second_ = 6120;
  next.step();
  EXPECT_EQ(sum("BytesProcessed"), 50);
}

TEST_F(MetricCollectorTest, Keeps_house_every_hour_and_forgets_what_is_no_more) {
  MetricCollector collector(parts(""));
  totals_ = {metrics::counted(kPnVerdictFlowForwarded)};
  totals_[0].key.target = 99;
  for (const int second : {6010, 6020, 6030}) {
    clock_.second_ = second;
    collector.step();
  }
  EXPECT_EQ(forgotten_, 1U);
  EXPECT_EQ(houses_, 0);
  clock_.second_ = 6000 + 3600;
  collector.step();
  EXPECT_EQ(houses_, 1);
}

}  // namespace
}  // namespace postern::daemon
