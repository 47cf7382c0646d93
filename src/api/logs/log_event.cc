// SPDX-License-Identifier: Apache-2.0
// What was written to log groups: DescribeLogStreams, GetLogEvents, FilterLogEvents.
// [CloudWatch Logs API reference]
#include <algorithm>
#include <charconv>

#include "api/action/json_action.h"
#include "api/logs/actions.h"
#include "api/logs/filter_pattern.h"
#include "api/logs/find.h"

namespace postern::api::logs {
namespace {

using model::LogEvent;
using model::LogPlace;
using model::LogQuery;
using model::LogStream;

constexpr int kStreamsMax = 50;
constexpr int kEventsMax = 10'000;
constexpr std::size_t kStreamNamesMax = 100;

std::int64_t milliseconds(TimePoint time) {
  return time.time_since_epoch().count();
}

std::optional<TimePoint> time_of(const std::optional<long>& given) {
  return given ? std::optional(TimePoint(std::chrono::milliseconds(*given))) : std::nullopt;
}

Result<std::size_t> limit_of(const std::optional<int>& given, int most) {
  const int limit = given.value_or(most);
  if (limit < 1 || limit > most) {
    return refuse(faults::InvalidParameterException, "limit must be between 1 and {}", most);
  }
  return static_cast<std::size_t>(limit);
}

Result<std::vector<LogStream>> streams_of(const View& view, const std::string& group) {
  return view.machine.logs == nullptr ? std::vector<LogStream>()
                                      : view.machine.logs->streams(group);
}

Result<std::vector<LogEvent>> events_of(const View& view, const LogQuery& query) {
  return view.machine.logs == nullptr ? std::vector<LogEvent>() : view.machine.logs->events(query);
}

// ---- DescribeLogStreams ----

struct DescribeLogStreamsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::optional<std::string> logStreamNamePrefix;
  std::optional<std::string> orderBy;
  std::optional<bool> descending;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
};
BOOST_DESCRIBE_STRUCT(DescribeLogStreamsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamNamePrefix, orderBy, descending,
                       nextToken, limit))

struct LogStreamItem {
  std::string logStreamName;
  std::int64_t creationTime = 0;
  std::int64_t firstEventTimestamp = 0;
  std::int64_t lastEventTimestamp = 0;
  std::int64_t lastIngestionTime = 0;
  std::string arn;
  std::int64_t storedBytes = 0;  // "always reported as zero"
};
BOOST_DESCRIBE_STRUCT(LogStreamItem, (),
                      (logStreamName, creationTime, firstEventTimestamp, lastEventTimestamp,
                       lastIngestionTime, arn, storedBytes))

struct DescribeLogStreamsAnswer {
  std::vector<LogStreamItem> logStreams;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLogStreamsAnswer, (), (logStreams, nextToken))

Result<DescribeLogStreamsAnswer> describe_log_streams(const View& view,
                                                      const DescribeLogStreamsRequest& request) {
  TRY_ASSIGN(const auto* group, group_of_request(view.world, view.caller, request.logGroupName,
                                                 request.logGroupIdentifier));
  const std::string order = request.orderBy.value_or("LogStreamName");
  const bool by_time = order == "LastEventTime";
  if (!by_time && order != "LogStreamName") {
    return refuse(faults::InvalidParameterException, "Value '{}' at 'orderBy' is invalid", order);
  }
  if (by_time && request.logStreamNamePrefix) {
    return refuse(faults::InvalidParameterException,
                  "Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  TRY_ASSIGN(const std::size_t limit, limit_of(request.limit, kStreamsMax));
  TRY_ASSIGN(auto streams, streams_of(view, model::log_key(*group)));
  std::erase_if(streams, [&](const LogStream& stream) {
    return !stream.name.starts_with(request.logStreamNamePrefix.value_or(""));
  });
  if (by_time) {
    std::ranges::stable_sort(streams, {}, &LogStream::last_event);
  }
  if (request.descending.value_or(false)) {
    std::ranges::reverse(streams);
  }
  auto at = streams.begin();
  if (request.nextToken) {
    at = std::ranges::find(streams, *request.nextToken, &LogStream::name);
  }
  DescribeLogStreamsAnswer answer;
  for (; at != streams.end(); ++at) {
    if (answer.logStreams.size() == limit) {
      answer.nextToken = at->name;
      break;
    }
    answer.logStreams.push_back({.logStreamName = at->name,
                                 .creationTime = milliseconds(at->created_at),
                                 .firstEventTimestamp = milliseconds(at->first_event),
                                 .lastEventTimestamp = milliseconds(at->last_event),
                                 .lastIngestionTime = milliseconds(at->last_ingested),
                                 .arn = fmt::format("{}:log-stream:{}", group->id, at->name)});
  }
  return answer;
}

// ---- Tokens ----

// "f/<time>.<number>": what comes after that place; "b/…": what comes before it.
std::string token_of(char direction, const LogPlace& place) {
  return fmt::format("{}/{}.{}", direction, milliseconds(place.time), place.number);
}

struct Token {
  bool forward = true;
  LogPlace place;
};

Result<Token> parse_token(const std::string& text) {
  const std::size_t dot = text.find('.');
  std::int64_t time = 0;
  std::int64_t number = 0;
  const bool formed =
      (text.starts_with("f/") || text.starts_with("b/")) && dot != std::string::npos;
  const char* end = text.data() + text.size();
  if (!formed || std::from_chars(text.data() + 2, end, time).ptr != text.data() + dot ||
      std::from_chars(text.data() + dot + 1, end, number).ptr != end) {
    return refuse(faults::InvalidParameterException, "The specified nextToken is invalid.");
  }
  return Token{.forward = text[0] == 'f',
               .place = {.time = TimePoint(std::chrono::milliseconds(time)), .number = number}};
}

LogPlace place_of(const LogEvent& event) {
  return {.time = event.time, .number = event.number};
}

// ---- GetLogEvents ----

struct GetLogEventsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::string logStreamName;
  std::optional<long> startTime;
  std::optional<long> endTime;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
  std::optional<bool> startFromHead;
  std::optional<bool> unmask;  // nothing is masked: no difference
};
BOOST_DESCRIBE_STRUCT(GetLogEventsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamName, startTime, endTime,
                       nextToken, limit, startFromHead, unmask))

struct LogEventItem {
  std::int64_t timestamp = 0;
  std::string message;
  std::int64_t ingestionTime = 0;
};
BOOST_DESCRIBE_STRUCT(LogEventItem, (), (timestamp, message, ingestionTime))

struct GetLogEventsAnswer {
  std::vector<LogEventItem> events;
  std::string nextForwardToken;
  std::string nextBackwardToken;
};
BOOST_DESCRIBE_STRUCT(GetLogEventsAnswer, (), (events, nextForwardToken, nextBackwardToken))

// At an end of the stream the token of that direction is the one that was given.
Result<GetLogEventsAnswer> get_log_events(const View& view, const GetLogEventsRequest& request) {
  TRY_ASSIGN(const auto* group, group_of_request(view.world, view.caller, request.logGroupName,
                                                 request.logGroupIdentifier));
  const std::string key = model::log_key(*group);
  TRY_ASSIGN(const auto streams, streams_of(view, key));
  if (std::ranges::find(streams, request.logStreamName, &LogStream::name) == streams.end()) {
    return refuse(faults::LogsResourceNotFound, "The specified log stream does not exist.");
  }
  TRY_ASSIGN(const std::size_t limit, limit_of(request.limit, kEventsMax));
  LogQuery query{.group = key,
                 .streams = {{request.logStreamName}},
                 .from = time_of(request.startTime),
                 .until = time_of(request.endTime),
                 .newest = !request.startFromHead.value_or(false),
                 .limit = limit};
  LogPlace here{.time = query.newest ? query.until.value_or(view.now)
                                     : query.from.value_or(TimePoint())};
  if (request.nextToken) {
    TRY_ASSIGN(const Token token, parse_token(*request.nextToken));
    (token.forward ? query.after : query.before) = token.place;
    query.newest = !token.forward;
    here = token.place;
  }
  TRY_ASSIGN(const auto events, events_of(view, query));
  GetLogEventsAnswer answer{
      .nextForwardToken = token_of('f', events.empty() ? here : place_of(events.back())),
      .nextBackwardToken = token_of('b', events.empty() ? here : place_of(events.front()))};
  for (const LogEvent& event : events) {
    answer.events.push_back({.timestamp = milliseconds(event.time),
                             .message = event.message,
                             .ingestionTime = milliseconds(event.ingested)});
  }
  return answer;
}

// ---- FilterLogEvents ----

struct FilterLogEventsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::optional<std::vector<std::string>> logStreamNames;
  std::optional<std::string> logStreamNamePrefix;
  std::optional<long> startTime;
  std::optional<long> endTime;
  std::optional<std::string> filterPattern;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
  std::optional<bool>
      interleaved;             // "this parameter is ignored and the value is assumed to be true"
  std::optional<bool> unmask;  // nothing is masked: no difference
};
BOOST_DESCRIBE_STRUCT(FilterLogEventsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamNames, logStreamNamePrefix,
                       startTime, endTime, filterPattern, nextToken, limit, interleaved, unmask))

struct FilteredLogEventItem {
  std::string logStreamName;
  std::int64_t timestamp = 0;
  std::string message;
  std::int64_t ingestionTime = 0;
  std::string eventId;
};
BOOST_DESCRIBE_STRUCT(FilteredLogEventItem, (),
                      (logStreamName, timestamp, message, ingestionTime, eventId))

struct FilterLogEventsAnswer {
  std::vector<FilteredLogEventItem> events;
  std::vector<std::string> searchedLogStreams;  // "returns an empty list"
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(FilterLogEventsAnswer, (), (events, searchedLogStreams, nextToken))

// The streams that are wanted; nullopt: all.
Result<std::optional<std::vector<std::string>>> wanted_streams(
    const View& view, const std::string& key, const FilterLogEventsRequest& request) {
  if (request.logStreamNames && request.logStreamNamePrefix) {
    return refuse(faults::InvalidParameterException,
                  "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  }
  if (request.logStreamNames &&
      (request.logStreamNames->empty() || request.logStreamNames->size() > kStreamNamesMax)) {
    return refuse(faults::InvalidParameterException, "logStreamNames has 1 to {} names",
                  kStreamNamesMax);
  }
  if (!request.logStreamNames && !request.logStreamNamePrefix) {
    return std::nullopt;
  }
  TRY_ASSIGN(const auto streams, streams_of(view, key));
  std::vector<std::string> names;
  for (const LogStream& stream : streams) {
    if (request.logStreamNamePrefix && stream.name.starts_with(*request.logStreamNamePrefix)) {
      names.push_back(stream.name);
    }
  }
  for (const std::string& name : request.logStreamNames.value_or(std::vector<std::string>())) {
    if (std::ranges::find(streams, name, &LogStream::name) == streams.end()) {
      return refuse(faults::LogsResourceNotFound, "The specified log stream does not exist.");
    }
    names.push_back(name);
  }
  return names;
}

// A page is as many events as are looked at: of those that match, it may have none.
Result<FilterLogEventsAnswer> filter_log_events(const View& view,
                                                const FilterLogEventsRequest& request) {
  TRY_ASSIGN(const auto* group, group_of_request(view.world, view.caller, request.logGroupName,
                                                 request.logGroupIdentifier));
  const std::string key = model::log_key(*group);
  TRY_ASSIGN(const auto pattern, FilterPattern::parse(request.filterPattern.value_or("")));
  TRY_ASSIGN(const std::size_t limit, limit_of(request.limit, kEventsMax));
  LogQuery query{.group = key, .from = time_of(request.startTime), .limit = kEventsMax};
  TRY_ASSIGN(query.streams, wanted_streams(view, key, request));
  if (request.endTime) {  // "events with a timestamp later than this time are not returned"
    const TimePoint end = *time_of(request.endTime);
    query.until = end == TimePoint::max() ? end : end + std::chrono::milliseconds(1);
  }
  if (request.nextToken) {
    TRY_ASSIGN(const Token token, parse_token(*request.nextToken));
    query.after = token.place;
  }
  TRY_ASSIGN(const auto events, events_of(view, query));
  FilterLogEventsAnswer answer;
  if (events.size() == query.limit) {
    answer.nextToken = token_of('f', place_of(events.back()));
  }
  for (const LogEvent& event : events) {
    if (!pattern.matches(event.message)) {
      continue;
    }
    answer.events.push_back({.logStreamName = event.stream,
                             .timestamp = milliseconds(event.time),
                             .message = event.message,
                             .ingestionTime = milliseconds(event.ingested),
                             .eventId = fmt::format("{:056}", event.number)});
    if (answer.events.size() == limit) {
      const bool is_last = &event == &events.back();
      answer.nextToken = is_last ? answer.nextToken : std::optional(token_of('f', place_of(event)));
      break;
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> log_event_actions() {
  return {json_read<describe_log_streams>("DescribeLogStreams"),
          json_read<get_log_events>("GetLogEvents"),
          json_read<filter_log_events>("FilterLogEvents")};
}

}  // namespace postern::api::logs
