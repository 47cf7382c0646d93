// SPDX-License-Identifier: Apache-2.0
#include "daemon/bucket_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/scratch_directory.h"

namespace postern::daemon {
namespace {

namespace fs = std::filesystem;

class BucketFolderTest : public testing::Test {
 protected:
  BucketFolderTest() {
    fs::create_directories(buckets_ / "logs");
    fs::create_directories(outside_);
  }

  static flow_logs::Object object(const std::string& bucket = "logs", const std::string& name = "o",
                                  const std::string& content = "content") {
    return {.log = model::Id<model::FlowLog>("fl-1"),
            .bucket = bucket,
            .folder = "a/b/",
            .name = name,
            .content = content};
  }
  static std::string text(const fs::path& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
  }
  static std::size_t files_below(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder), {}));
  }
  std::string code(const flow_logs::Object& object) const {
    const auto done = folder_.put(object);
    return done ? "" : std::string(done.error().fault().code);
  }

  ScratchDirectory directory_;
  fs::path buckets_ = directory_.path() / "buckets";
  fs::path outside_ = directory_.path() / "outside";
  BucketFolder folder_{buckets_};
};

TEST_F(BucketFolderTest, Its_folders_are_buckets_if_they_are_called_so) {
  fs::create_directories(buckets_ / "more.logs");
  fs::create_directories(buckets_ / "No_Bucket");
  fs::create_directories(buckets_ / ".hidden");
  std::ofstream(buckets_ / "file") << "x";
  fs::create_directory_symlink(outside_, buckets_ / "elsewhere");
  EXPECT_THAT(*folder_.names(), testing::UnorderedElementsAre("logs", "more.logs"));
  EXPECT_THAT(*BucketFolder("").names(), testing::IsEmpty());
  EXPECT_FALSE(BucketFolder(outside_ / "none").names());
}

TEST_F(BucketFolderTest, An_object_is_there_under_its_name_and_nothing_else) {
  ASSERT_TRUE(folder_.put(object()));
  ASSERT_TRUE(folder_.put(object("logs", "p")));
  EXPECT_EQ(text(buckets_ / "logs/a/b/o"), "content");
  EXPECT_EQ(files_below(buckets_), 5U);  // logs, a, b, o, p
  // The same again is the same.
  ASSERT_TRUE(folder_.put(object()));
  EXPECT_EQ(files_below(buckets_), 5U);
}

TEST_F(BucketFolderTest, What_a_killed_daemon_has_left_does_not_stay) {
  fs::create_directories(buckets_ / "logs/a/b");
  std::ofstream(buckets_ / "logs/a/b/.fl-1.part") << "half";
  ASSERT_TRUE(folder_.put(object()));
  EXPECT_EQ(text(buckets_ / "logs/a/b/o"), "content");
  EXPECT_FALSE(fs::exists(buckets_ / "logs/a/b/.fl-1.part"));
}

TEST_F(BucketFolderTest, No_bucket_no_access) {
  EXPECT_EQ(code(object("none")), faults::AccessDenied.code);
  std::ofstream(buckets_ / "logs/a") << "in the way";
  EXPECT_EQ(code(object()), faults::AccessDenied.code);
  EXPECT_FALSE(BucketFolder("").put(object()));
  EXPECT_FALSE(BucketFolder(outside_ / "none").put(object()));
}

TEST_F(BucketFolderTest, No_link_leads_out_of_it) {
  fs::create_directory_symlink(outside_, buckets_ / "link");
  EXPECT_EQ(code(object("link")), faults::AccessDenied.code);
  fs::create_directory_symlink(outside_, buckets_ / "logs/a");
  EXPECT_EQ(code(object()), faults::AccessDenied.code);
  fs::remove(buckets_ / "logs/a");
  EXPECT_EQ(code(object("..")), faults::AccessDenied.code);
  EXPECT_EQ(code(object("../outside")), faults::AccessDenied.code);
  EXPECT_EQ(files_below(outside_), 0U);
  // A link in a file's place is replaced, not followed.
  std::ofstream(outside_ / "victim") << "whole";
  fs::create_directories(buckets_ / "logs/a/b");
  fs::create_symlink(outside_ / "victim", buckets_ / "logs/a/b/o");
  fs::create_hard_link(outside_ / "victim", buckets_ / "logs/a/b/.fl-1.part");
  ASSERT_TRUE(folder_.put(object()));
  EXPECT_EQ(text(outside_ / "victim"), "whole");
  EXPECT_FALSE(fs::is_symlink(buckets_ / "logs/a/b/o"));
}

}  // namespace
}  // namespace postern::daemon
