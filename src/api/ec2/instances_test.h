// SPDX-License-Identifier: Apache-2.0
// What the tests of instances share: a VPC with a subnet and instances in it.
#pragma once

#include "api/ec2/ec2_test.h"
#include "api/wire/base64.h"
#include "model/instance_state.h"

namespace postern::api::ec2 {

class InstancesTest : public Ec2Test {
 protected:
  // One instance in the subnet.
  std::string launch(const std::string& more = "") {
    return make("RunInstances", one_ + "&SubnetId=" + subnet_ + more, "//instanceId");
  }
  // What the runner reports.
  void start(const std::string& id) {
    change([&](model::Transaction& tx) {
      ASSERT_TRUE(model::mark_running(tx, model::Id<model::Instance>(id)));
    });
  }
  void end(const std::string& id) {
    change([&](model::Transaction& tx) {
      ASSERT_TRUE(model::mark_terminated(tx, model::Id<model::Instance>(id)));
    });
  }
  std::string state_of(const std::string& id) {
    return must("DescribeInstances", "InstanceId.1=" + id).text("//instanceState/name");
  }

  void put_key_pair(const std::string& name) {
    change([&](model::Transaction& tx) {
      tx.put(model::KeyPair{.id = model::Id<model::KeyPair>("key-1"),
                            .owner = caller_.account,
                            .region = caller_.region,
                            .name = name});
    });
  }

  const std::string one_ = "ImageId=ami-host&MinCount=1&MaxCount=1";
  const std::string vpc_ = make_vpc();
  const std::string subnet_ = make_subnet(vpc_);
  const std::string default_group_ = default_group_of(vpc_);
};

}  // namespace postern::api::ec2
