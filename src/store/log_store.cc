// SPDX-License-Identifier: Apache-2.0
#include "store/log_store.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace postern::store {
namespace {

std::int64_t count_of(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint time_of(std::int64_t count) {
  return TimePoint(TimePoint::duration(count));
}

}  // namespace

// One use of a statement, with its parameters in their order.
struct LogStore::Statement {
  explicit Statement(const LogStore& of) : store(of) {}
  ~Statement() { sqlite3_finalize(statement); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Result<> prepare(std::string_view sql) {
    return sqlite3_prepare_v2(store.database_, sql.data(), static_cast<int>(sql.size()), &statement,
                              nullptr) == SQLITE_OK
               ? Result<>()
               : Result<>(store.failed());
  }
  Statement& bind(std::string_view text) {
    sqlite3_bind_text(statement, ++bound, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind(std::int64_t number) {
    sqlite3_bind_int64(statement, ++bound, number);
    return *this;
  }
  Statement& bind(TimePoint time) { return bind(count_of(time)); }

  // Whether there is a (next) row.
  Result<bool> step() {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
      return store.failed();
    }
    return code == SQLITE_ROW;
  }
  // To be bound and stepped anew.
  void reset() {
    sqlite3_reset(statement);
    bound = 0;
  }
  std::string text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
  }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement, column); }
  TimePoint time(int column) const { return time_of(number(column)); }

  const LogStore& store;
  sqlite3_stmt* statement = nullptr;
  int bound = 0;
};

Result<std::unique_ptr<LogStore>> LogStore::open(const std::filesystem::path& data_dir) {
  const std::filesystem::path file = data_dir / "logs.db";
  // SQLite would make it readable for everybody.
  const Fd made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made) {
    return unavailable("opening {}: {}", file.string(), std::strerror(errno));
  }
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  std::unique_ptr<LogStore> store(new LogStore(database));
  if (code != SQLITE_OK) {
    return store->failed();
  }
  if (auto done = store->prepare_schema(); !done) {
    return std::unexpected(
        std::move(done).error().while_doing(fmt::format("opening {}", file.string())));
  }
  return store;
}

LogStore::~LogStore() {
  sqlite3_close(database_);
}

Result<> LogStore::prepare_schema() const {
  return execute(
      "PRAGMA journal_mode=WAL;"
      "PRAGMA synchronous=NORMAL;"
      "CREATE TABLE IF NOT EXISTS event(number INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  log_group TEXT NOT NULL, stream TEXT NOT NULL, time INTEGER NOT NULL,"
      "  ingested INTEGER NOT NULL, message TEXT NOT NULL) STRICT;"
      "CREATE INDEX IF NOT EXISTS event_of_group ON event(log_group, time, number);"
      "CREATE INDEX IF NOT EXISTS event_of_stream ON event(log_group, stream, time, number);"
      "CREATE TABLE IF NOT EXISTS stream(log_group TEXT NOT NULL, name TEXT NOT NULL,"
      "  created INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
      "  ingested INTEGER NOT NULL, PRIMARY KEY (log_group, name)) STRICT, WITHOUT ROWID;");
}

Result<> LogStore::execute(const char* sql) const {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? Result<>()
                                                                              : Result<>(failed());
}

std::unexpected<Error> LogStore::failed() const {
  return unavailable("the store of log events: {}", sqlite3_errmsg(database_));
}

Result<> LogStore::write(const std::vector<model::LogEvent>& events) {
  const std::scoped_lock lock(mutex_);
  TRY(execute("BEGIN IMMEDIATE"));
  auto done = write_all(events);
  if (!done) {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    return done;
  }
  return execute("COMMIT");
}

Result<> LogStore::write_all(const std::vector<model::LogEvent>& events) const {
  Statement event(*this);
  TRY(event.prepare(
      "INSERT INTO event(log_group, stream, time, ingested, message) VALUES (?, ?, ?, ?, ?)"));
  Statement stream(*this);
  TRY(
      stream.prepare("INSERT INTO stream VALUES (?1, ?2, ?4, ?3, ?3, ?4) ON CONFLICT DO UPDATE SET"
                     "  first = min(first, ?3), last = max(last, ?3), ingested = ?4"));
  for (const model::LogEvent& one : events) {
    event.reset();
    stream.reset();
    TRY(event.bind(one.group)
            .bind(one.stream)
            .bind(one.time)
            .bind(one.ingested)
            .bind(one.message)
            .step());
    TRY(stream.bind(one.group).bind(one.stream).bind(one.time).bind(one.ingested).step());
  }
  return {};
}

Result<> LogStore::keep(const std::map<std::string, std::optional<TimePoint>>& groups) {
  const std::scoped_lock lock(mutex_);
  return keep_all(groups);
}

Result<> LogStore::keep_all(const std::map<std::string, std::optional<TimePoint>>& kept) const {
  TRY_ASSIGN(const auto found, groups());
  for (const std::string& group : found) {
    const auto at = kept.find(group);
    if (at != kept.end() && !at->second) {
      continue;
    }
    const bool whole = at == kept.end();
    Statement events(*this);
    TRY(events.prepare("DELETE FROM event WHERE log_group = ? AND time < ?"));
    TRY(events.bind(group).bind(whole ? TimePoint::max() : *at->second).step());
    if (whole) {
      Statement streams(*this);
      TRY(streams.prepare("DELETE FROM stream WHERE log_group = ?"));
      TRY(streams.bind(group).step());
    }
  }
  return {};
}

Result<std::vector<std::string>> LogStore::groups() const {
  Statement rows(*this);
  TRY(rows.prepare("SELECT DISTINCT log_group FROM stream"));
  std::vector<std::string> out;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return out;
    }
    out.push_back(rows.text(0));
  }
}

Result<std::vector<model::LogStream>> LogStore::streams(const std::string& group) const {
  const std::scoped_lock lock(mutex_);
  Statement rows(*this);
  TRY(
      rows.prepare("SELECT name, created, first, last, ingested FROM stream WHERE log_group = ?"
                   " ORDER BY name"));
  rows.bind(group);
  std::vector<model::LogStream> out;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return out;
    }
    out.push_back({.name = rows.text(0),
                   .created_at = rows.time(1),
                   .first_event = rows.time(2),
                   .last_event = rows.time(3),
                   .last_ingested = rows.time(4)});
  }
}

Result<std::vector<model::LogEvent>> LogStore::events(const model::LogQuery& query) const {
  const model::LogPlace after = query.after.value_or(model::LogPlace{TimePoint::min(), 0});
  const model::LogPlace before = query.before.value_or(model::LogPlace{TimePoint::max(), 0});
  const std::vector<std::string> streams = query.streams.value_or(std::vector<std::string>());
  const std::string chosen =
      query.streams
          ? fmt::format(" AND stream IN ({})",
                        fmt::join(std::vector<std::string_view>(streams.size(), "?"), ","))
          : "";
  const std::string_view order = query.newest ? "DESC" : "ASC";
  const std::scoped_lock lock(mutex_);
  Statement rows(*this);
  TRY(
      rows.prepare(fmt::format("SELECT number, stream, time, ingested, message FROM event"
                               " WHERE log_group = ? AND time >= ? AND time < ?"
                               " AND (time, number) > (?, ?) AND (time, number) < (?, ?){}"
                               " ORDER BY time {}, number {} LIMIT ?",
                               chosen, order, order)));
  rows.bind(query.group)
      .bind(query.from.value_or(TimePoint::min()))
      .bind(query.until.value_or(TimePoint::max()))
      .bind(after.time)
      .bind(after.number)
      .bind(before.time)
      .bind(before.number);
  for (const std::string& stream : streams) {
    rows.bind(stream);
  }
  rows.bind(static_cast<std::int64_t>(query.limit));
  std::vector<model::LogEvent> out;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      break;
    }
    out.push_back({.group = query.group,
                   .stream = rows.text(1),
                   .time = rows.time(2),
                   .ingested = rows.time(3),
                   .message = rows.text(4),
                   .number = rows.number(0)});
  }
  if (query.newest) {
    std::ranges::reverse(out);
  }
  return out;
}

}  // namespace postern::store
