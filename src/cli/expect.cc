// SPDX-License-Identifier: Apache-2.0
#include "cli/expect.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <pugixml.hpp>
#include <sstream>
#include <thread>

#include "cli/explain_text.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kAtOnce = 16;

Outcome check_one(const Expectation& expected, const AskDaemon& ask) {
  Outcome outcome{.expected = expected};
  const auto begin = std::chrono::steady_clock::now();
  const auto explanation =
      ask("POST", "/explain",
          {{"from", expected.from}, {"to", expected.to}, {"protocol", expected.protocol}});
  if (!explanation) {
    outcome.failure = explanation.error().message();
  } else {
    outcome.detail = explain_text(*explanation);
    outcome.failure = disappointment(expected, *explanation, try_paths(*explanation, ask));
  }
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return outcome;
}

}  // namespace

std::vector<Outcome> check(const std::vector<Expectation>& expected, const AskDaemon& ask) {
  std::vector<Outcome> outcomes(expected.size());
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> workers;
  for (std::size_t n = 0; n < std::min(kAtOnce, expected.size()); ++n) {
    workers.emplace_back([&] {
      for (std::size_t at; (at = next++) < expected.size();) {
        try {
          outcomes[at] = check_one(expected[at], ask);
        } catch (const std::exception& exception) {
          outcomes[at] = {
              .expected = expected[at],
              .failure = fmt::format("posternd's answer is not understood: {}", exception.what())};
        }
      }
    });
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  return outcomes;
}

std::string report_text(const std::vector<Outcome>& outcomes) {
  std::string out;
  std::size_t failed = 0;
  for (const Outcome& outcome : outcomes) {
    out += fmt::format("{}  {}\n", outcome.failure.empty() ? "ok    " : "FAILED",
                       outcome.expected.name);
    if (outcome.failure.empty()) {
      continue;
    }
    ++failed;
    out += fmt::format("        expected {}; {} (line {})\n",
                       outcome.expected.reachable ? "reachable" : "not reachable", outcome.failure,
                       outcome.expected.line);
    std::istringstream detail(outcome.detail);
    for (std::string line; std::getline(detail, line);) {
      out += line.empty() ? "\n" : "        " + line + "\n";
    }
  }
  out += fmt::format("{} as expected, {} not\n", outcomes.size() - failed, failed);
  return out;
}

std::string report_junit(const std::vector<Outcome>& outcomes) {
  pugi::xml_document document;
  pugi::xml_node suite = document.append_child("testsuite");
  suite.append_attribute("name") = "postern expect";
  suite.append_attribute("tests") = outcomes.size();
  suite.append_attribute("failures") = static_cast<std::size_t>(std::ranges::count_if(
      outcomes, [](const Outcome& outcome) { return !outcome.failure.empty(); }));
  for (const Outcome& outcome : outcomes) {
    pugi::xml_node test = suite.append_child("testcase");
    test.append_attribute("classname") = "expect";
    test.append_attribute("name") = outcome.expected.name.c_str();
    test.append_attribute("time") = fmt::format("{:.3f}", outcome.seconds).c_str();
    if (!outcome.failure.empty()) {
      pugi::xml_node failure = test.append_child("failure");
      failure.append_attribute("message") = outcome.failure.c_str();
      failure.text() = outcome.detail.c_str();
    }
  }
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

json::object report_json(const std::vector<Outcome>& outcomes) {
  json::array rows;
  for (const Outcome& outcome : outcomes) {
    rows.push_back(json::object{{"name", outcome.expected.name},
                                {"from", outcome.expected.from},
                                {"to", outcome.expected.to},
                                {"reachable", outcome.expected.reachable},
                                {"ok", outcome.failure.empty()},
                                {"failure", outcome.failure},
                                {"seconds", outcome.seconds}});
  }
  return {{"expectations", rows}};
}

}  // namespace postern::cli
