// SPDX-License-Identifier: Apache-2.0
// LogStore: what is written to log groups, in one SQLite file of its own, <data-dir>/logs.db.
//
// It is no part of the World: many rows, which nobody decides by. What was written a moment before
// the process is killed may be lost; the file stays whole.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "model/log_event.h"

struct sqlite3;
struct sqlite3_stmt;

namespace postern::store {

// Thread safety: any thread.
class LogStore final : public model::LogReader {
 public:
  // The data directory is there.
  static Result<std::unique_ptr<LogStore>> open(const std::filesystem::path& data_dir);
  ~LogStore() override;

  // All of them, or none.
  Result<> write(const std::vector<model::LogEvent>& events);

  // Keeps the events of these groups only, and of each only those since its time.
  Result<> keep(const std::map<std::string, std::optional<TimePoint>>& groups);

  Result<std::vector<model::LogStream>> streams(const std::string& group) const override;
  Result<std::vector<model::LogEvent>> events(const model::LogQuery& query) const override;

 private:
  struct Statement;

  explicit LogStore(sqlite3* database) : database_(database) {}

  Result<> prepare_schema() const;
  Result<> execute(const char* sql) const;
  Result<> write_all(const std::vector<model::LogEvent>& events) const;
  Result<> keep_all(const std::map<std::string, std::optional<TimePoint>>& groups) const;
  Result<std::vector<std::string>> groups() const;
  std::unexpected<Error> failed() const;

  mutable std::mutex mutex_;
  sqlite3* database_;
};

}  // namespace postern::store
