// SPDX-License-Identifier: Apache-2.0
// What the tests of IAM's actions share: an account's root, and a World that actions run on by
// their form text.
#pragma once

#include <gtest/gtest.h>

#include "api/action/test_run.h"
#include "api/iam/service.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::iam {

class IamTest : public testing::Test {
 protected:
  // The answer, or the fault's code and words.
  std::string run(std::string_view action, const std::string& parameters = "") {
    static const Service kService = iam_service();
    return words(run_form({world_, caller_, now_, ids_, machine_}, kService, action, parameters));
  }

  void make_role(const std::string& name, const std::string& more = "") {
    const std::string made = run("CreateRole", "RoleName=" + name + "&AssumeRolePolicyDocument=" +
                                                   wire::percent_encoded(kTrust) + more);
    ASSERT_TRUE(made.starts_with("<Role>")) << made;
  }

  static constexpr const char* kTrust =
      R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111111111111"}}})";
  static constexpr const char* kPolicy =
      R"({"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}})";

  Machine machine_;
  SeededIds ids_{1};
  TimePoint now_{std::chrono::seconds(1'000'000)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "us-east-1",
                        .principal_arn = "arn:aws:iam::111111111111:root",
                        .user_id = "111111111111"};
  model::World world_;
};

}  // namespace postern::api::iam
