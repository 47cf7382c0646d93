// SPDX-License-Identifier: Apache-2.0
// [Systems Manager user guide, "Working with public parameters in Parameter Store", "Working with
// parameter versions", "Working with parameter labels"]
#include "model/parameters.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/images.h"

namespace postern::model {
namespace {

const Caller kAda{.account = Id<Account>("111111111111"), .region = "eu-west-1"};

// As AWS and as Debian call it.
std::string in_name(std::string name, bool arm64 = false) {
  for (const auto& [word, architecture] : {std::pair("ARCH", arm64 ? "arm64" : "x86_64"),
                                           std::pair("DEB", arm64 ? "arm64" : "amd64")}) {
    if (const auto at = name.find(word); at != std::string::npos) {
      name.replace(at, std::string_view(word).size(), architecture);
    }
  }
  return name;
}

TEST(Parameters, The_public_ones_have_the_ids_of_the_images_that_names_find) {
  struct Case {
    const char* parameter;
    const char* image;  // how its name begins
    const char* data_type;
  };
  // Names and data types: recorded, or in the owners' documentation.
  for (const Case& c : {
           Case{"ami-amazon-linux-latest/al2023-ami-kernel-default-ARCH", "al2023-ami-2023",
                "text"},
           Case{"ami-amazon-linux-latest/al2023-ami-kernel-6.1-ARCH", "al2023-ami-2023", "text"},
           Case{"ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-ARCH", "al2023-ami-2023",
                "text"},
           Case{"ami-amazon-linux-latest/amzn2-ami-hvm-ARCH-gp2", "amzn2-ami-hvm-2.0", "text"},
           Case{"ami-amazon-linux-latest/amzn2-ami-minimal-hvm-ARCH-ebs", "amzn2-ami-hvm-2.0",
                "text"},
           Case{"ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-ARCH-gp2",
                "amzn2-ami-kernel-5.10-hvm", "text"},
           Case{"ami-amazon-linux-latest/amzn-ami-hvm-ARCH-gp2", "amzn-ami-hvm", "text"},
           Case{"canonical/ubuntu/server/22.04/stable/current/DEB/hvm/ebs-gp2/ami-id",
                "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04", "aws:ec2:image"},
           Case{"canonical/ubuntu/server/jammy/stable/current/DEB/hvm/ebs-gp2/ami-id",
                "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04", "aws:ec2:image"},
           Case{"canonical/ubuntu/server/24.04/stable/current/DEB/hvm/ebs-gp3/ami-id",
                "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04", "aws:ec2:image"},
           Case{"debian/release/12/latest/DEB", "debian-12", "text"},
           Case{"debian/release/bookworm/latest/DEB", "debian-12", "text"},
       }) {
    SCOPED_TRACE(c.parameter);
    const auto found =
        look_up_parameter(World(), kAda, in_name(std::string("/aws/service/") + c.parameter));
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->parameter->type, "String");
    EXPECT_EQ(found->version->data_type, c.data_type);
    const auto image = find_image(found->version->value);
    ASSERT_TRUE(image);
    EXPECT_TRUE(image->name.starts_with(c.image)) << image->name;
    EXPECT_EQ(found->version->modified_at, image->created_at);
  }
}

TEST(Parameters, The_public_ones_are_there_for_both_architectures) {
  for (const char* name : {"ami-amazon-linux-latest/al2023-ami-kernel-default-ARCH",
                           "canonical/ubuntu/server/22.04/stable/current/DEB/hvm/ebs-gp2/ami-id",
                           "debian/release/12/latest/DEB"}) {
    for (const bool arm64 : {false, true}) {
      const auto found =
          look_up_parameter(World(), kAda, in_name(std::string("/aws/service/") + name, arm64));
      ASSERT_TRUE(found) << name;
      EXPECT_EQ(find_image(found->version->value)->architecture, arm64 ? "arm64" : "x86_64");
    }
  }
}

TEST(Parameters, Of_the_public_ones_others_are_not_found) {
  for (const std::string& name : {std::string("ami-amazon-linux-latest/amzn-ami-hvm-arm64-gp2"),
                                  std::string("canonical/ubuntu/server/22.04/stable/current/DEB/"
                                              "hvm/ebs-gp3/ami-id"),
                                  std::string("global-infrastructure/regions")}) {
    const auto found = look_up_parameter(World(), kAda, in_name("/aws/service/" + name));
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().fault().code, "ParameterNotFound");
  }
}

TEST(Parameters, The_public_ones_are_each_there_once) {
  const auto& all = public_parameters();
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Parameter::name));
  EXPECT_EQ(std::ranges::adjacent_find(all, {}, &Parameter::name), all.end());
  for (const Parameter& each : all) {
    EXPECT_TRUE(each.name.starts_with("/aws/service/"));
  }
}

World with_parameter(const std::string& name) {
  return WorldBuilder()
      .put(Parameter{.id = parameter_id(kAda.account, kAda.region, name),
                     .owner = kAda.account,
                     .region = kAda.region,
                     .name = name,
                     .type = "String",
                     .versions = {{.number = 2, .value = "two", .labels = {"live"}},
                                  {.number = 3, .value = "three"}}})
      .build();
}

std::string value_of(const World& world, const std::string& given, const Caller& caller = kAda) {
  const auto found = look_up_parameter(world, caller, given);
  return found ? found->version->value + found->selector : std::string(found.error().fault().code);
}

TEST(Parameters, Are_found_by_name_version_label_and_ARN) {
  const World world = with_parameter("/a/b");
  EXPECT_EQ(value_of(world, "/a/b"), "three");
  EXPECT_EQ(value_of(world, "/a/b:2"), "two:2");
  EXPECT_EQ(value_of(world, "/a/b:live"), "two:live");
  EXPECT_EQ(value_of(world, "/a/b:1"), "ParameterVersionNotFound");
  EXPECT_EQ(value_of(world, "/a/b:dead"), "ParameterVersionNotFound");
  EXPECT_EQ(value_of(world, "/a"), "ParameterNotFound");
  const std::string arn = "arn:aws:ssm:eu-west-1:111111111111:parameter/a/b";
  EXPECT_EQ(value_of(world, arn), "three");
  EXPECT_EQ(value_of(world, arn + ":2"), "two:2");
  EXPECT_EQ(value_of(world, "arn:aws:ssm:eu-west-1:222222222222:parameter/a/b"),
            "ParameterNotFound");
  Caller elsewhere = kAda;
  elsewhere.region = "us-east-1";
  EXPECT_EQ(value_of(world, "/a/b", elsewhere), "ParameterNotFound");
  // A name of one level has no slash, or one.
  EXPECT_EQ(value_of(with_parameter("c"), "arn:aws:ssm:eu-west-1:111111111111:parameter/c"),
            "three");
  EXPECT_EQ(value_of(with_parameter("c"), "/c"), "ParameterNotFound");
  EXPECT_EQ(value_of(with_parameter("/c"), "c"), "ParameterNotFound");
}

TEST(Parameters, Of_ARNs_are_the_callers_and_the_public_ones) {
  EXPECT_EQ(parameter_arn("eu-west-1", "111111111111", "/a/b"),
            "arn:aws:ssm:eu-west-1:111111111111:parameter/a/b");
  EXPECT_EQ(parameter_arn("eu-west-1", "111111111111", "c"),
            "arn:aws:ssm:eu-west-1:111111111111:parameter/c");
  const std::string& name = public_parameters().front().name;
  EXPECT_EQ(parameter_arn("eu-west-1", "", name), "arn:aws:ssm:eu-west-1::parameter" + name);
  EXPECT_EQ(value_of(World(), parameter_arn("eu-west-1", "", name)),
            public_parameters().front().versions.front().value);
}

}  // namespace
}  // namespace postern::model
