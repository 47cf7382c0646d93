// SPDX-License-Identifier: Apache-2.0
// The folders of scripts/build_image as an image.
#include "instances/image/built_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

class BuiltImage : public testing::Test {
 protected:
  BuiltImage() {
    write("b1/root/etc/ssl/certs/ca-certificates.crt", "theirs\n");
    write("b1/variants/ubuntu/etc/passwd",
          "root:x:0:0::/root:/bin/sh\nubuntu:x:1000:1001::/home/ubuntu:/bin/sh\n");
    write("b1/variants/ubuntu/usr/bin/tool", "#!/bin/sh\n");
    chmod((folder_ + "/b1/variants/ubuntu/usr/bin/tool").c_str(), 0755);
    fs::create_symlink("tool", folder_ + "/b1/variants/ubuntu/usr/bin/alias");
  }
  ~BuiltImage() override { fs::remove_all(folder_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(folder_ + "/" + path).parent_path());
    std::ofstream(folder_ + "/" + path) << text;
  }

  const std::string folder_ = fmt::format("{}built-{}", testing::TempDir(), getpid());
};

TEST_F(BuiltImage, The_newest_build_is_the_one_that_current_leads_to) {
  EXPECT_EQ(newest_build(folder_), std::nullopt);
  fs::create_symlink("b1", folder_ + "/current");
  EXPECT_EQ(newest_build(folder_), folder_ + "/b1");
  fs::remove(folder_ + "/current");
  fs::create_symlink("b2", folder_ + "/current");
  EXPECT_EQ(newest_build(folder_), std::nullopt) << "a build that is gone";
}

TEST_F(BuiltImage, A_variant_is_the_tree_with_its_files_over_it) {
  const auto image = built_image(folder_ + "/b1", "ubuntu", "ours\n");
  ASSERT_TRUE(image.has_value()) << image.error().message();
  ASSERT_EQ(image->trees.size(), 1u);
  EXPECT_EQ(image->trees[0].from, folder_ + "/b1/root");
  EXPECT_EQ(image->init, "/usr/lib/systemd/systemd");
  EXPECT_EQ(image->logins,
            (std::vector<Login>{{.home = "/home/ubuntu", .uid = 1000, .gid = 1001}}));
  const auto seed = [&](const std::string& path) {
    for (const Seed& one : image->seeds) {
      if (one.path == path) {
        return one;
      }
    }
    ADD_FAILURE() << path;
    return Seed{};
  };
  EXPECT_EQ(seed("/usr/bin/tool").mode, mode_t{0755});
  EXPECT_EQ(seed("/usr/bin/tool").content, "#!/bin/sh\n");
  EXPECT_EQ(seed("/usr/bin/alias").kind, Seed::Kind::Link);
  EXPECT_EQ(seed("/usr/bin/alias").content, "tool");
  EXPECT_EQ(seed("/usr/bin").kind, Seed::Kind::Folder);
  EXPECT_EQ(seed("/etc/ssl/certs/ca-certificates.crt").content, "theirs\nours\n");
}

TEST_F(BuiltImage, A_variant_that_is_not_there_is_an_error) {
  EXPECT_FALSE(built_image(folder_ + "/b1", "windows").has_value());
}

}  // namespace
}  // namespace postern::instances
