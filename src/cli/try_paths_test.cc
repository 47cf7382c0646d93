// SPDX-License-Identifier: Apache-2.0
#include "cli/try_paths.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;

json::object explanation(const char* answer, int paths) {
  json::object made = {{"answer", answer}, {"paths", json::array()}};
  for (int at = 0; at < paths; ++at) {
    made["paths"].as_array().push_back(json::object{{"destination", "10.0.1.100"}});
  }
  return made;
}

TEST(TryPaths, What_was_found_and_what_it_makes_of_the_answer) {
  struct Case {
    const char* answer;
    std::vector<Probe> probes;
    const char* then;
  };
  for (const Case& c : {Case{"reachable", {Probe::Connected}, "reachable"},
                        Case{"reachable", {Probe::Connected, Probe::TimedOut}, "unknown"},
                        Case{"reachable", {Probe::Refused}, "unknown"},
                        Case{"reachable", {Probe::NotTried}, "reachable"},
                        Case{"unreachable", {Probe::TimedOut}, "unreachable"},
                        Case{"unreachable", {Probe::Connected}, "unknown"},
                        // The other zone's path may work: it is the whole that does not.
                        Case{"unreachable", {Probe::Connected, Probe::TimedOut}, "unreachable"},
                        Case{"unknown", {Probe::Connected}, "unknown"}}) {
    json::object made = explanation(c.answer, static_cast<int>(c.probes.size()));
    add_probes(made, c.probes);
    EXPECT_EQ(made.at("answer"), c.then) << c.answer << " " << c.probes.size();
  }
}

TEST(TryPaths, Each_path_says_how_it_fared) {
  json::object made = explanation("unknown", 4);
  add_probes(made, {Probe::Connected, Probe::Refused, Probe::TimedOut, Probe::NotTried});
  std::vector<std::string> said;
  for (const json::value& path : made.at("paths").as_array()) {
    said.emplace_back(path.at("probe").as_string());
  }
  EXPECT_EQ(said, (std::vector<std::string>{"connected", "refused", "timed out", "not tried"}));
}

TEST(TryPaths, Only_TCP_from_an_instance_that_runs_is_tried) {
  json::object made = explanation("reachable", 1);
  made["protocol"] = "udp";
  made["instance"] = "i-1";
  made["port"] = 80;
  int asked = 0;
  const AskDaemon ask = [&](const char*, const std::string&, const json::object&) {
    ++asked;
    return Result<json::object>(json::object{{"state", "stopped"}});
  };
  EXPECT_EQ(try_paths(made, ask), std::vector{Probe::NotTried});
  EXPECT_EQ(asked, 0);
  made["protocol"] = "tcp";
  EXPECT_EQ(try_paths(made, ask), std::vector{Probe::NotTried});
  EXPECT_EQ(asked, 1);
  made["instance"] = "";
  EXPECT_EQ(try_paths(made, ask), std::vector{Probe::NotTried});
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace postern::cli
