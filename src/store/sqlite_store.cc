// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "store/record_codec.h"

namespace postern::store {
namespace {

// Long enough for a person's sqlite3 shell to finish a statement, short enough for a client to
// wait.
constexpr int kBusyMilliseconds = 5000;

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

// SQLite would make the file readable for everybody. Its WAL takes the file's mode.
Result<> make_private_file(const std::filesystem::path& file, const Fd& directory) {
  const Fd made(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made || fsync(directory.get()) != 0) {
    return unavailable("opening {}: {}", file.string(), std::strerror(errno));
  }
  return {};
}

int bytes(std::string_view text) {
  return static_cast<int>(text.size());
}

std::string_view column_text(sqlite3_stmt* statement, int column) {
  const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text(statement, at, text.data(), bytes(text), SQLITE_STATIC);
}

}  // namespace

void SqliteStore::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}
void SqliteStore::Close::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data_dir) {
  std::filesystem::path directory = std::filesystem::absolute(data_dir).lexically_normal();
  if (!directory.has_filename()) {
    directory = directory.parent_path();  // it ended in a slash
  }
  TRY_ASSIGN(Fd lock, lock_directory(directory));
  const std::filesystem::path file = directory / "postern.db";
  TRY(make_private_file(file, lock));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(lock)));
  if (auto done = store->open_file(file); !done) {
    return std::unexpected(
        std::move(done).error().while_doing(fmt::format("opening {}", file.string())));
  }
  return store;
}

Result<> SqliteStore::open_file(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) {
    return failed();
  }
  sqlite3_busy_timeout(database_.get(), kBusyMilliseconds);
  TRY(check_version());
  TRY(execute("PRAGMA journal_mode=WAL"));
  TRY(execute("PRAGMA synchronous=FULL"));
  TRY(prepare_schema());
  TRY_ASSIGN(put_, prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?)"));
  TRY_ASSIGN(erase_, prepare("DELETE FROM record WHERE kind = ? AND id = ?"));
  TRY_ASSIGN(advance_,
             prepare("UPDATE meta SET value = ?1 WHERE name = 'revision' AND value = ?1 - 1"));
  return {};
}

// Before anything is written: a newer store must stay as it is.
Result<> SqliteStore::check_version() {
  TRY_ASSIGN(const Statement exists,
             prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"));
  TRY_ASSIGN(const bool has_meta, step(exists.get()));
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
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
      "CREATE TABLE IF NOT EXISTS record(kind TEXT NOT NULL, id TEXT NOT NULL,"
      "  record TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;"
      "INSERT OR IGNORE INTO meta VALUES ('revision', 0);"
      "INSERT OR REPLACE INTO meta VALUES ('schema_version', {});"
      "COMMIT",
      kSchemaVersion);
  auto done = execute(sql.c_str());
  roll_back();
  return done;
}

Result<> SqliteStore::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed();
  }
  return {};
}

Result<SqliteStore::Statement> SqliteStore::prepare(std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), bytes(sql), &made, nullptr) != SQLITE_OK) {
    return failed();
  }
  return Statement(made);
}

Result<bool> SqliteStore::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    return failed();
  }
  return code == SQLITE_ROW;
}

Result<std::uint64_t> SqliteStore::read_meta(std::string_view name) {
  TRY_ASSIGN(const Statement row, prepare("SELECT value FROM meta WHERE name = ?"));
  bind_text(row.get(), 1, name);
  TRY_ASSIGN(const bool found, step(row.get()));
  if (!found) {
    return unavailable("its table 'meta' has no {}", name);
  }
  return static_cast<std::uint64_t>(sqlite3_column_int64(row.get(), 0));
}

Result<model::World> SqliteStore::load() {
  // One transaction, so that revision and records belong together.
  TRY(execute("BEGIN"));
  auto world = read_all();
  roll_back();
  return world;
}

Result<model::World> SqliteStore::read_all() {
  model::WorldBuilder world;
  TRY_ASSIGN(const std::uint64_t revision, read_meta("revision"));
  TRY_ASSIGN(const Statement rows, prepare("SELECT kind, id, record FROM record"));
  while (true) {
    TRY_ASSIGN(const bool more, step(rows.get()));
    if (!more) {
      return world.revision(revision).build();
    }
    TRY(read_row(column_text(rows.get(), 0), column_text(rows.get(), 1), column_text(rows.get(), 2),
                 world));
  }
}

Result<> SqliteStore::commit(std::uint64_t revision, const std::vector<Change>& changes) {
  auto done = write(revision, changes);
  roll_back();
  if (!done) {
    return std::unexpected(
        std::move(done).error().while_doing(fmt::format("storing revision {}", revision)));
  }
  return {};
}

Result<> SqliteStore::write(std::uint64_t revision, const std::vector<Change>& changes) {
  TRY(execute("BEGIN IMMEDIATE"));
  for (const Change& change : changes) {
    TRY(write(change));
  }
  sqlite3_reset(advance_.get());
  sqlite3_bind_int64(advance_.get(), 1, static_cast<sqlite3_int64>(revision));
  TRY(step(advance_.get()));
  sqlite3_reset(advance_.get());
  if (sqlite3_changes(database_.get()) != 1) {
    return unavailable("it does not follow the store's own");
  }
  return execute("COMMIT");
}

Result<> SqliteStore::write(const Change& change) {
  sqlite3_stmt* statement = (change.record ? put_ : erase_).get();
  sqlite3_reset(statement);
  bind_text(statement, 1, change.table);
  bind_text(statement, 2, change.id);
  if (change.record) {
    bind_text(statement, 3, *change.record);
  }
  auto done = step(statement);
  sqlite3_reset(statement);
  TRY(done);
  return {};
}

std::unexpected<Error> SqliteStore::failed() const {
  return unavailable("{}", sqlite3_errmsg(database_.get()));
}

// Ends the transaction if one is still open: after a failure, or after reading.
void SqliteStore::roll_back() {
  for (sqlite3_stmt* statement : {put_.get(), erase_.get(), advance_.get()}) {
    sqlite3_reset(statement);
  }
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace postern::store
