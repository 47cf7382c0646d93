// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/instance_type.h"

#include "api/ec2/ec2_test.h"
#include "model/images.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

TEST(InstanceType, Has_a_family_and_a_size) {
  for (const char* type : {"m1.small", "t3.micro", "u-6tb1.112xlarge", "mac2-m2.metal"}) {
    EXPECT_TRUE(is_instance_type(type)) << type;
  }
  for (const char* type :
       {"", "big", ".", "t3.", ".micro", "T3.micro", "3t.micro", "t3.mi cro", "t3.micro.x"}) {
    EXPECT_FALSE(is_instance_type(type)) << type;
  }
}

// [EC2 user guide, "Instance type naming conventions"]
TEST(InstanceType, Graviton_is_told_by_its_name) {
  for (const char* type : {"a1.large", "t4g.micro", "m6gd.large", "c7gn.large", "x2gd.large",
                           "im4gn.large", "is4gen.large", "g5g.xlarge", "r8g.large"}) {
    EXPECT_EQ(architecture_of(type), "arm64") << type;
  }
  for (const char* type : {"t2.micro", "t3a.micro", "m5.large", "g4dn.xlarge", "c5n.large",
                           "p4d.24xlarge", "m7i-flex.large", "u-6tb1.112xlarge"}) {
    EXPECT_EQ(architecture_of(type), "x86_64") << type;
  }
}

class InstanceTypeTest : public Ec2Test {};

TEST_F(InstanceTypeTest, Any_type_is_described_as_what_it_is_here) {
  machine_.vcpus = 4;
  machine_.memory_mib = 8000;
  const Answer seen =
      must("DescribeInstanceTypes", "InstanceType.1=t3.micro&InstanceType.2=m5.large");
  EXPECT_THAT(seen.texts("//instanceType"), ElementsAre("m5.large", "t3.micro"));
  EXPECT_EQ(seen.text("//defaultVCpus"), "4");
  EXPECT_EQ(seen.text("//sizeInMiB"), "8000");
  EXPECT_THAT(seen.texts("//supportedArchitectures/item"), ElementsAre("x86_64", "x86_64"));
  EXPECT_EQ(must("DescribeInstanceTypes", "InstanceType.1=t4g.micro")
                .text("//supportedArchitectures/item"),
            "arm64");
  // Terraform asks for the credits of burstable ones only. [spec 7.3 pitfall 8]
  EXPECT_THAT(seen.texts("//burstablePerformanceSupported"), ElementsAre("false", "true"));
  machine_ = {};
  const Answer unknown = must("DescribeInstanceTypes", "InstanceType.1=t3.micro");
  EXPECT_EQ(unknown.count("//vCpuInfo") + unknown.count("//memoryInfo"), 0U);
}

// [EC2 error-code page: InvalidInstanceType]
TEST_F(InstanceTypeTest, Filters_pages_and_refusals) {
  EXPECT_EQ(refusal("DescribeInstanceTypes", "InstanceType.1=big"),
            "InvalidInstanceType: The following supplied instance types do not exist: [big]");
  EXPECT_EQ(must("DescribeInstanceTypes", "Filter.1.Name=instance-type&Filter.1.Value.1=t3.*")
                .count("//instanceType"),
            3U);
  EXPECT_EQ(must("DescribeInstanceTypes",
                 "Filter.1.Name=burstable-performance-supported&Filter.1.Value.1=true")
                .count("//instanceType"),
            4U);
  EXPECT_EQ(refusal("DescribeInstanceTypes", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
  const Answer first = must("DescribeInstanceTypes", "MaxResults=5");
  const Answer rest =
      must("DescribeInstanceTypes", "MaxResults=5&NextToken=" + first.text("//nextToken"));
  EXPECT_EQ(first.count("//instanceType") + rest.count("//instanceType"),
            must("DescribeInstanceTypes").count("//instanceType"));
}

}  // namespace
}  // namespace postern::api::ec2
