// SPDX-License-Identifier: Apache-2.0
// What the tests of EC2's actions share: two accounts, a World that actions run on by their form
// text, and a look into the XML.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "api/action/test_run.h"
#include "api/ec2/service.h"
#include "api/ec2/test_keys.h"

namespace postern::api::ec2 {

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
  std::string code() const {
    return result_ ? "no error" : std::string(result_.error().fault().code);
  }

  // The text of the first element at an XPath such as "//vpcId"; empty if there is none.
  std::string text(const std::string& path) const { return node(path).text().get(); }
  std::vector<std::string> texts(const std::string& path) const {
    std::vector<std::string> out;
    for (const auto& found : document_.document_element().select_nodes(path.c_str())) {
      out.emplace_back(found.node().text().get());
    }
    return out;
  }
  std::size_t count(const std::string& path) const {
    return document_.document_element().select_nodes(path.c_str()).size();
  }
  // The element's own text, as in the answer.
  std::string raw(const std::string& path) const {
    std::ostringstream out;
    node(path).print(out, "", pugi::format_raw);
    return out.str();
  }

 private:
  pugi::xml_node node(const std::string& path) const {
    return document_.document_element().select_node(path.c_str()).node();
  }

  Result<std::string> result_;
  pugi::xml_document document_;
};

class Ec2Test : public testing::Test {
 protected:
  // Runs the action as `caller_`. `parameters` are form text: "VpcId=vpc-1&Filter.1.Name=…".
  Answer run(const std::string& action, const std::string& parameters = "") {
    static const Service kService = ec2_service(test_private_key);
    return Answer(run_form({world_, caller_, now_, ids_, machine_}, kService, action, parameters));
  }

  // The same, and the answer has to be there.
  Answer must(const std::string& action, const std::string& parameters = "") {
    Answer answer = run(action, parameters);
    EXPECT_TRUE(answer) << action << " " << parameters << "\n  " << answer.error();
    return answer;
  }

  // Runs the action and gives "Code: message" of its refusal. The World must stay as it was.
  std::string refusal(const std::string& action, const std::string& parameters = "") {
    const std::uint64_t before = world_.revision();
    const Answer answer = run(action, parameters);
    EXPECT_FALSE(answer) << action << " " << parameters << "\n  " << answer.xml();
    EXPECT_EQ(world_.revision(), before);
    return answer.error();
  }

  // Makes a resource and gives the text at `path` of the answer.
  std::string make(const std::string& action, const std::string& parameters,
                   const std::string& path) {
    return must(action, parameters).text(path);
  }
  std::string make_vpc(const std::string& cidr = "10.0.0.0/16") {
    return make("CreateVpc", "CidrBlock=" + cidr, "//vpcId");
  }
  std::string make_subnet(const std::string& vpc, const std::string& cidr = "10.0.0.0/24") {
    return make("CreateSubnet", "VpcId=" + vpc + "&CidrBlock=" + cidr, "//subnetId");
  }
  std::string make_group(const std::string& vpc, const std::string& name = "web") {
    return make("CreateSecurityGroup", "GroupName=" + name + "&GroupDescription=d&VpcId=" + vpc,
                "//groupId");
  }
  std::string default_group_of(const std::string& vpc) {
    return must("DescribeSecurityGroups", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc +
                                              "&Filter.2.Name=group-name&Filter.2.Value.1=default")
        .text("//groupId");
  }

  template <class T>
  const T* record(const std::string& id) const {
    return world_.find(model::Id<T>(id));
  }
  // Changes the World as the daemon's other parts do.
  template <class Change>
  void change(Change change) {
    model::Transaction tx(world_, now_, ids_);
    change(tx);
    world_ = tx.world();
  }

  void become(const std::string& account, const std::string& region = "ap-northeast-1") {
    caller_ = {.account = model::Id<model::Account>(account),
               .region = region,
               .principal_arn = "arn:aws:iam::" + account + ":root",
               .user_id = account};
  }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::hours(24 * 365 * 56)};
  Machine machine_;
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "ap-northeast-1",
                        .principal_arn = "arn:aws:iam::111111111111:root",
                        .user_id = "111111111111"};
  model::World world_ =
      model::WorldBuilder()
          .put(model::Account{.id = model::Id<model::Account>("111111111111"), .name = "a"})
          .put(model::Account{.id = model::Id<model::Account>("222222222222"), .name = "b"})
          .build();
};

}  // namespace postern::api::ec2
