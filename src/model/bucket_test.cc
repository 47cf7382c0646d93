// SPDX-License-Identifier: Apache-2.0
#include "model/bucket.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

// [S3 user guide, "General purpose bucket naming rules"]
TEST(Bucket, Has_a_name_as_S3_asks_for) {
  for (const char* name : {"abc", "flow-logs", "my.bucket.7", "123", "a-b", "1.2.3"}) {
    EXPECT_TRUE(is_bucket_name(name)) << name;
  }
  for (const char* name : {"",
                           "ab",
                           "Abc",
                           "a_b",
                           "-abc",
                           "abc-",
                           ".abc",
                           "abc.",
                           "a..b",
                           "192.168.5.4",
                           "xn--abc",
                           "sthree-abc",
                           "amzn-s3-demo-abc",
                           "abc-s3alias",
                           "abc--ol-s3",
                           "abc.mrap",
                           "abc--x-s3",
                           "abc--table-s3",
                           "a/b",
                           "abc\n",
                           ".."}) {
    EXPECT_FALSE(is_bucket_name(name)) << name;
  }
  EXPECT_TRUE(is_bucket_name(std::string(63, 'a')));
  EXPECT_FALSE(is_bucket_name(std::string(64, 'a')));
}

// [EC2 API reference, CreateFlowLogs, LogDestination]
TEST(Bucket, Is_named_by_its_ARN_with_a_folder_or_without) {
  EXPECT_EQ(*parse_bucket_arn("arn:aws:s3:::logs"), (BucketPlace{"logs", ""}));
  EXPECT_EQ(*parse_bucket_arn("arn:aws:s3:::logs/"), (BucketPlace{"logs", ""}));
  EXPECT_EQ(*parse_bucket_arn("arn:aws:s3:::logs/a/b c/"), (BucketPlace{"logs", "a/b c/"}));
  EXPECT_EQ(*parse_bucket_arn("arn:aws:s3:::logs/a"), (BucketPlace{"logs", "a/"}));
}

TEST(Bucket, No_ARN_leads_out_of_it) {
  for (const char* arn :
       {"", "logs", "arn:aws:s3:::", "arn:aws:s3:::/a", "arn:aws:s3:::..", "arn:aws:s3:::../etc",
        "arn:aws:s3:::logs/../x", "arn:aws:s3:::logs/.", "arn:aws:s3:::logs//a",
        "arn:aws:s3:::logs/a/..", "arn:aws:s3:::logs//", "arn:aws:s3:::logs/a\nb",
        "arn:aws:s3:::Logs", "arn:aws:logs:::logs", "arn:aws:s3:r-1:1:logs"}) {
    EXPECT_FALSE(parse_bucket_arn(arn)) << arn;
  }
  EXPECT_FALSE(parse_bucket_arn("arn:aws:s3:::logs/" + std::string(256, 'a')));
  EXPECT_FALSE(parse_bucket_arn(std::string("arn:aws:s3:::logs/a\0b", 21)));
  std::string deep = "arn:aws:s3:::logs";
  for (int i = 0; i < 6; ++i) {
    deep += "/" + std::string(100, 'a');
  }
  EXPECT_FALSE(parse_bucket_arn(deep));
}

TEST(Bucket, The_folder_AWSLogs_is_reserved) {
  for (const char* arn : {"arn:aws:s3:::logs/AWSLogs", "arn:aws:s3:::logs/a/AWSLogs/b"}) {
    const auto refused = parse_bucket_arn(arn);
    ASSERT_FALSE(refused) << arn;
    EXPECT_NE(refused.error().message().find("reserved"), std::string::npos);
  }
}

}  // namespace
}  // namespace postern::model
