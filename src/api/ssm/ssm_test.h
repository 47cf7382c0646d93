// SPDX-License-Identifier: Apache-2.0
// For the tests of this folder: actions on a World of the test's, in JSON.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "api/action/test_run.h"
#include "api/ssm/service.h"
#include "api/wire/json.h"

namespace postern::api::ssm {

class SsmTest : public testing::Test {
 protected:
  // The answer, or "Code: words".
  std::string run(std::string_view action, const std::string& body) {
    return words(answer_of(action, body));
  }
  // "good", or the code.
  std::string code(std::string_view action, const std::string& body) {
    const auto answer = answer_of(action, body);
    return answer ? "good" : std::string(answer.error().fault().code);
  }
  // A String, and what else is said of it.
  std::string put(const std::string& name, const std::string& value, const std::string& more = "") {
    return code("PutParameter", R"({"Name":")" + name + R"(","Value":")" + value +
                                    R"(","Type":"String")" + more + "}");
  }
  std::string value_of(const std::string& name, const std::string& more = "") {
    const auto answer = answer_of("GetParameter", R"({"Name":")" + name + "\"" + more + "}");
    if (!answer) {
      return std::string(answer.error().fault().code);
    }
    return text(boost::json::parse(*answer).at("Parameter").at("Value"));
  }
  // The names in an answer, with commas between them.
  std::string names(std::string_view action, const std::string& body) {
    const auto answer = answer_of(action, body);
    if (!answer) {
      return std::string(answer.error().fault().code);
    }
    std::string all;
    const auto parsed = boost::json::parse(*answer);
    for (const auto& item : parsed.at("Parameters").as_array()) {
      all += (all.empty() ? "" : ",") + text(item.at("Name"));
    }
    if (parsed.as_object().contains("NextToken")) {
      all += " then " + text(parsed.at("NextToken"));
    }
    return all;
  }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::seconds(1000)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "eu-west-1",
                        .principal_arn = "arn:aws:iam::111111111111:root"};
  model::World world_;

 private:
  static std::string text(const boost::json::value& value) {
    return std::string(value.as_string());
  }

  Result<std::string> answer_of(std::string_view action, const std::string& body) {
    static const Service kService = ssm_service();
    TRY_ASSIGN(const wire::Parameter root, wire::json_parameters(body));
    const Machine machine;
    return run_action({world_, caller_, now_, ids_, machine}, kService.dialect,
                      *kService.find(action), root);
  }
};

}  // namespace postern::api::ssm
