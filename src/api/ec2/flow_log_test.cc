// SPDX-License-Identifier: Apache-2.0
// [EC2 API reference, CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs]
#include "api/ec2/ec2_test.h"
#include "model/test_delivery_role.h"

namespace postern::api::ec2 {
namespace {

using testing::StartsWith;

class FlowLogTest : public Ec2Test {
 protected:
  static constexpr const char* kRole =
      "&DeliverLogsPermissionArn=arn:aws:iam::111111111111:role/deliver";

  std::string of(const std::string& type, const std::string& id, const std::string& more = "") {
    return "ResourceType=" + type + "&ResourceId.1=" + id + kRole + more;
  }
  std::string make_log(const std::string& more = "&TrafficType=ALL&LogGroupName=flows") {
    return make("CreateFlowLogs", of("VPC", vpc_, more), "//flowLogIdSet/item");
  }

  std::string vpc_ = make_vpc();
};

TEST_F(FlowLogTest, Is_made_described_and_deleted) {
  const std::string id = make_log(
      "&TrafficType=REJECT&LogGroupName=flows&MaxAggregationInterval=60&TagSpecification.1."
      "ResourceType=vpc-flow-log&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b");
  EXPECT_THAT(id, StartsWith("fl-"));
  const Answer found = must("DescribeFlowLogs", "FlowLogId.1=" + id);
  EXPECT_EQ(found.text("//flowLogSet/item/resourceId"), vpc_);
  EXPECT_EQ(found.text("//trafficType"), "REJECT");
  EXPECT_EQ(found.text("//flowLogStatus"), "ACTIVE");
  EXPECT_EQ(found.text("//logGroupName"), "flows");
  EXPECT_EQ(found.text("//logDestinationType"), "cloud-watch-logs");
  EXPECT_EQ(found.text("//maxAggregationInterval"), "60");
  EXPECT_THAT(found.text("//logFormat"), StartsWith("${version} ${account-id} ${interface-id}"));
  EXPECT_EQ(found.text("//tagSet/item/value"), "b");
  must("DeleteFlowLogs", "FlowLogId.1=" + id);
  EXPECT_EQ(must("DescribeFlowLogs").count("//flowLogSet/item"), 0U);
}

TEST_F(FlowLogTest, Says_whether_its_role_lets_it_deliver) {
  make_log();
  EXPECT_EQ(must("DescribeFlowLogs").text("//deliverLogsStatus"), "FAILED");
  EXPECT_EQ(must("DescribeFlowLogs").text("//deliverLogsErrorMessage"), "Access error");
  change([](model::Transaction& tx) {
    tx.put(model::delivery_role(model::Id<model::Account>("111111111111")));
  });
  EXPECT_EQ(must("DescribeFlowLogs").text("//deliverLogsStatus"), "SUCCESS");
  EXPECT_EQ(must("DescribeFlowLogs").count("//deliverLogsErrorMessage"), 0U);
  const std::string failed = "Filter.1.Name=deliver-log-status&Filter.1.Value.1=FAILED";
  EXPECT_EQ(must("DescribeFlowLogs", failed).count("//flowLogSet/item"), 0U);
}

TEST_F(FlowLogTest, Names_the_resources_that_got_none) {
  const std::string subnet = make_subnet(vpc_);
  const Answer answer =
      must("CreateFlowLogs", of("Subnet", "subnet-11111111", "&ResourceId.2=" + subnet) +
                                 "&TrafficType=ALL&LogGroupName=flows");
  EXPECT_EQ(answer.count("//flowLogIdSet/item"), 1U);
  EXPECT_EQ(answer.text("//unsuccessful/item/resourceId"), "subnet-11111111");
  EXPECT_EQ(answer.text("//unsuccessful/item/error/code"), "InvalidSubnetID.NotFound");
  become("222222222222");
  const Answer others = must("CreateFlowLogs", of("VPC", vpc_, "&TrafficType=ALL&LogGroupName=f"));
  EXPECT_EQ(others.text("//unsuccessful/item/error/code"), "InvalidVpcID.NotFound");
  EXPECT_EQ(must("DescribeFlowLogs").count("//flowLogSet/item"), 0U);
}

// [recorded answers: FlowLogAlreadyExists; VPC quotas: two a resource]
TEST_F(FlowLogTest, A_resource_has_two_at_most_and_no_two_alike) {
  make_log();
  EXPECT_THAT(
      refusal("CreateFlowLogs", of("VPC", vpc_, "&TrafficType=ALL&LogGroupName=flows")),
      StartsWith("FlowLogAlreadyExists: Error. There is an existing Flow Log with the same"));
  make_log("&TrafficType=ALL&LogGroupName=others");
  const Answer third =
      must("CreateFlowLogs", of("VPC", vpc_, "&TrafficType=ALL&LogGroupName=third"));
  EXPECT_EQ(third.text("//unsuccessful/item/error/code"), "FlowLogsLimitExceeded");
}

TEST_F(FlowLogTest, Refuses_as_AWS_does) {
  const std::string all = "&TrafficType=ALL&LogGroupName=flows";
  struct Case {
    std::string parameters;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"ResourceType=VPC&TrafficType=ALL&LogGroupName=flows", "MissingParameter"},
      {of("VPC", vpc_, "&LogGroupName=flows"), "MissingParameter"},
      {of("VPC", vpc_, "&TrafficType=SOME&LogGroupName=flows"), "InvalidParameterValue"},
      {of("Router", vpc_, all), "InvalidParameterValue"},
      {of("TransitGateway", "tgw-1", all), "Unsupported"},
      {of("VPC", vpc_, "&TrafficType=ALL"),
       "InvalidParameter: LogDestination can't be empty if LogGroupName is not provided."},
      {of("VPC", vpc_,
          all + "&LogDestination=arn:aws:logs:ap-northeast-1:111111111111:log-group:f"),
       "InvalidParameter: Please only provide LogGroupName or only provide LogDestination."},
      {"ResourceType=VPC&ResourceId.1=" + vpc_ + all,
       "InvalidParameter: DeliverLogsPermissionArn can't be empty"},
      {of("VPC", vpc_, "&TrafficType=ALL&LogDestination=arn:aws:logs:r-2:111111111111:log-group:f"),
       "InvalidParameter"},
      {of("VPC", vpc_, "&TrafficType=ALL&LogDestinationType=s3&LogDestination=arn:aws:s3:::b"),
       "Unsupported: The parameter LogDestinationType is not supported with the value s3"},
      {of("VPC", vpc_, all + "&LogDestinationType=paper"), "InvalidParameterValue"},
      {of("VPC", vpc_, all + "&MaxAggregationInterval=30"),
       "InvalidParameter: Invalid Flow Log Max Aggregation Interval"},
      {of("VPC", vpc_, all + "&LogFormat=${colour}"),
       "InvalidParameter: Unknown fields provided: (${colour})"},
      {of("VPC", vpc_, all + "&DestinationOptions.FileFormat=parquet"), "Unsupported"},
      {of("VPC", vpc_, all + "&TagSpecification.1.ResourceType=vpc"), "InvalidParameterValue"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_THAT(refusal("CreateFlowLogs", c.parameters), StartsWith(c.error));
  }
  EXPECT_THAT(refusal("DeleteFlowLogs", "FlowLogId.1=fl-11111111"),
              StartsWith("InvalidFlowLogId.NotFound: These flow log ids in the input list are not "
                         "found: [TotalCount: 1] fl-11111111"));
  EXPECT_THAT(refusal("DeleteFlowLogs", "FlowLogId.1=x"), StartsWith("InvalidFlowLogId.Malformed"));
}

TEST_F(FlowLogTest, Has_tags_like_any_resource) {
  const std::string id = make_log();
  must("CreateTags", "ResourceId.1=" + id + "&Tag.1.Key=k&Tag.1.Value=v");
  EXPECT_EQ(must("DescribeTags").text("//tagSet/item/resourceType"), "vpc-flow-log");
  EXPECT_EQ(
      must("DescribeFlowLogs", "Filter.1.Name=tag:k&Filter.1.Value.1=v").count("//flowLogSet/item"),
      1U);
}

}  // namespace
}  // namespace postern::api::ec2
