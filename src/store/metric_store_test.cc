// SPDX-License-Identifier: Apache-2.0
#include "store/metric_store.h"

#include <gtest/gtest.h>

#include "base/scratch_directory.h"

namespace postern::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint kNow{hours(24 * 20'000)};
const model::Id<model::Account> kOwner("111111111111");

model::Metric metric(const char* name, const char* balancer = "net/b/1") {
  return {.owner = kOwner,
          .region = "r-1",
          .name_space = "AWS/NetworkELB",
          .name = name,
          .dimensions = {{"LoadBalancer", balancer}, {"AvailabilityZone", "r-1a"}}};
}

model::Measured measured(const model::Metric& of, TimePoint time, double value) {
  return {.metric = of,
          .unit = "Count",
          .point = {.time = time,
                    .value = {.samples = 1, .sum = value, .minimum = value, .maximum = value}}};
}

class MetricStoreTest : public testing::Test {
 protected:
  MetricStoreTest() { open(); }

  void open(std::int64_t points_max = 1000) {
    store_.reset();
    auto opened = MetricStore::open(directory_.path(), points_max);
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
  }
  void write(const std::vector<model::Measured>& all, const std::string& progress = "") {
    const auto done = store_->write(all, progress);
    ASSERT_TRUE(done) << done.error().message();
  }
  std::vector<model::MetricPoint> points(const model::Metric& of, TimePoint from = TimePoint(),
                                         TimePoint until = TimePoint::max()) {
    const auto found = store_->points(of, from, until);
    EXPECT_TRUE(found) << found.error().message();
    return found ? found->points : std::vector<model::MetricPoint>();
  }

  ScratchDirectory directory_;
  std::unique_ptr<MetricStore> store_;
};

TEST_F(MetricStoreTest, Points_are_read_back_after_the_store_is_opened_again) {
  write({measured(metric("A"), kNow, 3), measured(metric("A"), kNow + minutes(1), 5),
         measured(metric("A", "net/c/2"), kNow, 7), measured(metric("B"), kNow, 9)},
        std::string("a\0b", 3));
  open();
  EXPECT_EQ(*store_->progress(), std::string("a\0b", 3));
  ASSERT_EQ(points(metric("A")).size(), 2U);
  EXPECT_EQ(points(metric("A"))[0], measured(metric("A"), kNow, 3).point);
  EXPECT_EQ(points(metric("A"), kNow + seconds(1)).size(), 1U);
  EXPECT_EQ(points(metric("A"), kNow, kNow + minutes(1)).size(), 1U);
  EXPECT_EQ(store_->points(metric("A"), kNow, TimePoint::max())->unit, "Count");
  EXPECT_TRUE(points(metric("C")).empty());
}

TEST_F(MetricStoreTest, Cleared_it_has_no_points_and_knows_what_is_told) {
  write({measured(metric("A"), kNow, 3)}, "told");
  ASSERT_TRUE(store_->clear());
  EXPECT_TRUE(points(metric("A")).empty());
  EXPECT_TRUE(store_->metrics(kOwner, "r-1", TimePoint())->empty());
  EXPECT_EQ(*store_->progress(), "told");
}

TEST_F(MetricStoreTest, A_second_point_of_a_time_is_added_to_the_first) {
  write({measured(metric("A"), kNow, 3)});
  write({measured(metric("A"), kNow, 5)});
  const auto found = points(metric("A"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value,
            (model::Statistics{.samples = 2, .sum = 8, .minimum = 3, .maximum = 5}));
}

TEST_F(MetricStoreTest, Metrics_are_those_of_an_account_and_region_with_newer_points) {
  model::Metric others = metric("A");
  others.owner = model::Id<model::Account>("222222222222");
  model::Metric elsewhere = metric("A");
  elsewhere.region = "r-2";
  write({measured(metric("B"), kNow, 1), measured(metric("A"), kNow, 1), measured(others, kNow, 1),
         measured(elsewhere, kNow, 1), measured(metric("Old"), kNow - hours(1), 1)});
  const auto found = store_->metrics(kOwner, "r-1", kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::vector{metric("A"), metric("B")}));
}

// [CloudWatch user guide, "Metrics retention"]
TEST_F(MetricStoreTest, Old_points_become_coarser_and_end) {
  const TimePoint begin = kNow - hours(24 * 16);
  std::vector<model::Measured> all;
  for (int at = 0; at < 10; ++at) {
    all.push_back(measured(metric("A"), begin + minutes(at), at));
  }
  write(all);
  ASSERT_TRUE(store_->keep_house(kNow));
  const auto found = points(metric("A"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].time, begin + minutes(5));
  EXPECT_EQ(found[1].value,
            (model::Statistics{.samples = 5, .sum = 35, .minimum = 5, .maximum = 9}));
  ASSERT_TRUE(store_->keep_house(kNow + hours(24 * 50)));
  ASSERT_EQ(points(metric("A")).size(), 1U);
  EXPECT_EQ(points(metric("A"))[0].value.sum, 45);
  ASSERT_TRUE(store_->keep_house(kNow + hours(24 * 455)));
  EXPECT_TRUE(points(metric("A")).empty());
  EXPECT_TRUE(store_->metrics(kOwner, "r-1", TimePoint())->empty());
}

TEST_F(MetricStoreTest, The_oldest_go_when_there_are_too_many) {
  open(10);
  std::vector<model::Measured> all;
  for (int at = 0; at < 15; ++at) {
    all.push_back(measured(metric("A"), kNow + minutes(at), at));
  }
  write(all);
  ASSERT_TRUE(store_->keep_house(kNow + hours(1)));
  const auto found = points(metric("A"));
  EXPECT_LE(found.size(), 10U);
  EXPECT_GE(found.size(), 8U);
  EXPECT_EQ(found.back().time, kNow + minutes(14));
}

}  // namespace
}  // namespace postern::store
