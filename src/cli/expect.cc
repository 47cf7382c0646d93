// SPDX-License-Identifier: Apache-2.0
#include "cli/expect.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <pugixml.hpp>
#include <sstream>
#include <thread>

#include "cli/explain_text.h"
#include "cli/probe.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

// A SYN that is dropped is sent again after one second and after three.
constexpr std::chrono::milliseconds kPatience{1500};
constexpr std::size_t kAtOnce = 16;

// The process whose network the packets leave from. nullopt: not an instance, or not running.
std::optional<instances::Process> process_of(const json::object& explanation,
                                             const AskDaemon& ask) {
  const json::value* instance = explanation.if_contains("instance");
  if (instance == nullptr || instance->as_string().empty()) {
    return std::nullopt;
  }
  const auto answer = ask("GET", "/instances/" + std::string(instance->as_string()), {});
  const json::value* pid = answer ? answer->if_contains("pid") : nullptr;
  if (pid == nullptr) {
    return std::nullopt;
  }
  return instances::Process{.pid = pid->to_number<pid_t>(),
                            .start_time = answer->at("start_time").to_number<std::uint64_t>()};
}

// One for each path. Datagrams and echoes are not tried: silence says nothing of a datagram.
std::vector<Probe> try_paths(const json::object& explanation, const AskDaemon& ask) {
  const json::array& paths = explanation.at("paths").as_array();
  std::vector<Probe> probes(paths.size(), Probe::NotTried);
  const auto process = process_of(explanation, ask);
  if (!process || explanation.at("protocol").as_string() != "tcp") {
    return probes;
  }
  const auto port = explanation.at("port").to_number<std::uint16_t>();
  for (std::size_t at = 0; at < paths.size(); ++at) {
    const auto address = IpAddress::parse(std::string(paths[at].at("destination").as_string()));
    if (address && address->is_v4()) {
      probes[at] = probe(*process, *address, port, kPatience).value_or(Probe::NotTried);
    }
  }
  return probes;
}

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
