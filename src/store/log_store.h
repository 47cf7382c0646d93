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
#include "store/sqlite.h"

namespace postern::store {

// Thread safety: any thread.
class LogStore final : public model::LogReader {
 public:
  // The data directory is there.
  static Result<std::unique_ptr<LogStore>> open(const std::filesystem::path& data_dir);

  // All of them, or none.
  Result<> write(const std::vector<model::LogEvent>& events);

  // Keeps the events of these groups only, and of each only those since its time.
  Result<> keep(const std::map<std::string, std::optional<TimePoint>>& groups);

  Result<std::vector<model::LogStream>> streams(const std::string& group) const override;
  Result<std::vector<model::LogEvent>> events(const model::LogQuery& query) const override;

 private:
  explicit LogStore(Database database) : database_(std::move(database)) {}

  Result<> prepare_schema();
  Result<> write_all(const std::vector<model::LogEvent>& events);

  mutable std::mutex mutex_;
  mutable Database database_;
};

}  // namespace postern::store
