// SPDX-License-Identifier: Apache-2.0
// [EC2 API reference, CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs]
#include "api/ec2/ec2_test.h"
#include "model/chosen.h"
#include "model/flow_log_delivery.h"
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

  std::string to_bucket(const std::string& arn, const std::string& more = "") {
    return "ResourceType=VPC&ResourceId.1=" + vpc_ +
           "&TrafficType=ALL&LogDestinationType=s3&LogDestination=" + arn + more;
  }
  void make_bucket() {
    change([](model::Transaction& tx) { model::set_buckets(tx, {"logs"}); });
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
      {of("VPC", vpc_, all + "&LogDestinationType=kinesis-data-firehose"),
       "Unsupported: The parameter LogDestinationType is not supported with the value kinesis-"},
      {of("VPC", vpc_, all + "&LogDestinationType=paper"), "InvalidParameterValue"},
      {of("VPC", vpc_, all + "&MaxAggregationInterval=30"),
       "InvalidParameter: Invalid Flow Log Max Aggregation Interval"},
      {of("VPC", vpc_, all + "&LogFormat=${colour}"),
       "InvalidParameter: Unknown fields provided: (${colour})"},
      {of("VPC", vpc_, all + "&DestinationOptions.FileFormat=plain-text"),
       "InvalidParameter: DestinationOptions is not applicable for cloud-watch-logs delivery"},
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

// [EC2 API reference, CreateFlowLogs; VPC user guide, "Publish flow logs to Amazon S3"]
TEST_F(FlowLogTest, Goes_into_a_bucket_that_there_is) {
  make_bucket();
  make("CreateFlowLogs", to_bucket("arn:aws:s3:::logs/eu/"), "//flowLogIdSet/item");
  const Answer found =
      must("DescribeFlowLogs", "Filter.1.Name=log-destination-type&Filter.1.Value.1=s3");
  EXPECT_EQ(found.text("//logDestination"), "arn:aws:s3:::logs/eu/");
  EXPECT_EQ(found.text("//logDestinationType"), "s3");
  EXPECT_EQ(found.text("//deliverLogsStatus"), "SUCCESS");
  EXPECT_EQ(found.count("//logGroupName"), 0U);
  EXPECT_EQ(found.count("//deliverLogsPermissionArn"), 0U);
  // They are there also of a log that was made without. [recorded answers]
  EXPECT_EQ(found.text("//destinationOptions/fileFormat"), "plain-text");
  EXPECT_EQ(found.text("//destinationOptions/hiveCompatiblePartitions"), "false");
  EXPECT_EQ(found.text("//destinationOptions/perHourPartition"), "false");

  make("CreateFlowLogs",
       to_bucket("arn:aws:s3:::logs",
                 "&DestinationOptions.FileFormat=plain-text&DestinationOptions."
                 "HiveCompatiblePartitions=true&DestinationOptions.PerHourPartition=true"),
       "//flowLogIdSet/item");
  const Answer both = must("DescribeFlowLogs");
  EXPECT_EQ(both.count("//hiveCompatiblePartitions[.='true']"), 1U);
  EXPECT_EQ(both.count("//perHourPartition[.='true']"), 1U);
}

TEST_F(FlowLogTest, Says_why_its_files_are_not_written) {
  make_bucket();
  const std::string id =
      make("CreateFlowLogs", to_bucket("arn:aws:s3:::logs"), "//flowLogIdSet/item");
  change([&](model::Transaction& tx) {
    model::FlowLog log = *tx.world().find(model::Id<model::FlowLog>(id));
    log.bucket_error = model::kUnknownError;
    tx.put(log);
  });
  const Answer found = must("DescribeFlowLogs");
  EXPECT_EQ(found.text("//deliverLogsStatus"), "FAILED");
  EXPECT_EQ(found.text("//deliverLogsErrorMessage"), "Unknown error");
}

// [VPC user guide, "Troubleshoot VPC Flow Logs": LogDestinationNotFoundException; recorded answers:
// the resource is named with the code 400]
TEST_F(FlowLogTest, A_bucket_that_is_not_there_is_named_with_the_resource) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Answer answer = must("CreateFlowLogs", to_bucket("arn:aws:s3:::other/a"));
    EXPECT_EQ(answer.count("//flowLogIdSet/item"), 0U);
    EXPECT_EQ(answer.text("//unsuccessful/item/resourceId"), vpc_);
    EXPECT_EQ(answer.text("//unsuccessful/item/error/code"), "400");
    EXPECT_EQ(answer.text("//unsuccessful/item/error/message"),
              "LogDestination: other does not exist.");
    make_bucket();
  }
}

// [VPC user guide, "Amazon S3 bucket permissions for flow logs", "Troubleshoot VPC Flow Logs"]
TEST_F(FlowLogTest, Goes_into_ones_own_bucket_and_not_into_anothers) {
  const auto make_bucket_of = [&](const std::string& account, const std::string& name) {
    change([&](model::Transaction& tx) {
      tx.put(model::Bucket{.id = model::Id<model::Bucket>(name),
                           .owner = model::Id<model::Account>(account)});
    });
  };
  make_bucket_of("111111111111", "own");
  make_bucket_of("222222222222", "others");
  make("CreateFlowLogs", to_bucket("arn:aws:s3:::own/a"), "//flowLogIdSet/item");
  const Answer answer = must("CreateFlowLogs", to_bucket("arn:aws:s3:::others"));
  EXPECT_EQ(answer.text("//unsuccessful/item/error/message"),
            "Access Denied for LogDestination: others. Please check LogDestination permission");
}

TEST_F(FlowLogTest, Two_into_the_same_folder_of_a_bucket_are_alike) {
  make_bucket();
  make("CreateFlowLogs", to_bucket("arn:aws:s3:::logs/a"), "//flowLogIdSet/item");
  EXPECT_THAT(refusal("CreateFlowLogs", to_bucket("arn:aws:s3:::logs/a/")),
              StartsWith("FlowLogAlreadyExists"));
  make("CreateFlowLogs", to_bucket("arn:aws:s3:::logs/b/"), "//flowLogIdSet/item");
}

TEST_F(FlowLogTest, Refuses_what_is_no_bucket_and_what_is_not_for_buckets) {
  make_bucket();
  struct Case {
    std::string parameters;
    const char* error;
  };
  const std::string arn = "arn:aws:s3:::logs";
  const std::vector<Case> cases = {
      {to_bucket(""), "InvalidParameter: LogDestination can't be empty"},
      {to_bucket("logs"), "InvalidParameter: LogDestination logs is not the ARN of an S3 bucket"},
      {to_bucket("arn:aws:s3:::../etc"), "InvalidParameter"},
      {to_bucket(arn + "/../../etc"), "InvalidParameter"},
      {to_bucket(arn + "/AWSLogs/"), "InvalidParameter: LogDestination arn:aws:s3:::logs/AWSLogs/"},
      {to_bucket(arn, "&LogGroupName=g"),
       "InvalidParameter: LogDestination type must be cloud-watch-logs if LogGroupName is "
       "provided."},
      {to_bucket(arn, kRole),
       "InvalidParameter: DeliverLogsPermissionArn is not applicable for s3 delivery"},
      {to_bucket(arn, "&DestinationOptions.FileFormat=parquet"),
       "Unsupported: The parameter DestinationOptions.FileFormat is not supported with the value "
       "parquet"},
      {to_bucket(arn, "&DestinationOptions.FileFormat=csv"), "InvalidParameterValue"},
      {to_bucket(arn, "&DestinationOptions.Colour=red"), "UnknownParameter"},
      {to_bucket(arn, "&DeliverCrossAccountRole=arn:aws:iam::222222222222:role/r"), "Unsupported"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_THAT(refusal("CreateFlowLogs", c.parameters), StartsWith(c.error));
  }
}

// [VPC user guide, "Publish flow logs to Amazon S3": "IAM policy for IAM principals"]
TEST_F(FlowLogTest, Who_makes_one_into_a_bucket_must_be_allowed_to_deliver) {
  make_bucket();
  change([](model::Transaction& tx) {
    model::User user{
        .id = model::iam_id<model::User>(model::Id<model::Account>("111111111111"), "u"),
        .owner = model::Id<model::Account>("111111111111"),
        .name = "u",
        .path = "/"};
    user.policies.documents["p"] =
        R"({"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}})";
    tx.put(user);
  });
  caller_.principal_arn = "arn:aws:iam::111111111111:user/u";
  caller_.user = model::iam_id<model::User>(model::Id<model::Account>("111111111111"), "u");
  EXPECT_THAT(refusal("CreateFlowLogs", to_bucket("arn:aws:s3:::logs")),
              StartsWith("UnauthorizedOperation: You are not authorized to perform this operation. "
                         "User: arn:aws:iam::111111111111:user/u is not authorized to perform: "
                         "logs:CreateLogDelivery"));
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
