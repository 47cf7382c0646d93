// SPDX-License-Identifier: Apache-2.0
// SqliteStore: the World in one SQLite file, <data-dir>/postern.db.
//
// Two tables. `record` has a row for each record: its table, its id and its JSON. `meta` has the
// schema's version and the revision. WAL with synchronous=FULL: a commit that has returned survives
// the process and the power.
#pragma once

#include <filesystem>
#include <memory>

#include "base/fd.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace postern::store {

class SqliteStore final : public Store {
 public:
  // Opens the store of `data_dir`, making both where they are missing, and keeps the directory from
  // any other posternd until it is destroyed. Refuses a store that a newer posternd has written.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& data_dir);

  Result<model::World> load() override;
  Result<> commit(std::uint64_t revision, const std::vector<Change>& changes) override;

 private:
  explicit SqliteStore(Fd lock) : lock_(std::move(lock)) {}

  Result<> open_file(const std::filesystem::path& file);
  Result<> prepare_schema();
  Result<> check_version();
  Result<> write(std::uint64_t revision, const std::vector<Change>& changes);
  Result<> write(const Change& change);
  Result<std::uint64_t> read_meta(std::string_view name);
  Result<model::World> read_all();

  Fd lock_;  // the directory itself, under flock()
  Database database_;
  Statement put_;
  Statement erase_;
  Statement advance_;
};

}  // namespace postern::store
