// SPDX-License-Identifier: Apache-2.0
// [CloudWatch Logs API reference]
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "api/logs/service.h"
#include "api/wire/json.h"

namespace postern::api::logs {
namespace {

using model::LogEvent;
using testing::HasSubstr;
using testing::Not;

TimePoint at(int milliseconds) {
  return TimePoint(std::chrono::milliseconds(milliseconds));
}

// Events in their order.
class FakeLogs final : public model::LogReader {
 public:
  void add(const std::string& group, const char* stream, int time, const char* message) {
    events_.push_back({.group = group,
                       .stream = stream,
                       .time = at(time),
                       .ingested = at(time + 1),
                       .message = message,
                       .number = static_cast<std::int64_t>(events_.size()) + 1});
  }
  Result<std::vector<model::LogStream>> streams(const std::string& group) const override {
    std::map<std::string, model::LogStream> found;
    for (const LogEvent& event : events_) {
      if (event.group == group) {
        auto& stream = found
                           .try_emplace(event.stream, model::LogStream{.name = event.stream,
                                                                       .created_at = event.time,
                                                                       .first_event = event.time})
                           .first->second;
        stream.last_event = event.time;
      }
    }
    std::vector<model::LogStream> out;
    for (const auto& [name, stream] : found) {
      out.push_back(stream);
    }
    return out;
  }
  Result<std::vector<LogEvent>> events(const model::LogQuery& query) const override {
    std::vector<LogEvent> out;
    for (const LogEvent& event : events_) {
      const model::LogPlace place{event.time, event.number};
      if (event.group == query.group &&
          (!query.streams || std::ranges::count(*query.streams, event.stream) > 0) &&
          (!query.from || event.time >= *query.from) &&
          (!query.until || event.time < *query.until) && (!query.after || place > *query.after) &&
          (!query.before || place < *query.before)) {
        out.push_back(event);
      }
    }
    if (out.size() > query.limit) {
      const auto cut = static_cast<std::ptrdiff_t>(out.size() - query.limit);
      out.erase(query.newest ? out.begin() : out.end() - cut,
                query.newest ? out.begin() + cut : out.end());
    }
    return out;
  }

 private:
  std::vector<LogEvent> events_;
};

class LogEventTest : public testing::Test {
 protected:
  LogEventTest() {
    const model::LogGroup group{.id = model::log_group_id(caller_.account, "r-1", "g"),
                                .owner = caller_.account,
                                .region = "r-1",
                                .name = "g",
                                .created_at = at(7)};
    world_ = model::WorldBuilder().put(group).build();
    const std::string key = model::log_key(group);
    logs_.add(key, "eni-1-all", 10, "one ACCEPT");
    logs_.add(key, "eni-1-all", 20, "two REJECT");
    logs_.add(key, "eni-2-all", 30, "three ACCEPT");
    logs_.add(key, "eni-1-all", 40, "four ACCEPT");
    logs_.add("another", "eni-1-all", 10, "others'");
    machine_.logs = &logs_;
  }

  std::string run(std::string_view action, const std::string& body) {
    static const Service kService = logs_service();
    const auto root = wire::json_parameters(body);
    const View view{.world = world_, .caller = caller_, .now = at(1000), .machine = machine_};
    const auto answer = kService.find(action)->read(kService.dialect, view, *root);
    return answer ? *answer : std::string(answer.error().fault().code);
  }
  // The messages in an answer, and a token of it.
  static std::vector<std::string> messages(const std::string& answer) {
    std::vector<std::string> out;
    static constexpr std::string_view kName = R"("message":")";
    for (std::size_t at = 0; (at = answer.find(kName, at)) != std::string::npos;) {
      at += kName.size();
      out.push_back(answer.substr(at, answer.find('"', at) - at));
    }
    return out;
  }
  static std::string token(const std::string& answer, const std::string& name) {
    const std::string key = '"' + name + R"(":")";
    const std::size_t at = answer.find(key);
    return at == std::string::npos
               ? ""
               : answer.substr(at + key.size(),
                               answer.find('"', at + key.size()) - at - key.size());
  }

  FakeLogs logs_;
  Machine machine_;
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"), .region = "r-1"};
  model::World world_;
};

using Texts = std::vector<std::string>;

TEST_F(LogEventTest, Streams_are_described) {
  const std::string all = run("DescribeLogStreams", R"({"logGroupName":"g"})");
  EXPECT_THAT(all, HasSubstr(R"("logStreamName":"eni-1-all","creationTime":10,)"
                             R"("firstEventTimestamp":10,"lastEventTimestamp":40)"));
  EXPECT_THAT(all, HasSubstr("arn:aws:logs:r-1:111111111111:log-group:g:log-stream:eni-2-all"));
  const std::string some =
      run("DescribeLogStreams", R"({"logGroupName":"g","logStreamNamePrefix":"eni-2"})");
  EXPECT_THAT(some, Not(HasSubstr("eni-1-all")));
  const std::string first =
      run("DescribeLogStreams",
          R"({"logGroupName":"g","orderBy":"LastEventTime","descending":true,"limit":1})");
  EXPECT_THAT(first, HasSubstr(R"("logStreamName":"eni-1-all")"));
  EXPECT_EQ(token(first, "nextToken"), "eni-2-all");
}

TEST_F(LogEventTest, A_streams_events_are_read_page_by_page) {
  const std::string body = R"({"logGroupName":"g","logStreamName":"eni-1-all")";
  EXPECT_EQ(messages(run("GetLogEvents", body + "}")),
            (Texts{"one ACCEPT", "two REJECT", "four ACCEPT"}));
  EXPECT_EQ(messages(run("GetLogEvents", body + R"(,"startTime":20,"endTime":40})")),
            Texts{"two REJECT"});
  const std::string newest = run("GetLogEvents", body + R"(,"limit":1})");
  EXPECT_EQ(messages(newest), Texts{"four ACCEPT"});
  const std::string before = run("GetLogEvents", body + R"(,"limit":5,"nextToken":")" +
                                                     token(newest, "nextBackwardToken") + "\"}");
  EXPECT_EQ(messages(before), (Texts{"one ACCEPT", "two REJECT"}));
  // At the end the token stays as it is.
  const std::string forward = token(newest, "nextForwardToken");
  const std::string end = run("GetLogEvents", body + R"(,"nextToken":")" + forward + "\"}");
  EXPECT_EQ(messages(end), Texts());
  EXPECT_EQ(token(end, "nextForwardToken"), forward);
  const std::string head = run("GetLogEvents", body + R"(,"startFromHead":true,"limit":2})");
  EXPECT_EQ(messages(head), (Texts{"one ACCEPT", "two REJECT"}));
}

TEST_F(LogEventTest, A_groups_events_are_filtered) {
  EXPECT_EQ(messages(run("FilterLogEvents", R"({"logGroupName":"g"})")).size(), 4U);
  EXPECT_EQ(messages(run("FilterLogEvents", R"({"logGroupName":"g","filterPattern":"REJECT"})")),
            Texts{"two REJECT"});
  EXPECT_EQ(
      messages(run("FilterLogEvents", R"({"logGroupName":"g","logStreamNames":["eni-2-all"]})")),
      Texts{"three ACCEPT"});
  EXPECT_EQ(messages(run("FilterLogEvents",
                         R"({"logGroupName":"g","logStreamNamePrefix":"eni-1","endTime":20})")),
            (Texts{"one ACCEPT", "two REJECT"}));
  const std::string first = run("FilterLogEvents", R"({"logGroupName":"g","limit":3})");
  EXPECT_EQ(messages(first).size(), 3U);
  EXPECT_EQ(messages(run("FilterLogEvents", R"({"logGroupName":"g","nextToken":")" +
                                                token(first, "nextToken") + "\"}")),
            Texts{"four ACCEPT"});
}

TEST_F(LogEventTest, Refuses_as_AWS_does) {
  EXPECT_EQ(run("FilterLogEvents", R"({"logGroupName":"h"})"), "ResourceNotFoundException");
  EXPECT_EQ(run("GetLogEvents", R"({"logGroupName":"g","logStreamName":"eni-3"})"),
            "ResourceNotFoundException");
  EXPECT_EQ(run("GetLogEvents", R"({"logGroupName":"g","logStreamName":"eni-1-all","limit":0})"),
            "InvalidParameterException");
  EXPECT_EQ(
      run("GetLogEvents", R"({"logGroupName":"g","logStreamName":"eni-1-all","nextToken":"x"})"),
      "InvalidParameterException");
  EXPECT_EQ(run("FilterLogEvents", R"({"logGroupName":"g","filterPattern":"{ $.a = 1 }"})"),
            "InvalidParameterException");
  EXPECT_EQ(run("FilterLogEvents",
                R"({"logGroupName":"g","logStreamNames":["eni-1-all"],"logStreamNamePrefix":"e"})"),
            "InvalidParameterException");
  EXPECT_EQ(run("DescribeLogStreams", "{}"), "InvalidParameterException");
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(run("FilterLogEvents",
                R"({"logGroupIdentifier":"arn:aws:logs:r-1:111111111111:log-group:g"})"),
            "ResourceNotFoundException");
}

}  // namespace
}  // namespace postern::api::logs
