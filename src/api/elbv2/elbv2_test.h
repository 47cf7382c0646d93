// SPDX-License-Identifier: Apache-2.0
// What the tests of ELBv2's actions share: a World with two accounts' networks that actions run on
// by their form text, and a look into the XML.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "api/action/test_run.h"
#include "api/elbv2/service.h"
#include "model/load_balancer_state.h"

namespace postern::api::elbv2 {

inline constexpr const char* kOwner = "111111111111";
inline constexpr const char* kOther = "222222222222";
inline constexpr const char* kRegion = "ap-northeast-1";
inline constexpr const char* kArn = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:";

// An answer's elements, or the error.
class Answer {
 public:
  explicit Answer(Result<std::string> result) : result_(std::move(result)) {
    if (result_) {
      document_.load_string(("<answer>" + *result_ + "</answer>").c_str());
    }
  }

  explicit operator bool() const { return result_.has_value(); }
  std::string xml() const { return result_ ? *result_ : error(); }
  // "Code: message"
  std::string error() const {
    return result_ ? "no error"
                   : fmt::format("{}: {}", result_.error().fault().code, result_.error().message());
  }
  // The text of the first element at an XPath such as "//LoadBalancerArn"; empty if there is none.
  std::string text(const std::string& path) const {
    return document_.document_element().select_node(path.c_str()).node().text().get();
  }
  std::vector<std::string> texts(const std::string& path) const {
    std::vector<std::string> out;
    for (const auto& found : document_.document_element().select_nodes(path.c_str())) {
      out.emplace_back(found.node().text().get());
    }
    return out;
  }

 private:
  Result<std::string> result_;
  pugi::xml_document document_;
};

class Elbv2Test : public testing::Test {
 protected:
  // Runs the action as `caller_`. `parameters` are form text: "Name=n&Subnets.member.1=…".
  Answer run(const std::string& action, const std::string& parameters = "") {
    static const Service kService = elbv2_service();
    return Answer(run_form({world_, caller_, now_, ids_, machine_}, kService, action, parameters));
  }

  // The same, and the answer has to be there.
  Answer must(const std::string& action, const std::string& parameters = "") {
    Answer answer = run(action, parameters);
    EXPECT_TRUE(answer) << action << " " << parameters << "\n  " << answer.error();
    return answer;
  }

  // Runs the action and gives "Code: message" of its refusal.
  std::string refusal(const std::string& action, const std::string& parameters = "") {
    const Answer answer = run(action, parameters);
    EXPECT_FALSE(answer) << action << " " << parameters << "\n  " << answer.xml();
    return answer.error();
  }

  // An NLB in the zones a and c, with a security group; gives its ARN.
  std::string make_load_balancer(const std::string& name = "web",
                                 const std::string& more = "&SecurityGroups.member.1=sg-nlb") {
    return must("CreateLoadBalancer", "Name=" + name +
                                          "&Type=network&Scheme=internal&Subnets.member.1=subnet-a"
                                          "&Subnets.member.2=subnet-c" +
                                          more)
        .text("//LoadBalancerArn");
  }
  std::string make_group(const std::string& name = "targets",
                         const std::string& more = "&Protocol=TCP&Port=80") {
    return must("CreateTargetGroup", "Name=" + name + "&VpcId=vpc-1" + more)
        .text("//TargetGroupArn");
  }
  std::string make_listener(const std::string& load_balancer, const std::string& group,
                            const std::string& more = "&Protocol=TCP&Port=80") {
    return must("CreateListener", "LoadBalancerArn=" + load_balancer + forward_to(group) + more)
        .text("//ListenerArn");
  }
  static std::string forward_to(const std::string& group) {
    return "&DefaultActions.member.1.Type=forward&DefaultActions.member.1.TargetGroupArn=" + group;
  }

  template <class T>
  const T* record(const std::string& id) const {
    return world_.find(model::Id<T>(id));
  }
  template <class T>
  std::size_t count() const {
    return world_.all<T>().size();
  }
  // Changes the World as the daemon's other parts do.
  template <class Change>
  void change(Change change) {
    model::Transaction tx(world_, now_, ids_);
    change(tx);
    world_ = tx.world();
  }
  template <class T>
  void put(T value) {
    change([&](model::Transaction& tx) { tx.put(std::move(value)); });
  }
  void attach_gateway() {
    put(model::InternetGateway{.id = model::Id<model::InternetGateway>("igw-1"),
                               .owner = model::Id<model::Account>(kOwner),
                               .region = kRegion,
                               .vpc = model::Id<model::Vpc>("vpc-1")});
  }
  void become(const std::string& account, const std::string& region = kRegion) {
    caller_.account = model::Id<model::Account>(account);
    caller_.region = region;
  }

  static model::Subnet subnet(const std::string& id, const std::string& vpc,
                              const std::string& cidr, const std::string& letter,
                              const std::string& owner = kOwner) {
    return {.id = model::Id<model::Subnet>(id),
            .owner = model::Id<model::Account>(owner),
            .region = kRegion,
            .vpc = model::Id<model::Vpc>(vpc),
            .cidr = *Cidr::parse(cidr),
            .zone = "ap-northeast-1" + letter,
            .zone_id = "apne1-az-" + letter};
  }
  static model::Vpc vpc(const std::string& id, const std::string& owner = kOwner) {
    return {.id = model::Id<model::Vpc>(id),
            .owner = model::Id<model::Account>(owner),
            .region = kRegion,
            .cidr = *Cidr::parse("10.0.0.0/16")};
  }
  static model::SecurityGroup group(const std::string& id, const std::string& vpc,
                                    const std::string& owner = kOwner) {
    return {.id = model::Id<model::SecurityGroup>(id),
            .owner = model::Id<model::Account>(owner),
            .region = kRegion,
            .vpc = model::Id<model::Vpc>(vpc)};
  }
  static model::Instance instance(const std::string& id, const std::string& vpc = "vpc-1",
                                  model::InstanceState state = model::InstanceState::Running) {
    return {.id = model::Id<model::Instance>(id),
            .owner = model::Id<model::Account>(kOwner),
            .region = kRegion,
            .vpc = model::Id<model::Vpc>(vpc),
            .subnet = model::Id<model::Subnet>("subnet-a"),
            .zone = "ap-northeast-1a",
            .address = *IpAddress::parse("10.0.1.99"),
            .state = state};
  }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)};
  Machine machine_;
  model::Caller caller_{.account = model::Id<model::Account>(kOwner), .region = kRegion};
  model::World world_ =
      model::WorldBuilder()
          .put(vpc("vpc-1"))
          .put(vpc("vpc-2"))
          .put(vpc("vpc-other", kOther))
          .put(subnet("subnet-a", "vpc-1", "10.0.1.0/24", "a"))
          .put(subnet("subnet-a2", "vpc-1", "10.0.2.0/24", "a"))
          .put(subnet("subnet-c", "vpc-1", "10.0.3.0/24", "c"))
          .put(subnet("subnet-d", "vpc-1", "10.0.4.0/24", "d"))
          .put(subnet("subnet-vpc2", "vpc-2", "10.0.1.0/24", "d"))
          .put(subnet("subnet-other", "vpc-other", "10.0.1.0/24", "a", kOther))
          .put(group("sg-nlb", "vpc-1"))
          .put(group("sg-nlb2", "vpc-1"))
          .put(group("sg-vpc2", "vpc-2"))
          .put(group("sg-other", "vpc-other", kOther))
          .put(instance("i-0000000000000000a"))
          .put(instance("i-0000000000000000b"))
          .put(instance("i-000000000000000fe", "vpc-2"))
          .put(instance("i-000000000000000ff", "vpc-1", model::InstanceState::Pending))
          .build();
};

}  // namespace postern::api::elbv2
