// SPDX-License-Identifier: Apache-2.0
// postern expect: each expectation of a file, asked of the daemon and tried with a real connection.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "cli/expectation.h"
#include "cli/try_paths.h"

namespace postern::cli {

struct Outcome {
  Expectation expected;
  std::string failure;  // empty: as expected
  std::string detail;   // explain's text
  double seconds = 0;
};

// Several at a time; in the order of `expected`.
std::vector<Outcome> check(const std::vector<Expectation>& expected, const AskDaemon& ask);

// For people: a line for each, and for a failure explain's words.
std::string report_text(const std::vector<Outcome>& outcomes);
// [JUnit XML, as CI systems read it: testsuite, testcase, failure]
std::string report_junit(const std::vector<Outcome>& outcomes);
boost::json::object report_json(const std::vector<Outcome>& outcomes);

}  // namespace postern::cli
