// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class InstanceCreditTest : public Ec2Test {
 protected:
  std::string launch(const std::string& more) {
    return make("RunInstances", "ImageId=ami-host&MinCount=1&MaxCount=1&SubnetId=" + subnet_ + more,
                "//instanceId");
  }
  void start(const std::string& id) {
    change([&](model::Transaction& tx) {
      model::Instance instance = *tx.world().find(model::Id<model::Instance>(id));
      instance.state = model::InstanceState::Running;
      tx.put(std::move(instance));
    });
  }
  std::vector<std::string> credits_of(const std::string& id) {
    return must("DescribeInstanceCreditSpecifications", "InstanceId.1=" + id).texts("//cpuCredits");
  }

  const std::string subnet_ = make_subnet(make_vpc());
};

// "The default credit option is unlimited for T3, T3a and T4g, and standard for T2." [EC2 user
// guide, "Burstable performance instances"; EC2 API reference,
// DescribeInstanceCreditSpecifications: without ids, those that are unlimited]
TEST_F(InstanceCreditTest, An_instance_has_the_option_that_it_was_given_or_its_types) {
  const std::string t2 = launch("&InstanceType=t2.micro");
  const std::string t3 = launch("&InstanceType=t3.micro");
  const std::string chosen =
      launch("&InstanceType=t3.micro&CreditSpecification.CpuCredits=standard");
  const std::string fixed = launch("&InstanceType=m5.large&EbsOptimized=true");
  EXPECT_THAT(credits_of(t2), ElementsAre("standard"));
  EXPECT_THAT(credits_of(t3), ElementsAre("unlimited"));
  EXPECT_THAT(credits_of(chosen), ElementsAre("standard"));
  EXPECT_TRUE(credits_of(fixed).empty());
  EXPECT_THAT(must("DescribeInstanceCreditSpecifications").texts("//instanceId"), ElementsAre(t3));
  EXPECT_EQ(must("DescribeInstances", "InstanceId.1=" + fixed).text("//ebsOptimized"), "true");
}

// [EC2 API reference, ModifyInstanceCreditSpecification: UnsuccessfulInstanceCreditSpecification]
TEST_F(InstanceCreditTest, It_is_changed_for_each_instance_that_has_one) {
  const std::string t3 = launch("&InstanceType=t3.micro");
  const std::string pending = launch("&InstanceType=t3.micro");
  const std::string fixed = launch("&InstanceType=m5.large");
  start(t3);
  start(fixed);
  const auto wanted = [](int n, const std::string& id) {
    const std::string row = "&InstanceCreditSpecification." + std::to_string(n);
    return row + ".InstanceId=" + id + row + ".CpuCredits=standard";
  };
  const Answer changed = must(
      "ModifyInstanceCreditSpecification",
      wanted(1, t3) + wanted(2, pending) + wanted(3, fixed) + wanted(4, "i-00000000000000000"));
  EXPECT_THAT(changed.texts("//successfulInstanceCreditSpecificationSet/item/instanceId"),
              ElementsAre(t3));
  EXPECT_THAT(changed.texts("//unsuccessfulInstanceCreditSpecificationSet/item/error/code"),
              ElementsAre("IncorrectInstanceState", "InstanceCreditSpecification.NotSupported",
                          "InvalidInstanceID.NotFound"));
  EXPECT_THAT(credits_of(t3), ElementsAre("standard"));
  EXPECT_THAT(credits_of(pending), ElementsAre("unlimited"));
  EXPECT_THAT(refusal("ModifyInstanceCreditSpecification",
                      "InstanceCreditSpecification.1.InstanceId=" + t3 +
                          "&InstanceCreditSpecification.1.CpuCredits=endless"),
              HasSubstr("InvalidParameterValue"));
}

}  // namespace
}  // namespace postern::api::ec2
