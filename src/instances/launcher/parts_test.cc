// SPDX-License-Identifier: Apache-2.0
// The launcher's small parts: records, cgroup hierarchies, process names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instances/launcher/cgroups.h"
#include "instances/launcher/process.h"
#include "instances/launcher/record.h"

namespace postern::instances {
namespace {

const Record kRecord{.id = "i-0abc",
                     .process = {.pid = 1234, .start_time = 987654321},
                     .boot_id = "b-1",
                     .netns = 4026532000,
                     .uid_base = 0x70010000,
                     .trees = {{.at = "/", .from = "/"}, {.at = "/var", .from = "/var"}},
                     .cgroups = {"/sys/fs/cgroup/postern-1/i-0abc"},
                     .init = "/sbin/init",
                     .booted = true};

TEST(Record, What_is_written_is_read_back) {
  const auto read = decode_record(encode(kRecord));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->id, kRecord.id);
  EXPECT_EQ(read->process, kRecord.process);
  EXPECT_EQ(read->boot_id, kRecord.boot_id);
  EXPECT_EQ(read->netns, kRecord.netns);
  EXPECT_EQ(read->uid_base, kRecord.uid_base);
  ASSERT_EQ(read->trees.size(), 2u);
  EXPECT_EQ(read->trees[1].at, "/var");
  EXPECT_EQ(read->cgroups, kRecord.cgroups);
  EXPECT_EQ(read->init, kRecord.init);
  EXPECT_TRUE(read->booted);
}

TEST(Record, Anything_else_is_an_error_and_not_a_record) {
  std::string next_version = encode(kRecord);
  next_version.replace(next_version.find("\"version\":1"), 11, "\"version\":2");
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[1]"), std::string(R"({"version":1})"),
        std::string(R"({"version":1,"id":7})"), encode(kRecord).substr(0, 40), next_version}) {
    EXPECT_FALSE(decode_record(text).has_value()) << text;
  }
}

TEST(CgroupRoots, Each_kind_of_host_is_understood) {
  const struct {
    const char* name;
    const char* mountinfo;
    const char* unified;
    const char* manager;
  } kCases[] = {
      {"pure cgroup2, as Debian 12",
       "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
       "/sys/fs/cgroup", ""},
      {"hybrid",
       "30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
       "31 23 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
       "32 23 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
       "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"},
      {"none", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\nbroken\n", "", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    const CgroupRoots roots = find_cgroup_roots(c.mountinfo);
    EXPECT_EQ(roots.unified, c.unified);
    EXPECT_EQ(roots.manager, c.manager);
  }
}

TEST(Process, A_name_finds_its_process_and_no_other) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const auto name = name_process(child);
  ASSERT_TRUE(name.has_value());
  const Fd pidfd = open_process(*name);
  EXPECT_TRUE(pidfd);
  EXPECT_FALSE(has_ended(pidfd, 0));
  Process other = *name;
  ++other.start_time;
  EXPECT_FALSE(open_process(other)) << "a later process of the same id";

  ASSERT_TRUE(send_signal(pidfd, SIGKILL).has_value());
  EXPECT_TRUE(has_ended(pidfd, 10'000));
  EXPECT_FALSE(open_process(*name)) << "ended, though not waited for";
  waitpid(child, nullptr, 0);
  EXPECT_EQ(name_process(child), std::nullopt);
  EXPECT_TRUE(send_signal(pidfd, SIGKILL).has_value()) << "to end what has ended is no error";
}

}  // namespace
}  // namespace postern::instances
