// SPDX-License-Identifier: Apache-2.0
// What each page is told, turn by turn, without a thread and without a browser.
#include "console/live_streams.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "console/test_visitors.h"

namespace postern::console {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;

class SetClock final : public Clock {
 public:
  TimePoint now() const override { return kNow; }
  SteadyPoint steady_now() const override { return at; }
  SteadyPoint at{};
};

class LiveStreamsTest : public testing::Test {
 protected:
  void SetUp() override { signal(SIGPIPE, SIG_IGN); }

  Fd open(const model::Id<model::Account>& account = kAda, const std::string& question = "") {
    auto opened = streams_.open({.session = "s", .account = account, .question = question});
    EXPECT_TRUE(opened);
    return opened ? std::move(*opened) : Fd();
  }
  // One turn in which so many packets are told of.
  void turn(std::uint64_t packets = 0) {
    coming_ = packets;
    streams_.turn();
  }
  // What has come since the last reading; "end" when the stream is over.
  static std::string read_all(const Fd& from) {
    fcntl(from.get(), F_SETFL, O_NONBLOCK);
    std::string out(4 << 20, '\0');
    const ssize_t count = read(from.get(), out.data(), out.size());
    out.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return count == 0 ? "end" : out;
  }

  SetClock clock_;
  std::uint64_t coming_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t lost_ = 100;  // before anybody watched
  bool broken_ = false;
  std::string answer_ = "{}";
  int status_ = 200;
  std::vector<std::string> targets_;
  std::optional<model::Id<model::Account>> signed_out_;
  LiveStreams streams_{
      {.clock = clock_,
       .events =
           [this](const std::string& target) {
             targets_.push_back(target);
             json::array events;
             for (; coming_ > 0; --coming_) {
               events.push_back(json::object{{"number", ++number_}, {"account", kAda.value}});
             }
             return OperatorAnswer{.status = broken_ ? 500 : 200,
                                   .json = json::serialize(json::object{
                                       {"events", events}, {"next", number_}, {"lost", lost_}})};
           },
       .view = [this](const Watch& watch,
                      const json::object& events) -> std::optional<json::object> {
         if (signed_out_ == watch.account) {
           return std::nullopt;
         }
         json::object seen = events;
         if (watch.account != kAda) {
           seen["events"] = json::array();
         }
         return seen;
       },
       .explain =
           [this](const Watch&) { return OperatorAnswer{.status = status_, .json = answer_}; }}};
};

TEST_F(LiveStreamsTest, Each_page_is_told_of_what_it_may_see) {
  const Fd ada = open();
  const Fd bob = open(kBob);
  turn(1);
  EXPECT_EQ(read_all(ada), "event: packet\ndata: {\"number\":1,\"account\":\"111111111111\"}\n\n");
  EXPECT_EQ(read_all(bob), "");
}

TEST_F(LiveStreamsTest, Events_go_on_where_the_last_turn_ended_and_begin_anew_when_nobody_looks) {
  Fd first = open();
  turn(2);
  turn();
  first.reset();
  turn(1);
  const Fd second = open();
  turn();
  EXPECT_EQ(targets_,
            (std::vector<std::string>{"/events", "/events?after=2", "/events?after=2", "/events"}));
}

TEST_F(LiveStreamsTest, A_slow_reader_misses_packets_and_is_told_how_many) {
  const Fd from = open();
  turn(100'000);
  std::string all;
  for (std::string part; !(part = read_all(from)).empty();) {
    all += part;
  }
  turn();
  for (std::string part; !(part = read_all(from)).empty();) {
    all += part;
  }
  std::uint64_t packets = 0;
  for (std::size_t at = 0; (at = all.find("event: packet", at)) != std::string::npos; ++at) {
    ++packets;
  }
  EXPECT_GT(packets, 100U);
  EXPECT_LT(packets, 100'000U);
  EXPECT_TRUE(
      all.ends_with(fmt::format("event: lost\ndata: {{\"lost\":{}}}\n\n", 100'000 - packets)))
      << all.substr(all.size() - std::min<std::size_t>(all.size(), 100));
}

TEST_F(LiveStreamsTest, What_the_kernel_had_no_room_for_is_told_from_the_streams_begin) {
  const Fd from = open();
  turn();
  EXPECT_EQ(read_all(from), "");
  lost_ += 7;
  turn();
  EXPECT_EQ(read_all(from), "event: lost\ndata: {\"lost\":7}\n\n");
}

TEST_F(LiveStreamsTest, The_path_is_told_when_it_has_changed) {
  const Fd from = open(kAda, "question");
  turn();
  EXPECT_EQ(read_all(from), "event: path\ndata: {}\n\n");
  clock_.at += std::chrono::seconds(2);
  turn();
  EXPECT_EQ(read_all(from), "");
  answer_ = R"({"answer":"reachable"})";
  turn();
  EXPECT_EQ(read_all(from), "") << "it is not asked for in every turn";
  clock_.at += std::chrono::seconds(2);
  turn();
  EXPECT_EQ(read_all(from), "event: path\ndata: {\"answer\":\"reachable\"}\n\n");
  status_ = 400;
  answer_ = R"({"code":"InvalidParameterValue","error":"there is no instance"})";
  clock_.at += std::chrono::seconds(2);
  turn();
  EXPECT_TRUE(read_all(from).starts_with("event: refused\ndata: {\"code\""));
}

TEST_F(LiveStreamsTest, A_path_that_is_longer_than_the_room_comes_whole) {
  const Fd from = open(kAda, "question");
  answer_ = std::string(3'000'000, 'x');
  std::string all;
  for (int turns = 0; turns < 100 && !all.ends_with("x\n\n"); ++turns) {
    turn(1);
    for (std::string part; !(part = read_all(from)).empty();) {
      all += part;
    }
  }
  EXPECT_NE(all.find("event: path\ndata: " + answer_ + "\n\n"), std::string::npos);
}

TEST_F(LiveStreamsTest, Silence_is_broken_by_a_comment) {
  const Fd from = open();
  turn();
  clock_.at += std::chrono::seconds(9);
  turn();
  EXPECT_EQ(read_all(from), "");
  clock_.at += std::chrono::seconds(1);
  turn();
  EXPECT_EQ(read_all(from), ":\n\n");
}

TEST_F(LiveStreamsTest, A_stream_ends_with_its_session_and_others_go_on) {
  const Fd ada = open();
  const Fd bob = open(kBob);
  turn();
  signed_out_ = kBob;
  turn(1);
  EXPECT_EQ(read_all(bob), "end");
  EXPECT_NE(read_all(ada), "end");
}

TEST_F(LiveStreamsTest, Only_so_many_watch_at_a_time) {
  std::vector<Fd> all;
  for (std::size_t i = 0; i < LiveStreams::kOpenMax; ++i) {
    all.push_back(open());
  }
  EXPECT_FALSE(streams_.open({}));
  all.pop_back();
  turn(1);
  EXPECT_TRUE(streams_.open({}));
}

TEST_F(LiveStreamsTest, Without_events_the_path_is_told_still) {
  broken_ = true;
  const Fd from = open(kAda, "question");
  turn();
  EXPECT_EQ(read_all(from), "event: path\ndata: {}\n\n");
}

TEST_F(LiveStreamsTest, Nobody_waits_once_it_shall_stop) {
  std::jthread waiting([this](const std::stop_token& stop) { EXPECT_FALSE(streams_.wait(stop)); });
  waiting.request_stop();
  waiting.join();
  const Fd from = open();
  EXPECT_TRUE(streams_.wait(std::stop_token()));
}

}  // namespace
}  // namespace postern::console
