// SPDX-License-Identifier: Apache-2.0
// What an instance of `ami-host` may see of the host, on a host made up in a folder.
#include "instances/image/host_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <filesystem>
#include <fstream>

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

class HostImage : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/postern-image-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name + "/host";
    fs::create_directory(root_);
    file("/etc/passwd", 0644,
         "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/a:/bin/sh\n");
    file("/etc/group", 0644, "root:x:0:\nshadow:x:42:alice\n");
    file("/etc/shadow", 0640, "root:SECRET:1:::::\n");
  }
  void TearDown() override { fs::remove_all(fs::path(root_).parent_path()); }

  void file(const std::string& path, mode_t mode, const std::string& text = "SECRET") {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
    chmod((root_ + path).c_str(), mode);
  }
  void folder(const std::string& path, mode_t mode) {
    fs::create_directories(root_ + path);
    chmod((root_ + path).c_str(), mode);
  }

  Image image(const std::vector<std::string>& private_paths = {}) {
    auto made = host_image(root_, private_paths);
    EXPECT_TRUE(made.has_value()) << made.error().message();
    return made ? std::move(*made) : Image{};
  }

  // "empty 0700", "hidden", "file 0640 TEXT", or "as on the host".
  static std::string fate(const Image& image, std::string_view path) {
    for (const Seed& seed : image.seeds) {
      if (seed.path == path) {
        switch (seed.kind) {
          case Seed::Kind::EmptyFolder:
            return fmt::format("empty {:04o}", seed.mode);
          case Seed::Kind::Folder:
            return fmt::format("folder {:04o}", seed.mode);
          case Seed::Kind::Hidden:
            return "hidden";
          case Seed::Kind::Link:
            return "link to " + seed.content;
          case Seed::Kind::File:
            return fmt::format("file {:04o} {}", seed.mode, seed.content);
        }
      }
    }
    return "as on the host";
  }

  std::string root_;
};

// update-ca-certificates(8)
TEST_F(HostImage, One_authority_more_is_trusted) {
  file("/etc/ssl/certs/ca-certificates.crt", 0644, "host's\n");
  const auto made = host_image(root_, {}, "ours\n");
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(fate(*made, "/etc/ssl/certs/ca-certificates.crt"), "file 0644 host's\nours\n");
  EXPECT_EQ(fate(*made, "/usr/local/share/ca-certificates/postern.crt"), "file 0644 ours\n");
  EXPECT_EQ(fate(image(), "/etc/ssl/certs/ca-certificates.crt"), "as on the host");
}

TEST_F(HostImage, Each_part_of_the_host_has_its_fate) {
  file("/root/.ssh/id_rsa", 0600);
  file("/data/notes", 0644);
  file("/a-file", 0644);
  file("/home/alice/diary", 0644);
  file("/usr/bin/tool", 0755);
  file("/opt/vendor/token", 0644);
  file("/etc/hosts.allow", 0644);
  file("/etc/sudoers", 0440);
  file("/etc/krb5.keytab", 0600);
  file("/etc/app/secret.conf", 0640);
  file("/etc/app/public.conf", 0644);
  file("/etc/ssl/private/key.pem", 0600);
  folder("/etc/ssl/private", 0710);
  file("/etc/ssh/ssh_host_rsa_key", 0600);
  file("/etc/ssh/ssh_host_rsa_key.pub", 0644);
  file("/etc/ssh/sshd_config", 0644);
  file("/etc/fstab", 0644, "//server/share /x cifs password=SECRET");
  file("/var/lib/dpkg/status", 0644);
  file("/var/lib/mysql/ibdata1", 0644);
  folder("/var/lib/mysql", 0750);
  file("/var/lib/token", 0644);
  file("/var/lib/systemd/credential.secret", 0600);
  file("/var/log/apache2/access.log", 0644);
  file("/var/log/syslog", 0644);
  file("/var/log/private/customer/x", 0644);
  folder("/var/log/private", 0700);
  file("/var/www/html/index.html", 0644);
  file("/var/vmail/x", 0644);
  file("/usr/local/etc/key", 0600);
  const Image made = image();

  const struct {
    const char* path;
    const char* fate;
  } kCases[] = {
      {"/root", "empty 0700"},
      {"/home", "empty 0755"},
      {"/opt", "empty 0755"},
      {"/tmp", "empty 1777"},
      {"/proc", "empty 0555"},
      {"/data", "hidden"},
      {"/a-file", "hidden"},
      {"/usr/bin/tool", "as on the host"},
      {"/usr", "as on the host"},
      {"/etc/hosts.allow", "as on the host"},
      {"/etc/sudoers", "as on the host"},
      {"/etc/krb5.keytab", "hidden"},
      {"/etc/app/secret.conf", "hidden"},
      {"/etc/app/public.conf", "as on the host"},
      {"/etc/ssl/private", "empty 0710"},
      {"/etc/ssh/ssh_host_rsa_key", "hidden"},
      {"/etc/ssh/ssh_host_rsa_key.pub", "hidden"},
      {"/etc/ssh/sshd_config", "as on the host"},
      {"/etc/fstab", "file 0644 "},
      {"/etc/passwd", "file 0644 root:x:0:0:root:/root:/bin/bash\n"},
      {"/etc/group", "file 0644 root:x:0:\nshadow:x:42:\n"},
      {"/etc/shadow", "file 0640 root:*::0:99999:7:::\n"},
      {"/var/lib/dpkg", "as on the host"},
      {"/var/lib/mysql", "empty 0750"},
      {"/var/lib/token", "hidden"},
      {"/var/lib/systemd/credential.secret", "hidden"},
      {"/var/log", "empty 0755"},
      {"/var/log/apache2", "folder 0755"},
      {"/var/log/syslog", "as on the host"},  // not there: /var/log is empty
      {"/var/log/private", "folder 0700"},
      {"/var/log/private/customer", "as on the host"},  // not there either
      {"/var/www/html", "folder 0755"},
      {"/var/vmail", "hidden"},
      {"/var/tmp", "empty 1777"},
      {"/usr/local/etc/key", "hidden"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(fate(made, c.path), c.fate) << c.path;
  }
}

TEST_F(HostImage, No_secret_is_carried_in_a_seed) {
  file("/etc/fstab", 0644);
  for (const Seed& seed : image().seeds) {
    EXPECT_EQ(seed.content.find("SECRET"), std::string::npos) << seed.path;
  }
}

TEST_F(HostImage, The_daemons_own_folders_are_hidden_wherever_they_are) {
  folder("/usr/local/postern-data", 0755);
  folder("/var/lib/postern/deep", 0755);
  folder("/home/a/data", 0755);
  const Image made =
      image({"/usr/local/postern-data", "/var/lib/postern/deep", "/home/a/data", "/usr/not-there"});
  EXPECT_EQ(fate(made, "/usr/local/postern-data"), "empty 0700");
  EXPECT_EQ(fate(made, "/var/lib/postern"), "empty 0755");
  for (const char* path : {"/var/lib/postern/deep", "/home/a/data", "/usr/not-there"}) {
    EXPECT_EQ(fate(made, path), "as on the host") << path << " is hidden by a folder above it";
  }
}

TEST_F(HostImage, What_lies_below_a_mount_is_judged_by_what_is_there_and_not_by_what_covers_it) {
  file("/etc/covered/secret", 0600);
  ASSERT_EQ(mount("none", (root_ + "/etc/covered").c_str(), "tmpfs", 0, nullptr), 0);
  const Image made = image();
  umount2((root_ + "/etc/covered").c_str(), MNT_DETACH);
  EXPECT_EQ(fate(made, "/etc/covered/secret"), "hidden");
  EXPECT_EQ(made.trees.size(), 1u);
}

TEST_F(HostImage, A_separate_var_is_a_tree_of_its_own) {
  folder("/var", 0755);
  ASSERT_EQ(mount("none", (root_ + "/var").c_str(), "tmpfs", 0, "mode=0755"), 0);
  folder("/var/lib/mysql", 0700);
  const Image made = image();
  umount2((root_ + "/var").c_str(), MNT_DETACH);
  ASSERT_EQ(made.trees.size(), 2u);
  EXPECT_EQ(made.trees[1].at, "/var");
  EXPECT_EQ(made.trees[1].from, root_ + "/var");
  EXPECT_EQ(fate(made, "/var/lib/mysql"), "empty 0700");
  EXPECT_EQ(tree_of(made, "/var/lib/mysql"), 1u);
  EXPECT_EQ(tree_of(made, "/var"), 1u);
  EXPECT_EQ(tree_of(made, "/variety"), 0u);
  EXPECT_EQ(tree_of(made, "/usr"), 0u);
}

TEST_F(HostImage, A_root_that_is_not_there_is_an_error_with_words) {
  const auto made = host_image(root_ + "/nothing", {});
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().message(), ::testing::HasSubstr("/nothing"));
}

TEST_F(HostImage, Seeds_are_written_as_overlayfs_reads_them) {
  folder("/etc/app", 0775);
  file("/etc/app/secret", 0600);
  ASSERT_EQ(chown((root_ + "/etc/app").c_str(), 7, 8), 0);
  const Image made = image();
  const std::string layer = fs::path(root_).parent_path() / "upper";
  fs::create_directory(layer);
  for (const Seed& seed : made.seeds) {
    const auto written = write_seed(made, {layer}, seed);
    ASSERT_TRUE(written.has_value()) << written.error().message();
  }
  struct stat there{};
  ASSERT_EQ(lstat((layer + "/etc/app/secret").c_str(), &there), 0);
  EXPECT_TRUE(S_ISCHR(there.st_mode) && there.st_rdev == 0);
  // The way there looks as it does on the host, for it is what the instance will see.
  ASSERT_EQ(lstat((layer + "/etc/app").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 07777, 0775u);
  EXPECT_EQ(there.st_uid, 7u);
  EXPECT_EQ(there.st_gid, 8u);
  char opaque[8] = {};
  EXPECT_EQ(getxattr((layer + "/root").c_str(), "user.overlay.opaque", opaque, sizeof opaque), 1);
  EXPECT_EQ(opaque[0], 'y');
  EXPECT_LT(getxattr((layer + "/etc").c_str(), "user.overlay.opaque", opaque, sizeof opaque), 0);
}

}  // namespace
}  // namespace postern::instances
