// SPDX-License-Identifier: Apache-2.0
#include "cli/try_paths.h"

#include "cli/member.h"
#include "cli/probe.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

// A SYN that is dropped is sent again after one second and after three.
constexpr std::chrono::milliseconds kPatience{1500};

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

const char* text(Probe probe) {
  switch (probe) {
    case Probe::Connected:
      return "connected";
    case Probe::Refused:
      return "refused";
    case Probe::TimedOut:
      return "timed out";
    case Probe::NotTried:
      break;
  }
  return "not tried";
}

bool contradicts(const std::string& answer, Probe probe) {
  return (answer == "reachable" && (probe == Probe::Refused || probe == Probe::TimedOut)) ||
         (answer == "unreachable" && probe == Probe::Connected);
}

}  // namespace

std::vector<Probe> try_paths(const json::object& explanation, const AskDaemon& ask) {
  const json::array& paths = explanation.at("paths").as_array();
  std::vector<Probe> probes(paths.size(), Probe::NotTried);
  if (explanation.at("protocol").as_string() != "tcp") {
    return probes;
  }
  const auto process = process_of(explanation, ask);
  if (!process) {
    return probes;
  }
  const auto port = explanation.at("port").to_number<std::uint16_t>();
  for (std::size_t at = 0; at < paths.size(); ++at) {
    const auto address = IpAddress::parse(std::string(paths[at].at("destination").as_string()));
    if (address) {
      probes[at] = probe(*process, *address, port, kPatience).value_or(Probe::NotTried);
    }
  }
  return probes;
}

void add_probes(json::object& explanation, const std::vector<Probe>& probes) {
  const std::string answer = text(explanation, "answer");
  // One path that stops makes all unreachable, and the others may connect.
  const bool every = answer == "reachable" || probes.size() == 1;
  json::array& paths = explanation.at("paths").as_array();
  for (std::size_t at = 0; at < paths.size() && at < probes.size(); ++at) {
    paths[at].as_object()["probe"] = text(probes[at]);
    if (every && contradicts(answer, probes[at])) {
      explanation["answer"] = "unknown";
    }
  }
}

}  // namespace postern::cli
