// SPDX-License-Identifier: Apache-2.0
#include "store/log_store.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace postern::store {

Result<std::unique_ptr<LogStore>> LogStore::open(const std::filesystem::path& data_dir) {
  TRY_ASSIGN(Database database, Database::open(data_dir / "logs.db", "the store of log events: "));
  std::unique_ptr<LogStore> store(new LogStore(std::move(database)));
  TRY(store->prepare_schema());
  return store;
}

Result<> LogStore::prepare_schema() {
  TRY(database_.log_ahead(Database::Outlives::Process));
  return database_.execute(
      "CREATE TABLE IF NOT EXISTS event(number INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  log_group TEXT NOT NULL, stream TEXT NOT NULL, time INTEGER NOT NULL,"
      "  ingested INTEGER NOT NULL, message TEXT NOT NULL) STRICT;"
      "CREATE INDEX IF NOT EXISTS event_of_group ON event(log_group, time, number);"
      "CREATE INDEX IF NOT EXISTS event_of_stream ON event(log_group, stream, time, number);"
      "CREATE TABLE IF NOT EXISTS stream(log_group TEXT NOT NULL, name TEXT NOT NULL,"
      "  created INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
      "  ingested INTEGER NOT NULL, PRIMARY KEY (log_group, name)) STRICT, WITHOUT ROWID;");
}

Result<> LogStore::write(const std::vector<model::LogEvent>& events) {
  const std::scoped_lock lock(mutex_);
  return database_.transaction([&] { return write_all(events); });
}

Result<> LogStore::write_all(const std::vector<model::LogEvent>& events) {
  TRY_ASSIGN(Statement event, database_.prepare("INSERT INTO event(log_group, stream, time, "
                                                "ingested, message) VALUES (?, ?, ?, ?, ?)"));
  TRY_ASSIGN(Statement stream,
             database_.prepare(
                 "INSERT INTO stream VALUES (?1, ?2, ?4, ?3, ?3, ?4) ON CONFLICT DO UPDATE SET"
                 "  first = min(first, ?3), last = max(last, ?3), ingested = ?4"));
  for (const model::LogEvent& one : events) {
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

Result<> LogStore::keep(const std::map<std::string, std::optional<TimePoint>>& kept) {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement groups, database_.prepare("SELECT DISTINCT log_group FROM stream"));
  TRY_ASSIGN(Statement events,
             database_.prepare("DELETE FROM event WHERE log_group = ? AND time < ?"));
  TRY_ASSIGN(Statement streams, database_.prepare("DELETE FROM stream WHERE log_group = ?"));
  TRY_ASSIGN(const auto found, groups.all([](const Statement& row) { return row.text(0); }));
  for (const std::string& group : found) {
    const auto at = kept.find(group);
    if (at == kept.end()) {
      TRY(events.bind(group).bind(TimePoint::max()).step());
      TRY(streams.bind(group).step());
    } else if (at->second) {
      TRY(events.bind(group).bind(*at->second).step());
    }
  }
  return {};
}

Result<std::vector<model::LogStream>> LogStore::streams(const std::string& group) const {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement rows,
             database_.prepare("SELECT name, created, first, last, ingested FROM stream"
                               " WHERE log_group = ? ORDER BY name"));
  return rows.bind(group).all([](const Statement& row) {
    return model::LogStream{.name = row.text(0),
                            .created_at = row.time(1),
                            .first_event = row.time(2),
                            .last_event = row.time(3),
                            .last_ingested = row.time(4)};
  });
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
  TRY_ASSIGN(Statement rows, database_.prepare(fmt::format(
                                 "SELECT number, stream, time, ingested, message FROM event"
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
  TRY_ASSIGN(auto out, rows.all([&](const Statement& row) {
    return model::LogEvent{.group = query.group,
                           .stream = row.text(1),
                           .time = row.time(2),
                           .ingested = row.time(3),
                           .message = row.text(4),
                           .number = row.number(0)};
  }));
  if (query.newest) {
    std::ranges::reverse(out);
  }
  return out;
}

}  // namespace postern::store
