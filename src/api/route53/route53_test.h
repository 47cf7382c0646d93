// SPDX-License-Identifier: Apache-2.0
// What the tests of Route 53's actions share: two accounts with a VPC each, and a World that
// actions run on by their parameters.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action/test_run.h"
#include "api/route53/service.h"

namespace postern::api::route53 {

class Route53Test : public testing::Test {
 protected:
  // The answer's elements, or "Code: message". Parameters are the path's and the query's by name.
  std::string run(std::string_view action, std::map<std::string, std::string> parameters,
                  const std::string& body = "") {
    static const Service kService = route53_service();
    wire::HttpRequest request{.method = "POST", .target = "/", .body = body};
    const wire::Route route{"POST", "/", action};
    auto root = wire::rest_parameters(route, request);
    if (!root) {
      return words(std::unexpected(root.error()));
    }
    for (const auto& [name, value] : parameters) {
      root->children[name].value = value;
      root->children[name].path = name;
    }
    const Machine machine;
    return words(run_action({world_, caller_, now_, ids_, machine}, kService.dialect,
                            *kService.find(action), *root));
  }

  std::string create(const std::string& name, const std::string& more = "") {
    const std::string made =
        run("CreateHostedZone", {},
            fmt::format("<R><Name>{}</Name><CallerReference>{}</CallerReference>"
                        "{}</R>",
                        name, ++references_, more));
    return between(made, "<Id>/hostedzone/", "</Id>", made);
  }
  static std::string vpc_element(const std::string& id = "vpc-1") {
    return "<VPC><VPCRegion>eu-west-1</VPCRegion><VPCId>" + id + "</VPCId></VPC>";
  }
  // Changes, each "CREATE name type ttl value".
  std::string change(const std::string& zone, std::vector<std::string> changes) {
    std::string body = "<R><ChangeBatch><Changes>";
    for (const std::string& text : changes) {
      std::istringstream words(text);
      std::string action, name, type, ttl, value;
      words >> action >> name >> type >> ttl >> std::ws;
      std::getline(words, value);
      body += fmt::format(
          "<Change><Action>{}</Action><ResourceRecordSet><Name>{}</Name><Type>{}</Type><TTL>{}"
          "</TTL><ResourceRecords><ResourceRecord><Value>{}</Value></ResourceRecord>"
          "</ResourceRecords></ResourceRecordSet></Change>",
          action, name, type, ttl, value);
    }
    return run("ChangeResourceRecordSets", {{"Id", zone}}, body + "</Changes></ChangeBatch></R>");
  }

  static std::string between(const std::string& text, const std::string& begin,
                             const std::string& end, const std::string& otherwise) {
    const auto from = text.find(begin);
    const auto to = text.find(end, from);
    return from == std::string::npos || to == std::string::npos
               ? otherwise
               : text.substr(from + begin.size(), to - from - begin.size());
  }
  void become(const std::string& account) { caller_.account = model::Id<model::Account>(account); }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::hours(24 * 365 * 56)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "us-east-1"};
  model::World world_ = model::WorldBuilder()
                            .put(model::Vpc{.id = model::Id<model::Vpc>("vpc-1"),
                                            .owner = model::Id<model::Account>("111111111111"),
                                            .region = "eu-west-1"})
                            .put(model::Vpc{.id = model::Id<model::Vpc>("vpc-2"),
                                            .owner = model::Id<model::Account>("222222222222"),
                                            .region = "eu-west-1"})
                            .build();

 private:
  int references_ = 0;
};

}  // namespace postern::api::route53
