// SPDX-License-Identifier: Apache-2.0
#include "store/metric_store.h"

#include <boost/json.hpp>

namespace postern::store {
namespace {

namespace json = boost::json;
using std::chrono::hours;

constexpr hours kKeptByMinute(24 * 15);
constexpr hours kKeptByFiveMinutes(24 * 63);
constexpr hours kKeptByHour(24 * 455);
constexpr std::int64_t kFiveMinutes = 300'000;
constexpr std::int64_t kHour = 3'600'000;

// The same for the same dimensions: a map has its keys in their order.
std::string text_of(const std::map<std::string, std::string>& dimensions) {
  json::object out;
  for (const auto& [name, value] : dimensions) {
    out[name] = value;
  }
  return json::serialize(out);
}

std::map<std::string, std::string> dimensions_of(std::string_view text) {
  std::map<std::string, std::string> out;
  boost::system::error_code wrong;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), wrong);
  if (!wrong && parsed.is_object()) {
    for (const auto& member : parsed.get_object()) {
      if (member.value().is_string()) {
        out[std::string(member.key())] = std::string(member.value().get_string());
      }
    }
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<MetricStore>> MetricStore::open(const std::filesystem::path& data_dir,
                                                       std::int64_t points_max) {
  TRY_ASSIGN(Database database, Database::open(data_dir / "metrics.db", "the store of metrics: "));
  std::unique_ptr<MetricStore> store(new MetricStore(std::move(database), points_max));
  TRY(store->prepare_schema());
  return store;
}

// Times are milliseconds; `last` is that of the newest point.
Result<> MetricStore::prepare_schema() {
  TRY(database_.log_ahead(Database::Outlives::Process));
  return database_.execute(
      "CREATE TABLE IF NOT EXISTS metric(id INTEGER PRIMARY KEY, owner TEXT NOT NULL,"
      "  region TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
      "  dimensions TEXT NOT NULL, unit TEXT NOT NULL, last INTEGER NOT NULL,"
      "  UNIQUE (owner, region, namespace, name, dimensions)) STRICT;"
      "CREATE TABLE IF NOT EXISTS point(metric INTEGER NOT NULL, time INTEGER NOT NULL,"
      "  samples REAL NOT NULL, sum REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,"
      "  PRIMARY KEY (metric, time)) STRICT, WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS progress(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;");
}

Result<> MetricStore::write(const std::vector<model::Measured>& measured,
                            const std::string& progress) {
  const std::scoped_lock lock(mutex_);
  return database_.transaction([&] { return write_all(measured, progress); });
}

Result<> MetricStore::write_all(const std::vector<model::Measured>& measured,
                                const std::string& progress) {
  TRY_ASSIGN(Statement metric,
             database_.prepare("INSERT INTO metric(owner, region, namespace, name, dimensions,"
                               " unit, last) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                               " SET last = max(last, excluded.last) RETURNING id"));
  TRY_ASSIGN(Statement point,
             database_.prepare("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                               " SET samples = samples + excluded.samples,"
                               " sum = sum + excluded.sum,"
                               " minimum = min(minimum, excluded.minimum),"
                               " maximum = max(maximum, excluded.maximum)"));
  for (const model::Measured& one : measured) {
    const std::string dimensions = text_of(one.metric.dimensions);
    std::int64_t id = 0;
    TRY(metric.bind(one.metric.owner.value)
            .bind(one.metric.region)
            .bind(one.metric.name_space)
            .bind(one.metric.name)
            .bind(dimensions)
            .bind(one.unit)
            .bind(one.point.time)
            .each([&](const Statement& row) -> Result<> {
              id = row.number(0);
              return {};
            }));
    const model::Statistics& value = one.point.value;
    TRY(point.bind(id)
            .bind(one.point.time)
            .bind(value.samples)
            .bind(value.sum)
            .bind(value.minimum)
            .bind(value.maximum)
            .step());
  }
  TRY_ASSIGN(Statement kept, database_.prepare("REPLACE INTO progress VALUES (1, ?)"));
  TRY(kept.bind(progress).step());
  return {};
}

Result<std::string> MetricStore::progress() const {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement rows, database_.prepare("SELECT text FROM progress"));
  TRY_ASSIGN(const auto found, rows.all([](const Statement& row) { return row.text(0); }));
  return found.empty() ? std::string() : found.front();
}

Result<std::vector<model::Metric>> MetricStore::metrics(const model::Id<model::Account>& owner,
                                                        const std::string& region,
                                                        TimePoint since) const {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement rows,
             database_.prepare("SELECT namespace, name, dimensions FROM metric WHERE owner = ?"
                               " AND region = ? AND last >= ? ORDER BY namespace, name,"
                               " dimensions"));
  return rows.bind(owner.value).bind(region).bind(since).all([&](const Statement& row) {
    return model::Metric{.owner = owner,
                         .region = region,
                         .name_space = row.text(0),
                         .name = row.text(1),
                         .dimensions = dimensions_of(row.view(2))};
  });
}

Result<model::MetricSeries> MetricStore::points(const model::Metric& metric, TimePoint from,
                                                TimePoint until) const {
  const std::string dimensions = text_of(metric.dimensions);
  model::MetricSeries out;
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement rows,
             database_.prepare("SELECT unit, time, samples, sum, minimum, maximum FROM metric"
                               " JOIN point ON point.metric = metric.id WHERE owner = ?"
                               " AND region = ? AND namespace = ? AND name = ? AND dimensions = ?"
                               " AND time >= ? AND time < ? ORDER BY time"));
  TRY(rows.bind(metric.owner.value)
          .bind(metric.region)
          .bind(metric.name_space)
          .bind(metric.name)
          .bind(dimensions)
          .bind(from)
          .bind(until)
          .each([&](const Statement& row) -> Result<> {
            out.unit = row.text(0);
            out.points.push_back({.time = row.time(1),
                                  .value = {.samples = row.real(2),
                                            .sum = row.real(3),
                                            .minimum = row.real(4),
                                            .maximum = row.real(5)}});
            return {};
          }));
  return out;
}

Result<> MetricStore::clear() {
  const std::scoped_lock lock(mutex_);
  return database_.transaction(
      [&] { return database_.execute("DELETE FROM point; DELETE FROM metric"); });
}

Result<> MetricStore::keep_house(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  return database_.transaction([&]() -> Result<> {
    TRY(coarsen(now - kKeptByMinute, kFiveMinutes));
    TRY(coarsen(now - kKeptByFiveMinutes, kHour));
    TRY_ASSIGN(Statement points,
               database_.prepare("DELETE FROM point WHERE metric IN (SELECT id FROM metric)"
                                 " AND time < ?"));
    TRY(points.bind(now - kKeptByHour).step());
    TRY_ASSIGN(Statement metrics, database_.prepare("DELETE FROM metric WHERE last < ?"));
    TRY(metrics.bind(now - kKeptByHour).step());
    return remove_oldest();
  });
}

// Puts together the points before that time whose period is not `step` milliseconds yet.
Result<> MetricStore::coarsen(TimePoint before, std::int64_t step) {
  const std::int64_t end = before.time_since_epoch().count() / step * step;
  TRY_ASSIGN(Statement put,
             database_.prepare("INSERT INTO point SELECT metric, time / ?1 * ?1, samples, sum,"
                               " minimum, maximum FROM point WHERE metric IN (SELECT id FROM "
                               "metric) AND time < ?2 AND time % ?1 != 0"
                               " ON CONFLICT DO UPDATE SET samples = samples + excluded.samples,"
                               " sum = sum + excluded.sum,"
                               " minimum = min(minimum, excluded.minimum),"
                               " maximum = max(maximum, excluded.maximum)"));
  TRY(put.bind(step).bind(end).step());
  TRY_ASSIGN(Statement removed, database_.prepare("DELETE FROM point WHERE metric IN (SELECT id "
                                                  "FROM metric) AND time < ?2 AND time % ?1 != 0"));
  TRY(removed.bind(step).bind(end).step());
  return {};
}

// A tenth more than must go, so that it is not asked for every time.
Result<> MetricStore::remove_oldest() {
  TRY_ASSIGN(Statement count, database_.prepare("SELECT count(*) FROM point"));
  TRY_ASSIGN(const auto counts, count.all([](const Statement& row) { return row.number(0); }));
  if (counts.front() <= points_max_) {
    return {};
  }
  TRY_ASSIGN(Statement removed,
             database_.prepare("DELETE FROM point WHERE time <= (SELECT time FROM point"
                               " ORDER BY time LIMIT 1 OFFSET ?)"));
  TRY(removed.bind(counts.front() - points_max_ + points_max_ / 10).step());
  return {};
}

}  // namespace postern::store
