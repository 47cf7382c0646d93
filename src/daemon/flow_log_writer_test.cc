// SPDX-License-Identifier: Apache-2.0
#include "daemon/flow_log_writer.h"

#include <gtest/gtest.h>

#include "flow_logs/test_world.h"
#include "model/flow_log_delivery.h"
#include "model/flow_log_format.h"
#include "model/test_delivery_role.h"
#include "store/memory_store.h"

namespace postern::daemon {
namespace {

using flow_logs::Counted;

class StoppedClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(second_)); }
  SteadyPoint steady_now() const override {
    return SteadyPoint(std::chrono::seconds(second_ - 1000) + std::exchange(held_up_, {}));
  }
  std::atomic<int> second_ = 1015;
  mutable SteadyPoint::duration held_up_{};  // when the steady clock is read next
};

class FlowLogWriterTest : public testing::Test {
 protected:
  FlowLogWriterTest() {
    const model::Id<model::Account> owner("111111111111");
    change([&](model::Transaction& tx) {
      tx.put(model::delivery_role(owner));
      tx.put(log());
    });
  }

  static model::FlowLog log() {
    return {.id = model::Id<model::FlowLog>("fl-1"),
            .owner = model::Id<model::Account>("111111111111"),
            .region = "r-1",
            .resource_id = "eni-client",
            .traffic_type = "ALL",
            .log_group = "flows",
            .role_arn = "arn:aws:iam::111111111111:role/deliver",
            .format = std::string(model::kDefaultFlowLogFormat),
            .interval_seconds = 60,
            .created_at = TimePoint(std::chrono::seconds(1000))};
  }

  static model::FlowLog log_to_bucket() {
    model::FlowLog made = log();
    made.destination_type = "s3";
    made.destination = "arn:aws:s3:::bucket";
    made.log_group = made.role_arn = "";
    return made;
  }
  std::string bucket_error() const {
    return core_.snapshot()->find(model::Id<model::FlowLog>("fl-1"))->bucket_error;
  }

  template <class Change>
  void change(Change change) {
    ASSERT_TRUE(core_.run([&](model::Transaction& tx) -> Result<> {
      change(tx);
      return {};
    }));
  }
  // A window's end comes.
  void pass_window() {
    writer_.step();
    clock_.second_ = 1020;
    writer_.step();
  }
  std::vector<std::string> written() const {
    std::vector<std::string> out;
    for (const model::LogEvent& event : written_) {
      out.push_back(event.stream + ": " + event.message);
    }
    return out;
  }

  StoppedClock clock_;
  SeededIds ids_{1};
  store::MemoryStore store_;
  core::Core core_{store_, flow_logs::test_world(), clock_, ids_};
  int reads_ = 0;
  std::function<void()> meanwhile_ = [] {};  // it reads
  std::vector<TrafficBatch> batches_;  // of the next readings
  std::vector<model::LogEvent> written_;
  std::vector<flow_logs::Object> put_;
  std::optional<Error> disk_;  // what is wrong with it
  std::map<std::string, std::optional<TimePoint>> kept_;
  FlowLogWriter writer_{{.core = core_,
                         .clock = clock_,
                         .read = [this]() -> Result<TrafficBatch> {
                           ++reads_;
                           meanwhile_();
                           TrafficBatch batch;
                           if (!batches_.empty()) {
                             batch = batches_.front();
                             batches_.erase(batches_.begin());
                           }
                           return batch;
                         },
                         .write = [this](const std::vector<model::LogEvent>& events) -> Result<> {
                           written_.insert(written_.end(), events.begin(), events.end());
                           return {};
                         },
                         .put = [this](const flow_logs::Object& object) -> Result<> {
                           if (disk_) {
                             return std::unexpected(*disk_);
                           }
                           put_.push_back(object);
                           return {};
                         },
                         .keep = [this](const auto& groups) -> Result<> {
                           kept_ = groups;
                           return {};
                         }}};
};

TEST_F(FlowLogWriterTest, Records_are_written_when_their_window_is_over) {
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  pass_window();
  const std::vector<std::string> expected = {
      "eni-client-all: 2 111111111111 eni-client 10.0.1.10 10.0.1.100 40000 80 6 5 300 1010 1012 "
      "ACCEPT OK"};
  EXPECT_EQ(written(), expected);
  // Into its group, which has been made.
  const auto world = core_.snapshot();
  const auto* group = world->find(model::log_group_of(log()));
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(written_.front().group, model::log_key(*group));
  EXPECT_EQ(written_.front().time, TimePoint(std::chrono::seconds(1010)));
  EXPECT_EQ(written_.front().ingested, clock_.now());
}

TEST_F(FlowLogWriterTest, Packets_are_told_of_by_a_log_that_is_made_while_they_are_read) {
  writer_.step();
  change([](model::Transaction& tx) { tx.erase(model::Id<model::FlowLog>("fl-1")); });
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  meanwhile_ = [this] { change([](model::Transaction& tx) { tx.put(log()); }); };
  writer_.step();
  meanwhile_ = [] {};
  pass_window();
  ASSERT_EQ(written_.size(), 1U);
  EXPECT_TRUE(written_[0].message.ends_with("5 300 1010 1012 ACCEPT OK"));
}

TEST_F(FlowLogWriterTest, Times_are_right_though_it_was_held_up_between_the_clocks) {
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  clock_.held_up_ = std::chrono::seconds(-30);  // the first reading is of 30 s before the others
  pass_window();
  ASSERT_EQ(written_.size(), 1U);
  EXPECT_TRUE(written_[0].message.ends_with("5 300 1010 1012 ACCEPT OK"));
}

TEST_F(FlowLogWriterTest, A_buckets_records_of_a_window_are_one_object) {
  change([](model::Transaction& tx) { tx.put(log_to_bucket()); });
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  pass_window();
  EXPECT_TRUE(written_.empty());
  ASSERT_EQ(put_.size(), 1U);
  EXPECT_EQ(put_[0].bucket, "bucket");
  EXPECT_NE(put_[0].name.find("_fl-1_19700101T0016Z_"), std::string::npos);
}

// [EC2 API reference, FlowLog, deliverLogsErrorMessage]
TEST_F(FlowLogWriterTest, What_is_wrong_with_a_bucket_is_said_until_it_is_mended) {
  change([](model::Transaction& tx) { tx.put(log_to_bucket()); });
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  disk_ = Error(ErrorKind::Environment, faults::InternalError, "no space left");
  pass_window();
  EXPECT_EQ(bucket_error(), "Unknown error");
  const std::uint64_t revision = core_.snapshot()->revision();
  writer_.step();
  EXPECT_EQ(core_.snapshot()->revision(), revision);  // nothing new to say
  disk_ = Error(ErrorKind::Refusal, faults::AccessDenied, "no such folder");
  writer_.step();
  EXPECT_EQ(bucket_error(), "Access error");
  disk_ = std::nullopt;
  writer_.step();
  EXPECT_EQ(bucket_error(), "");
  EXPECT_EQ(put_.size(), 1U);
}

TEST_F(FlowLogWriterTest, When_it_ends_what_was_seen_of_a_window_is_written) {
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  writer_.step();
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  writer_.finish();
  ASSERT_EQ(written_.size(), 1U);
  EXPECT_TRUE(written_[0].message.ends_with("ACCEPT OK"));
  writer_.finish();
  EXPECT_EQ(written_.size(), 1U);
}

TEST_F(FlowLogWriterTest, Nothing_is_written_that_the_role_does_not_allow) {
  change([](model::Transaction& tx) {
    tx.erase(model::iam_id<model::Role>(model::Id<model::Account>("111111111111"), "deliver"));
  });
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}}};
  pass_window();
  EXPECT_TRUE(written_.empty());
  EXPECT_TRUE(core_.snapshot()->all<model::LogGroup>().empty());
}

TEST_F(FlowLogWriterTest, Without_flow_logs_nothing_is_read) {
  change([](model::Transaction& tx) { tx.erase(model::Id<model::FlowLog>("fl-1")); });
  pass_window();
  EXPECT_EQ(reads_, 0);
  EXPECT_TRUE(written_.empty());
}

TEST_F(FlowLogWriterTest, What_was_lost_is_said) {
  const Counted row = flow_logs::through_endpoint(kPnVerdictFlowForwarded);
  batches_ = {{.rows = {{row.key, row.traffic}}, .lost = 7}};
  pass_window();
  ASSERT_EQ(written_.size(), 2U);
  EXPECT_TRUE(written_.front().message.ends_with("- SKIPDATA"));
}

TEST_F(FlowLogWriterTest, Groups_keep_their_events_as_long_as_they_say) {
  change([](model::Transaction& tx) {
    tx.put(model::LogGroup{.id = model::Id<model::LogGroup>("a"), .retention_days = 1});
    tx.put(model::LogGroup{.id = model::Id<model::LogGroup>("b")});
  });
  clock_.second_ = 200'000;
  writer_.step();
  ASSERT_EQ(kept_.size(), 2U);
  EXPECT_EQ(kept_.at("a@0"), TimePoint(std::chrono::seconds(200'000 - 86'400)));
  EXPECT_EQ(kept_.at("b@0"), std::nullopt);
}

TEST_F(FlowLogWriterTest, It_is_back_in_time_for_the_end_of_a_window) {
  EXPECT_EQ(writer_.step(), std::chrono::seconds(1));
  clock_.second_ = 1019;
  EXPECT_LE(writer_.step(), std::chrono::seconds(1));
}

}  // namespace
}  // namespace postern::daemon
