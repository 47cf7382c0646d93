// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "store/record_codec.h"

namespace postern::store {
namespace {

Result<Fd> lock_directory(const std::filesystem::path& directory) {
  std::error_code wrong;
  std::filesystem::create_directories(directory.parent_path(), wrong);
  // Keys and user data lie here: nobody else's to read.
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return unavailable("making data directory {}: {}", directory.string(), std::strerror(errno));
  }
  Fd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) {
    return unavailable("opening data directory {}: {}", directory.string(), std::strerror(errno));
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return unavailable("data directory {} is in use by another posternd", directory.string());
  }
  return lock;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data_dir) {
  std::filesystem::path directory = std::filesystem::absolute(data_dir).lexically_normal();
  if (!directory.has_filename()) {
    directory = directory.parent_path();  // it ended in a slash
  }
  TRY_ASSIGN(Fd lock, lock_directory(directory));
  const std::filesystem::path file = directory / "postern.db";
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(lock)));
  if (auto done = store->open_file(file); !done) {
    return std::unexpected(
        std::move(done).error().while_doing(fmt::format("opening {}", file.string())));
  }
  return store;
}

Result<> SqliteStore::open_file(const std::filesystem::path& file) {
  TRY_ASSIGN(database_, Database::open(file, ""));
  TRY(check_version());
  TRY(database_.log_ahead(Database::Outlives::Power));
  TRY(prepare_schema());
  TRY_ASSIGN(put_, database_.prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?)"));
  TRY_ASSIGN(erase_, database_.prepare("DELETE FROM record WHERE kind = ? AND id = ?"));
  TRY_ASSIGN(
      advance_,
      database_.prepare("UPDATE meta SET value = ?1 WHERE name = 'revision' AND value = ?1 - 1"));
  return {};
}

// Before anything is written: a newer store must stay as it is.
Result<> SqliteStore::check_version() {
  TRY_ASSIGN(
      Statement exists,
      database_.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"));
  TRY_ASSIGN(const bool has_meta, exists.step());
  if (!has_meta) {
    return {};
  }
  TRY_ASSIGN(const std::uint64_t version, read_meta("schema_version"));
  if (version > std::uint64_t{kSchemaVersion}) {
    return unavailable(
        "a newer posternd has written it (schema {}, this one knows {}): start that one instead",
        version, kSchemaVersion);
  }
  return {};
}

Result<> SqliteStore::prepare_schema() {
  const std::string sql = fmt::format(
      "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
      "CREATE TABLE IF NOT EXISTS record(kind TEXT NOT NULL, id TEXT NOT NULL,"
      "  record TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;"
      "INSERT OR IGNORE INTO meta VALUES ('revision', 0);"
      "INSERT OR REPLACE INTO meta VALUES ('schema_version', {})",
      kSchemaVersion);
  return database_.transaction([&] { return database_.execute(sql.c_str()); });
}

Result<std::uint64_t> SqliteStore::read_meta(std::string_view name) {
  TRY_ASSIGN(Statement row, database_.prepare("SELECT value FROM meta WHERE name = ?"));
  TRY_ASSIGN(const bool found, row.bind(name).step());
  if (!found) {
    return unavailable("its table 'meta' has no {}", name);
  }
  return static_cast<std::uint64_t>(row.number(0));
}

Result<model::World> SqliteStore::load() {
  // One transaction, so that revision and records belong together.
  TRY(database_.execute("BEGIN"));
  auto world = read_all();
  database_.roll_back();
  return world;
}

Result<model::World> SqliteStore::read_all() {
  model::WorldBuilder world;
  TRY_ASSIGN(const std::uint64_t revision, read_meta("revision"));
  TRY_ASSIGN(Statement rows, database_.prepare("SELECT kind, id, record FROM record"));
  TRY(rows.each([&](const Statement& row) {
    return read_row(row.view(0), row.view(1), row.view(2), world);
  }));
  return world.revision(revision).build();
}

Result<> SqliteStore::commit(std::uint64_t revision, const std::vector<Change>& changes) {
  auto done = database_.transaction([&] { return write(revision, changes); });
  if (!done) {
    return std::unexpected(
        std::move(done).error().while_doing(fmt::format("storing revision {}", revision)));
  }
  return {};
}

Result<> SqliteStore::write(std::uint64_t revision, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    TRY(write(change));
  }
  TRY(advance_.bind(static_cast<std::int64_t>(revision)).step());
  return database_.changes() == 1 ? Result<>() : unavailable("it does not follow the store's own");
}

Result<> SqliteStore::write(const Change& change) {
  Statement& statement = change.record ? put_ : erase_;
  statement.bind(change.table).bind(change.id);
  if (change.record) {
    statement.bind(*change.record);
  }
  TRY(statement.step());
  return {};
}

}  // namespace postern::store
