// SPDX-License-Identifier: Apache-2.0
// Reachability Analyzer: a question that is kept, and its answers.
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct NetworkInsightsPath {
  static constexpr const char* kTable = "network_insights_path";
  Id<NetworkInsightsPath> id;  // nip-…
  Id<Account> owner;
  std::string region;
  std::string source;       // as it was given: an id or an ARN
  std::string destination;  // likewise; empty: by its address
  std::string source_ip;
  std::string destination_ip;
  std::string protocol;      // tcp, udp
  int destination_port = 0;  // 0: not given
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NetworkInsightsPath, (),
                      (id, owner, region, source, destination, source_ip, destination_ip, protocol,
                       destination_port, created_at, tags))

// What was found, as it was then.
struct NetworkInsightsAnalysis {
  static constexpr const char* kTable = "network_insights_analysis";
  Id<NetworkInsightsAnalysis> id;  // nia-…
  Id<Account> owner;
  std::string region;
  Id<NetworkInsightsPath> path;
  bool succeeded = true;
  std::string status_message;
  std::string warning_message;
  bool path_found = false;
  // The items of these lists in EC2's XML: resources may be gone when it is read.
  std::string forward_path;
  std::string return_path;
  std::string explanations;
  TimePoint started_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NetworkInsightsAnalysis, (),
                      (id, owner, region, path, succeeded, status_message, warning_message,
                       path_found, forward_path, return_path, explanations, started_at, tags))

}  // namespace postern::model
