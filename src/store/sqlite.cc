// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "base/fd.h"

namespace postern::store {
namespace {

// Long enough for a person's sqlite3 shell to finish a statement, short enough for a client to
// wait.
constexpr int kBusyMilliseconds = 5000;

// SQLite would make the file readable for everybody. Its WAL takes the file's mode.
Result<> make_private(const std::filesystem::path& file) {
  const Fd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Fd made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made || fsync(directory.get()) != 0) {
    return unavailable_errno(fmt::format("opening {}", file.string()));
  }
  return {};
}

std::unexpected<Error> failed(sqlite3* database, std::string_view whose) {
  return unavailable("{}{}", whose, sqlite3_errmsg(database));
}

int bytes(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

void CloseSqlite::operator()(sqlite3* database) const {
  sqlite3_close(database);
}
void CloseSqlite::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text(statement_.get(), ++bound_, text.data(), bytes(text), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), ++bound_, number);
  return *this;
}

Statement& Statement::bind(double number) {
  sqlite3_bind_double(statement_.get(), ++bound_, number);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  const Result<bool> ended =
      code == SQLITE_DONE ? Result<bool>(false)
                          : Result<bool>(failed(sqlite3_db_handle(statement_.get()), whose_));
  sqlite3_reset(statement_.get());
  bound_ = 0;
  return ended;
}

std::string_view Statement::view(int column) const {
  const auto* text = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

Result<Database> Database::open(const std::filesystem::path& file, std::string_view whose) {
  TRY(make_private(file));
  Database made;
  made.whose_ = whose;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  made.database_.reset(opened);
  if (code != SQLITE_OK) {
    return failed(opened, whose);
  }
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
  return made;
}

Result<> Database::log_ahead(Outlives what) {
  TRY(execute("PRAGMA journal_mode=WAL"));
  return execute(what == Outlives::Power ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

Result<> Database::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed(database_.get(), whose_);
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), bytes(sql), &made, nullptr) != SQLITE_OK) {
    return failed(database_.get(), whose_);
  }
  Statement statement;
  statement.statement_.reset(made);
  statement.whose_ = whose_;
  return statement;
}

int Database::changes() const {
  return sqlite3_changes(database_.get());
}

void Database::roll_back() {
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace postern::store
