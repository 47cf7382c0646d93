// SPDX-License-Identifier: Apache-2.0
// [EC2 user guide, "Reference AMIs using Systems Manager parameters"]
#include "api/ec2/instances_test.h"
#include "model/images.h"
#include "model/parameters.h"

namespace postern::api::ec2 {
namespace {

using testing::StartsWith;

class ImageLookupTest : public InstancesTest {
 protected:
  void put_parameter(const std::vector<std::string>& values, const std::string& data_type) {
    change([&](model::Transaction& tx) {
      model::Parameter made{.id = model::parameter_id(caller_.account, caller_.region, "/golden"),
                            .owner = caller_.account,
                            .region = caller_.region,
                            .name = "/golden",
                            .type = "String"};
      for (const std::string& value : values) {
        made.versions.push_back({.number = std::ssize(made.versions) + 1,
                                 .value = value,
                                 .data_type = data_type,
                                 .labels = {"v" + value.substr(value.size() - 1)}});
      }
      tx.put(made);
    });
  }
  std::string launch_by(const std::string& image) {
    return "ImageId=" + image + "&MinCount=1&MaxCount=1&SubnetId=" + subnet_;
  }

  const std::string first_ = model::images()[1].id;   // …a2
  const std::string second_ = model::images()[2].id;  // …a3
};

TEST_F(ImageLookupTest, A_launch_has_the_image_of_the_parameter) {
  put_parameter({first_, second_}, "aws:ec2:image");
  const auto known = std::ranges::find_if(
      model::public_parameters(),
      [](const model::Parameter& each) { return each.name.contains("x86_64"); });
  struct Case {
    std::string image;
    std::string id;
  };
  for (const Case& c : {
           Case{"resolve:ssm:/golden", second_},
           Case{"resolve:ssm:/golden:1", first_},
           Case{"resolve:ssm:/golden:v2", first_},
           Case{"resolve:ssm:arn:aws:ssm:ap-northeast-1:111111111111:parameter/golden:2", second_},
           Case{"resolve:ssm:" + known->name, known->versions.front().value},
       }) {
    const Answer made = must("RunInstances", launch_by(c.image));
    EXPECT_EQ(made.text("//imageId"), c.id) << c.image;
  }
}

TEST_F(ImageLookupTest, What_is_no_images_parameter_is_refused) {
  put_parameter({"one"}, "text");
  EXPECT_EQ(refusal("RunInstances", launch_by("resolve:ssm:/golden")),
            "SsmInvalidParameter: Unsupported data type. The following parameter data types are "
            "supported: aws:ec2:image");
  for (const char* image : {"resolve:ssm:/none", "resolve:ssm:/golden:2",
                            "resolve:ssm:", "resolve:ssm:/aws/service/none"}) {
    EXPECT_EQ(
        refusal("RunInstances", launch_by(image)),
        std::string("SsmInvalidParameter: The following aliases are invalid: [") + image + "]");
  }
  EXPECT_THAT(refusal("RunInstances", launch_by("resolve:s3:x")),
              StartsWith("InvalidAMIID.Malformed"));
}

TEST_F(ImageLookupTest, A_template_is_looked_up_when_it_is_made_and_at_each_launch) {
  const std::string given = "&LaunchTemplateData.ImageId=resolve:ssm:/golden";
  EXPECT_THAT(refusal("CreateLaunchTemplate", "LaunchTemplateName=web" + given),
              StartsWith("SsmInvalidParameter"));
  put_parameter({first_}, "aws:ec2:image");
  const std::string id =
      make("CreateLaunchTemplate", "LaunchTemplateName=web" + given, "//launchTemplateId");
  EXPECT_EQ(must("DescribeLaunchTemplateVersions", "LaunchTemplateId=" + id).text("//imageId"),
            "resolve:ssm:/golden");
  put_parameter({first_, second_}, "aws:ec2:image");
  EXPECT_EQ(must("RunInstances", "LaunchTemplate.LaunchTemplateId=" + id +
                                     "&MinCount=1&MaxCount=1&SubnetId=" + subnet_)
                .text("//imageId"),
            second_);
  EXPECT_THAT(refusal("CreateLaunchTemplateVersion",
                      "LaunchTemplateId=" + id + "&LaunchTemplateData.ImageId=resolve:ssm:/none"),
              StartsWith("SsmInvalidParameter"));
}

// [Systems Manager user guide, "Using native parameter support in Parameter Store for Amazon
// Machine Image IDs"]
TEST_F(ImageLookupTest, Who_launches_must_be_allowed_to_get_parameters) {
  put_parameter({first_}, "aws:ec2:image");
  const auto user = model::iam_id<model::User>(caller_.account, "u");
  const auto allow = [&](const std::string& actions) {
    change([&](model::Transaction& tx) {
      model::User made{
          .id = user, .owner = caller_.account, .name = "u", .path = "/", .unique_id = "AIDA1"};
      made.policies.documents["p"] =
          R"({"Statement": {"Effect": "Allow", "Action": [)" + actions + R"(], "Resource": "*"}})";
      tx.put(made);
    });
  };
  caller_.principal_arn = "arn:aws:iam::111111111111:user/u";
  caller_.user_id = "AIDA1";
  caller_.user = user;
  allow(R"("ec2:*")");
  EXPECT_THAT(refusal("RunInstances", launch_by("resolve:ssm:/golden")),
              StartsWith("UnauthorizedOperation"));
  allow(R"("ec2:*", "ssm:GetParameters")");
  must("RunInstances", launch_by("resolve:ssm:/golden"));
}

}  // namespace
}  // namespace postern::api::ec2
