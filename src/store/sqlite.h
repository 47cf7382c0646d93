// SPDX-License-Identifier: Apache-2.0
// Database, Statement: a SQLite file and what is asked of it, with Results. What the stores are
// made of; for this folder.
//
//   TRY_ASSIGN(auto rows, database.prepare("SELECT name, last FROM stream WHERE log_group = ?"));
//   return rows.bind(group).all([](const Statement& row) {
//     return Stream{.name = row.text(0), .last = row.time(1)};
//   });
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace postern::store {

struct CloseSqlite {
  void operator()(sqlite3* database) const;
  void operator()(sqlite3_stmt* statement) const;
};

// Ends before its Database does.
class Statement {
 public:
  Statement() = default;

  // Its parameters in their order. A text stays where it is until the statement is through.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind(double number);
  Statement& bind(TimePoint time) { return bind(time.time_since_epoch().count()); }

  // Whether there is a (next) row. When there is none, or after a failure, the statement begins
  // anew, with other parameters.
  Result<bool> step();
  // Calls `act`, which gives a Result<>, on each row.
  template <class Act>
  Result<> each(Act act) {
    while (true) {
      TRY_ASSIGN(const bool more, step());
      if (!more) {
        return {};
      }
      TRY(act(std::as_const(*this)));
    }
  }
  // What `make` gives of each row.
  template <class Make>
  auto all(Make make) -> Result<std::vector<std::invoke_result_t<Make, const Statement&>>> {
    std::vector<std::invoke_result_t<Make, const Statement&>> out;
    TRY(each([&](const Statement& row) -> Result<> {
      out.push_back(make(row));
      return {};
    }));
    return out;
  }

  // Of the row that there is; a view's text goes with it.
  std::string_view view(int column) const;
  std::string text(int column) const { return std::string(view(column)); }
  std::int64_t number(int column) const;
  double real(int column) const;
  TimePoint time(int column) const { return TimePoint(TimePoint::duration(number(column))); }

 private:
  friend class Database;

  std::unique_ptr<sqlite3_stmt, CloseSqlite> statement_;
  std::string_view whose_;
  int bound_ = 0;
};

class Database {
 public:
  Database() = default;

  // Makes the file where it is missing, readable for nobody else; its directory is there. `whose`
  // begins what errors say, and outlives the Database.
  static Result<Database> open(const std::filesystem::path& file, std::string_view whose);

  // What a commit that has returned outlives: the process, or the machine's power too.
  enum class Outlives { Process, Power };
  Result<> log_ahead(Outlives what);

  Result<> execute(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  // How many rows the last statement has changed.
  int changes() const;

  // All that `write` does, or nothing.
  template <class Write>
  Result<> transaction(Write write) {
    Result<> done = execute("BEGIN IMMEDIATE");
    if (done) {
      done = write();
    }
    if (done) {
      done = execute("COMMIT");
    }
    roll_back();
    return done;
  }
  // Ends the transaction if one is still open: after a failure, or after reading.
  void roll_back();

 private:
  std::unique_ptr<sqlite3, CloseSqlite> database_;
  std::string_view whose_;
};

}  // namespace postern::store
