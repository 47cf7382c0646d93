// SPDX-License-Identifier: Apache-2.0
// What SqliteStore adds to the contract: its file, its lock, and that neither a failing disk nor a
// killed process leaves half of anything or loses what was acknowledged.
#include "store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/scratch_directory.h"
#include "store/faulty_vfs.h"
#include "store/record_codec.h"

namespace postern::store {
namespace {

using model::Id;
using model::Subnet;
using model::Vpc;

std::unique_ptr<SqliteStore> open_or_fail(const std::filesystem::path& directory) {
  auto store = SqliteStore::open(directory);
  EXPECT_TRUE(store) << store.error().message();
  return store ? std::move(*store) : nullptr;
}

std::string open_error(const std::filesystem::path& directory) {
  const auto store = SqliteStore::open(directory);
  return store ? "none" : store.error().message();
}

// Runs `sql` on the closed store, as a newer posternd or an accident would have.
void tamper(const std::filesystem::path& directory, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((directory / "postern.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

// Revision r: the VPC and the subnet both carry r, and a record of its own each fourth revision
// comes and goes. Half of it would show.
std::vector<Change> changes_at(std::uint64_t revision) {
  const auto row = [&](const char* table, const char* id) {
    return Change{.table = table,
                  .id = id,
                  .record = fmt::format(R"({{"id": "{}", "region": "{}"}})", id, revision)};
  };
  std::vector<Change> changes = {row("vpc", "vpc-1")};
  if (revision % 4 == 0) {
    changes.push_back(row("security_group", "sg-1"));
  } else {
    changes.push_back({.table = "security_group", .id = "sg-1", .record = {}});
  }
  changes.push_back(row("subnet", "subnet-1"));
  return changes;
}

// Checks that the World is that of one revision, whole, and gives the revision.
std::uint64_t whole_revision(Store& store) {
  const auto world = store.load();
  EXPECT_TRUE(world) << world.error().message();
  if (!world) {
    return 0;
  }
  const std::uint64_t revision = world->revision();
  const Vpc* vpc = world->find(Id<Vpc>("vpc-1"));
  const Subnet* subnet = world->find(Id<Subnet>("subnet-1"));
  EXPECT_EQ(vpc != nullptr, revision > 0);
  EXPECT_EQ(subnet != nullptr, revision > 0);
  if (vpc != nullptr && subnet != nullptr) {
    EXPECT_EQ(vpc->region, std::to_string(revision));
    EXPECT_EQ(subnet->region, std::to_string(revision));
  }
  EXPECT_EQ(world->all<model::SecurityGroup>().size(), revision > 0 && revision % 4 == 0 ? 1U : 0U);
  return revision;
}

TEST(SqliteStore, A_second_daemon_on_the_same_directory_is_refused) {
  const ScratchDirectory directory;
  auto first = open_or_fail(directory.path());
  EXPECT_EQ(
      open_error(directory.path()),
      fmt::format("data directory {} is in use by another posternd", directory.path().string()));
  first.reset();
  EXPECT_EQ(open_error(directory.path()), "none");
}

TEST(SqliteStore, A_missing_directory_is_made_for_the_owner_alone) {
  const ScratchDirectory directory;
  const auto deep = directory.path() / "a" / "b" / "";  // ends in a slash
  open_or_fail(deep);
  struct stat status{};
  ASSERT_EQ(stat((directory.path() / "a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST(SqliteStore, Nobody_else_may_read_the_file_or_its_log) {
  const ScratchDirectory directory;
  const auto store = open_or_fail(directory.path());
  ASSERT_TRUE(store->commit(1, changes_at(1)));
  for (const char* name : {"postern.db", "postern.db-wal"}) {
    SCOPED_TRACE(name);
    struct stat status{};
    ASSERT_EQ(stat((directory.path() / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077, 0U);
  }
}

TEST(SqliteStore, A_directory_that_cannot_be_is_refused_by_name) {
  EXPECT_EQ(open_error("/proc/nowhere"),
            "making data directory /proc/nowhere: No such file or directory");
  const ScratchDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  EXPECT_EQ(
      open_error(directory.path() / "file"),
      fmt::format("opening data directory {}/file: Not a directory", directory.path().string()));
}

TEST(SqliteStore, A_store_of_a_newer_version_is_refused_and_left_alone) {
  const ScratchDirectory directory;
  ASSERT_TRUE(open_or_fail(directory.path())->commit(1, changes_at(1)));
  tamper(directory.path(), "UPDATE meta SET value = 99 WHERE name = 'schema_version'");
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(open_error(directory.path()),
              fmt::format("opening {}/postern.db: a newer posternd has written it (schema 99, this "
                          "one knows {}): start that one instead",
                          directory.path().string(), kSchemaVersion));
  }
}

TEST(SqliteStore, What_is_not_a_database_is_refused) {
  const ScratchDirectory directory;
  std::ofstream(directory.path() / "postern.db") << std::string(10000, 'x');
  EXPECT_EQ(
      open_error(directory.path()),
      fmt::format("opening {}/postern.db: file is not a database", directory.path().string()));
}

TEST(SqliteStore, A_row_damaged_on_disk_is_named) {
  const ScratchDirectory directory;
  ASSERT_TRUE(open_or_fail(directory.path())->commit(1, changes_at(1)));
  tamper(directory.path(),
         R"(UPDATE record SET record = '{"id": "vpc-1", "cidr": 1}' WHERE kind = 'vpc')");
  const auto world = open_or_fail(directory.path())->load();
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().message(),
            "the stored record 'vpc-1' of table 'vpc' is corrupt: cidr: not text");
}

TEST(SqliteStore, A_writer_of_another_process_is_noticed) {
  const ScratchDirectory directory;
  const auto store = open_or_fail(directory.path());
  ASSERT_TRUE(store->commit(1, changes_at(1)));
  tamper(directory.path(), "UPDATE meta SET value = 5 WHERE name = 'revision'");
  const auto done = store->commit(2, changes_at(2));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message(), "storing revision 2: it does not follow the store's own");
}

// A life of the store: opened, written, closed (which moves the log into the file), opened,
// written.
class Life {
 public:
  explicit Life(const std::filesystem::path& directory) : directory_(directory) {}

  // Up to the first failure.
  void live() {
    for (int opening = 0; opening < 2; ++opening) {
      store_.reset();
      auto opened = SqliteStore::open(directory_);
      if (!opened) {
        return;
      }
      store_ = std::move(*opened);
      for (int commits = 0; commits < 3; ++commits) {
        if (!store_->commit(acknowledged_ + 1, changes_at(acknowledged_ + 1))) {
          return;
        }
        ++acknowledged_;
      }
    }
  }
  SqliteStore* store() { return store_.get(); }
  void close() { store_.reset(); }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  std::filesystem::path directory_;
  std::unique_ptr<SqliteStore> store_;
  std::uint64_t acknowledged_ = 0;
};

// The files as a crash would leave them: copied while the store has them open.
std::uint64_t revision_after_crash(const std::filesystem::path& directory) {
  const ScratchDirectory crashed;
  for (const char* name : {"postern.db", "postern.db-wal"}) {
    if (std::filesystem::exists(directory / name)) {
      std::filesystem::copy_file(directory / name, crashed.path() / name);
    }
  }
  return whole_revision(*open_or_fail(crashed.path()));
}

// [sqlite.org/testing.html: fail the n-th operation for n = 1, 2, 3… until the whole run passes]
void fail_each_operation(FaultyVfs::Lasting lasting) {
  FaultyVfs disk;
  bool all_passed = false;
  int n = 0;
  while (!all_passed) {
    ++n;
    SCOPED_TRACE(fmt::format("operation {} fails", n));
    const ScratchDirectory directory;
    Life life(directory.path());
    disk.fail(n, lasting);
    life.live();
    const int failures = disk.failures();
    all_passed = failures == 0;
    disk.fail(0, FaultyVfs::Lasting::Once);

    const std::uint64_t after_crash = revision_after_crash(directory.path());
    EXPECT_GE(after_crash, life.acknowledged());
    EXPECT_LE(after_crash, life.acknowledged() + 1);

    std::uint64_t acknowledged = life.acknowledged();
    if (life.store() != nullptr) {  // it goes on, once the disk does
      EXPECT_EQ(whole_revision(*life.store()), acknowledged);
      ++acknowledged;
      const auto done = life.store()->commit(acknowledged, changes_at(acknowledged));
      EXPECT_TRUE(done) << done.error().message();
      life.close();
    }
    EXPECT_EQ(whole_revision(*open_or_fail(directory.path())), acknowledged);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(n, 40) << "the disk never failed";
}

TEST(SqliteStore, One_failing_disk_operation_leaves_nothing_half_there) {
  fail_each_operation(FaultyVfs::Lasting::Once);
}

TEST(SqliteStore, A_disk_failing_for_good_leaves_nothing_half_there) {
  fail_each_operation(FaultyVfs::Lasting::FromThenOn);
}

// Commits without end and writes each acknowledged revision to `acknowledged`.
[[noreturn]] void commit_until_killed(const std::filesystem::path& directory, int acknowledged) {
  auto store = SqliteStore::open(directory);
  const auto world = store ? (*store)->load() : std::unexpected(store.error());
  if (!world) {
    _exit(1);
  }
  for (std::uint64_t revision = world->revision() + 1;; ++revision) {
    if (!(*store)->commit(revision, changes_at(revision)) ||
        write(acknowledged, &revision, sizeof revision) != sizeof revision) {
      _exit(1);
    }
  }
}

// The last revision that a child acknowledged before kill -9, which comes after `commits` of them.
std::uint64_t killed_after(const std::filesystem::path& directory, int commits) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    commit_until_killed(directory, ends[1]);
  }
  close(ends[1]);
  std::uint64_t last = 0;
  for (std::uint64_t revision = 0; read(ends[0], &revision, sizeof revision) == sizeof revision;) {
    last = revision;
    if (--commits == 0) {
      kill(child, SIGKILL);
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child failed";
  return last;
}

TEST(SqliteStore, Kill_9_loses_no_acknowledged_revision) {
  const ScratchDirectory directory;
  for (const int commits : {1, 2, 40, 7, 300, 25, 90, 3}) {
    SCOPED_TRACE(commits);
    const std::uint64_t acknowledged = killed_after(directory.path(), commits);
    const std::uint64_t found = whole_revision(*open_or_fail(directory.path()));
    EXPECT_GE(found, acknowledged);
    EXPECT_LE(found, acknowledged + 1);
  }
}

}  // namespace
}  // namespace postern::store
