// SPDX-License-Identifier: Apache-2.0
// The two sides of the tutorial as records: provider B with a Network Load Balancer in two zones,
// consumer A with a subnet in each, in VPCs of the same addresses.
#pragma once

#include "api/ec2/ec2_test.h"
#include "model/programmed.h"

namespace postern::api::ec2 {

class PrivateLinkTest : public Ec2Test {
 protected:
  static constexpr const char* kConsumer = "111111111111";
  static constexpr const char* kProvider = "222222222222";
  static constexpr const char* kNlb =
      "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/nlb/"
      "0123456789abcdef";

  void SetUp() override {
    become(kProvider);
    change([](model::Transaction& tx) { tx.put(load_balancer(kNlb)); });
    become(kConsumer);
    vpc_ = make_vpc();
    subnet_a_ = make_zone_subnet("10.0.1.0/24", "ap-northeast-1a");
    subnet_c_ = make_zone_subnet("10.0.2.0/24", "ap-northeast-1c");
    subnet_d_ = make_zone_subnet("10.0.3.0/24", "ap-northeast-1d");
  }

  // An NLB of B's in the zones a and c.
  static model::LoadBalancer load_balancer(const std::string& arn) {
    return {.id = model::Id<model::LoadBalancer>(arn),
            .owner = model::Id<model::Account>(kProvider),
            .region = "ap-northeast-1",
            .zones = {{.zone = "ap-northeast-1a", .zone_id = "apne1-az4"},
                      {.zone = "ap-northeast-1c", .zone_id = "apne1-az1"}},
            .state = model::LoadBalancerState::Active};
  }

  std::string make_zone_subnet(const std::string& cidr, const std::string& zone) {
    return make("CreateSubnet",
                "VpcId=" + vpc_ + "&CidrBlock=" + cidr + "&AvailabilityZone=" + zone, "//subnetId");
  }

  // B's service; allows A unless told otherwise. Leaves the caller as it was.
  std::string make_service(const std::string& more = "", bool allow = true) {
    const model::Caller before = caller_;
    become(kProvider);
    const std::string service =
        make("CreateVpcEndpointServiceConfiguration",
             std::string("NetworkLoadBalancerArn.1=") + kNlb + more, "//serviceId");
    if (allow) {
      must("ModifyVpcEndpointServicePermissions",
           "ServiceId=" + service + "&AddAllowedPrincipals.1=arn:aws:iam::111111111111:root");
    }
    caller_ = before;
    return service;
  }

  static std::string name_of(const std::string& service) {
    return "com.amazonaws.vpce.ap-northeast-1." + service;
  }

  std::string endpoint_parameters(const std::string& service) const {
    return "VpcEndpointType=Interface&VpcId=" + vpc_ + "&ServiceName=" + name_of(service);
  }
  // A's endpoint in the zones a and c.
  std::string make_endpoint(const std::string& service) {
    return make(
        "CreateVpcEndpoint",
        endpoint_parameters(service) + "&SubnetId.1=" + subnet_a_ + "&SubnetId.2=" + subnet_c_,
        "//vpcEndpointId");
  }

  // As the reconcile loop does once the data plane carries the World.
  void programmed() {
    change([](model::Transaction& tx) {
      const model::World now = tx.world();
      model::mark_programmed(tx, now);
    });
  }

  // Accepts or rejects as B; the caller stays as it was.
  Answer decide(const std::string& action, const std::string& service,
                const std::string& endpoint) {
    const model::Caller before = caller_;
    become(kProvider);
    Answer answer = must(action, "ServiceId=" + service + "&VpcEndpointId.1=" + endpoint);
    caller_ = before;
    return answer;
  }

  std::string state_of(const std::string& endpoint) {
    return must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint).text("//state");
  }

  std::string vpc_, subnet_a_, subnet_c_, subnet_d_;
};

}  // namespace postern::api::ec2
