// SPDX-License-Identifier: Apache-2.0
// [CloudWatch Logs API reference]
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action/test_run.h"
#include "api/logs/service.h"
#include "api/wire/json.h"

namespace postern::api::logs {
namespace {

using testing::HasSubstr;

class LogGroupTest : public testing::Test {
 protected:
  std::string run(std::string_view action, const std::string& body) {
    const auto answer = answer_of(action, body);
    return answer ? *answer : std::string(answer.error().fault().code);
  }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::seconds(1000)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"), .region = "r-1"};
  model::World world_;

 private:
  Result<std::string> answer_of(std::string_view action, const std::string& body) {
    static const Service kService = logs_service();
    TRY_ASSIGN(const wire::Parameter root, wire::json_parameters(body));
    const Machine machine;
    return run_action({world_, caller_, now_, ids_, machine}, kService.dialect,
                      *kService.find(action), root);
  }
};

TEST_F(LogGroupTest, Is_made_described_changed_and_deleted) {
  EXPECT_EQ(run("CreateLogGroup", R"({"logGroupName":"/vpc/flow","tags":{"a":"b"}})"), "{}");
  EXPECT_EQ(run("DescribeLogGroups", R"({"logGroupNamePrefix":"/vpc"})"),
            R"({"logGroups":[{"logGroupName":"/vpc/flow","creationTime":1000000,)"
            R"("metricFilterCount":0,"arn":"arn:aws:logs:r-1:111111111111:log-group:/vpc/flow:*",)"
            R"("storedBytes":0,"logGroupClass":"STANDARD",)"
            R"("logGroupArn":"arn:aws:logs:r-1:111111111111:log-group:/vpc/flow"}]})");
  run("PutRetentionPolicy", R"({"logGroupName":"/vpc/flow","retentionInDays":7})");
  EXPECT_THAT(run("DescribeLogGroups", "{}"), HasSubstr(R"("retentionInDays":7)"));
  run("DeleteRetentionPolicy", R"({"logGroupName":"/vpc/flow"})");
  const std::string arn = R"("resourceArn":"arn:aws:logs:r-1:111111111111:log-group:/vpc/flow")";
  run("TagResource", "{" + arn + R"(,"tags":{"c":"d"}})");
  run("UntagResource", "{" + arn + R"(,"tagKeys":["a"]})");
  EXPECT_EQ(run("ListTagsForResource", "{" + arn + "}"), R"({"tags":{"c":"d"}})");
  EXPECT_EQ(run("DeleteLogGroup", R"({"logGroupName":"/vpc/flow"})"), "{}");
  EXPECT_EQ(run("DescribeLogGroups", "{}"), R"({"logGroups":[]})");
}

TEST_F(LogGroupTest, Refuses_as_AWS_does) {
  run("CreateLogGroup", R"({"logGroupName":"g"})");
  EXPECT_EQ(run("CreateLogGroup", R"({"logGroupName":"g"})"), "ResourceAlreadyExistsException");
  EXPECT_EQ(run("CreateLogGroup", R"({"logGroupName":"a b"})"), "InvalidParameterException");
  EXPECT_EQ(run("PutRetentionPolicy", R"({"logGroupName":"g","retentionInDays":2})"),
            "InvalidParameterException");
  EXPECT_EQ(run("DeleteLogGroup", R"({"logGroupName":"h"})"), "ResourceNotFoundException");
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(run("DescribeLogGroups", "{}"), R"({"logGroups":[]})");
}

}  // namespace
}  // namespace postern::api::logs
