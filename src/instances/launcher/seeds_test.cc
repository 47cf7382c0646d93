// SPDX-License-Identifier: Apache-2.0
// What a new instance is told by files, for each kind of image.
#include "instances/launcher/seeds.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "instances/launcher/inotify.h"

namespace postern::instances {
namespace {

const HostSpec kSpec{.id = "i-1",
                     .hostname = "ip-10-0-1-5",
                     .domain = "ec2.internal",
                     .address = IpAddress::v4(0x0a000105),
                     .resolvers = {},
                     .user_data = "#!/bin/sh\n",
                     .public_key = "ssh-ed25519 AAAA me\n"};

TEST(Seeds, User_data_lies_where_the_image_looks_for_it) {
  const auto plain = user_data_seeds(kSpec, false);
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].path, "/var/lib/cloud/instance/user-data.txt");
  EXPECT_EQ(plain[0].content, kSpec.user_data);
  EXPECT_EQ(plain[0].mode, mode_t{0600}) << "it may hold secrets";

  const auto source = user_data_seeds(kSpec, true);
  ASSERT_EQ(source.size(), 2u);
  EXPECT_EQ(source[0].path, "/var/lib/cloud/seed/nocloud/meta-data");
  EXPECT_EQ(source[0].content,
            R"({"instance-id":"i-1","local-hostname":"ip-10-0-1-5.ec2.internal",)"
            R"("public-keys":["ssh-ed25519 AAAA me"]})"
            "\n");
  EXPECT_EQ(source[1].path, "/var/lib/cloud/seed/nocloud/user-data");
  EXPECT_EQ(source[1].content, kSpec.user_data);
}

TEST(Seeds, Without_user_data_cloud_init_still_has_its_source_and_nobody_else_has_a_file) {
  HostSpec spec = kSpec;
  spec.user_data = "";
  spec.public_key = "";
  EXPECT_TRUE(user_data_seeds(spec, false).empty());
  EXPECT_EQ(user_data_seeds(spec, true)[0].content,
            R"({"instance-id":"i-1","local-hostname":"ip-10-0-1-5.ec2.internal"})"
            "\n");
}

TEST(Seeds, The_key_is_everybodys_who_logs_in_and_belongs_to_them) {
  const auto seeds = key_seeds(kSpec, {{.home = "/home/ec2-user", .uid = 1000, .gid = 1001}});
  ASSERT_EQ(seeds.size(), 2u);
  EXPECT_EQ(seeds[0].path, "/home/ec2-user/.ssh");
  EXPECT_EQ(seeds[0].mode, mode_t{0700});
  EXPECT_EQ(seeds[1].path, "/home/ec2-user/.ssh/authorized_keys");
  EXPECT_EQ(seeds[1].content, "ssh-ed25519 AAAA me\n");
  EXPECT_EQ(seeds[1].mode, mode_t{0600});
  EXPECT_EQ(seeds[1].uid, 1000u);
  EXPECT_EQ(seeds[1].gid, 1001u);
  EXPECT_TRUE(key_seeds(kSpec, {}).empty());
  HostSpec keyless = kSpec;
  keyless.public_key = "";
  EXPECT_TRUE(key_seeds(keyless, {{.home = "/root"}}).empty());
}

TEST(Inotify, A_limit_is_raised_and_never_lowered_and_one_that_stays_is_told) {
  const std::string file = testing::TempDir() + "max_user_instances";
  const auto after = [&](int limit) {
    std::ofstream(file) << limit;
    EXPECT_TRUE(allow_inotify(8192, file).has_value());
    int now = 0;
    std::ifstream(file) >> now;
    return now;
  };
  EXPECT_EQ(after(128), 8192);
  EXPECT_EQ(after(8192), 8192);
  EXPECT_EQ(after(65536), 65536);
  std::remove(file.c_str());
  EXPECT_TRUE(allow_inotify(8192, file).has_value());
  // A file that can be read and not written, whoever we are.
  const auto refused = allow_inotify(2'000'000'000, "/proc/sys/kernel/ngroups_max");
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message().find("sysctl -w fs.inotify"), std::string::npos);
}

}  // namespace
}  // namespace postern::instances
