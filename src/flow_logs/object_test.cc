// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "model/flow_log_format.h"

namespace postern::flow_logs {
namespace {

using Records = std::vector<std::string>;

// 2018-06-20T16:20:00Z
constexpr TimePoint kWindow{std::chrono::seconds(1529511600)};

model::FlowLog log() {
  return {.id = model::Id<model::FlowLog>("fl-1234abcd"),
          .owner = model::Id<model::Account>("123456789012"),
          .region = "us-east-1",
          .destination_type = "s3",
          .destination = "arn:aws:s3:::bucket/my-logs",
          .format = std::string(model::kDefaultFlowLogFormat)};
}

std::string gunzip(std::string bytes) {
  std::string out(1 << 20, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

// [VPC user guide, "Flow log files": names, and a line of fields]
TEST(Object, Is_a_file_of_the_windows_records_after_their_fields) {
  const auto objects = objects_of(log(), kWindow, Records{"2 a", "2 b"});
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].bucket, "bucket");
  EXPECT_THAT(objects[0].name,
              testing::MatchesRegex("123456789012_vpcflowlogs_us-east-1_fl-1234abcd_"
                                    "20180620T1620Z_[0-9a-f]{8}\\.log\\.gz"));
  EXPECT_EQ(gunzip(objects[0].content),
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
            "bytes start end action log-status\n2 a\n2 b\n");
  EXPECT_TRUE(objects_of(log(), kWindow, {}).empty());
}

TEST(Object, Has_a_custom_formats_fields) {
  model::FlowLog custom = log();
  custom.format = "  ${version}   ${pkt-srcaddr} ";
  EXPECT_EQ(gunzip(objects_of(custom, kWindow, Records{"3 a"})[0].content),
            "version pkt-srcaddr\n3 a\n");
}

// [VPC user guide, "Flow log files", "Log file S3 bucket structure"]
TEST(Object, Is_in_the_folder_of_its_day_or_hour) {
  struct Case {
    bool hive;
    bool hourly;
    const char* folder;
  };
  for (const Case& c : {
           Case{false, false, "my-logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/"},
           Case{false, true, "my-logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/16/"},
           Case{true, false,
                "my-logs/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/"
                "aws-region=us-east-1/year=2018/month=06/day=20/"},
           Case{true, true,
                "my-logs/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/"
                "aws-region=us-east-1/year=2018/month=06/day=20/hour=16/"},
       }) {
    model::FlowLog one = log();
    one.hive_compatible_partitions = c.hive;
    one.per_hour_partition = c.hourly;
    EXPECT_EQ(objects_of(one, kWindow, Records{"a"})[0].folder, c.folder);
  }
  model::FlowLog bare = log();
  bare.destination = "arn:aws:s3:::bucket";
  EXPECT_THAT(objects_of(bare, kWindow, Records{"a"})[0].folder, testing::StartsWith("AWSLogs/"));
}

TEST(Object, The_same_records_are_the_same_object_and_others_another) {
  const auto one = objects_of(log(), kWindow, Records{"a"})[0];
  const auto again = objects_of(log(), kWindow, Records{"a"})[0];
  EXPECT_EQ(one.name, again.name);
  EXPECT_EQ(one.content, again.content);
  EXPECT_NE(one.name, objects_of(log(), kWindow, Records{"b"})[0].name);
}

TEST(Object, What_is_too_much_for_a_file_goes_into_another) {
  const auto objects = objects_of(log(), kWindow, Records(5, std::string(100, 'x')), 300);
  ASSERT_EQ(objects.size(), 5U);  // the header is 120 of it
  const auto wide = objects_of(log(), kWindow, Records(5, std::string(100, 'x')), 400);
  EXPECT_EQ(wide.size(), 3U);
}

}  // namespace
}  // namespace postern::flow_logs
