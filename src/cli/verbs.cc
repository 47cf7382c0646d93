// SPDX-License-Identifier: Apache-2.0
#include "cli/verbs.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/paths.h"
#include "cli/capture.h"
#include "cli/expect.h"
#include "cli/explain_text.h"
#include "cli/graph_text.h"
#include "cli/operator_client.h"
#include "cli/print.h"
#include "cli/watch.h"
#include "instances/enter/enter.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

Result<std::string> socket_of(const CommandLine& typed) {
  if (typed.data_dir.empty()) {
    return operator_socket_at(typed.endpoint);
  }
  return operator_socket(run_dir_of(typed.data_dir));
}

Result<json::object> ask_daemon(const CommandLine& typed, const std::string& method,
                                const std::string& target, const json::object& body = {}) {
  TRY_ASSIGN(const std::string socket, socket_of(typed));
  return ask(socket, method, target, body);
}

Result<int> print(const CommandLine& typed, const json::object& answer,
                  std::string (*text)(const json::object&)) {
  fmt::print("{}", typed.json ? json_text(answer) : text(answer));
  return 0;
}

Result<int> print_account(const CommandLine& typed, const json::object& account) {
  if (typed.json || typed.format == "json") {
    fmt::print("{}", json_text(account));
  } else if (!account.contains("access_key_id")) {
    return unavailable("the account {} has no access key", typed.account);
  } else {
    fmt::print("{}", typed.format == "profile" ? account_profile(account) : account_env(account));
  }
  return 0;
}

Result<int> account_create(const CommandLine& typed) {
  json::object body = {{"name", typed.account}};
  const std::pair<const char*, const std::string*> optional[] = {
      {"id", &typed.account_id},
      {"access_key_id", &typed.access_key_id},
      {"secret_access_key", &typed.secret_access_key}};
  for (const auto& [name, value] : optional) {
    if (!value->empty()) {
      body[name] = *value;
    }
  }
  TRY_ASSIGN(const json::object account, ask_daemon(typed, "POST", "/accounts", body));
  return print_account(typed, account);
}

Result<int> account_show(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/accounts"));
  for (const char* by : {"account_id", "name"}) {
    for (const json::value& account : answer.at("accounts").as_array()) {
      if (account.at(by).as_string() == typed.account) {
        return print_account(typed, account.as_object());
      }
    }
  }
  return unavailable("there is no account {}", typed.account);
}

Result<int> account_list(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/accounts"));
  return print(typed, answer, account_table);
}

Result<int> status(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/status"));
  return print(typed, answer, status_text);
}

Result<int> reset(const CommandLine& typed) {
  if (!typed.yes) {
    fmt::print(stderr,
               "This ends all instances and wipes all resources of all accounts. Type yes: ");
    std::string word;
    if (!std::getline(std::cin, word) || word != "yes") {
      return unavailable("nothing was changed");
    }
  }
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "POST", "/reset"));
  return print(typed, answer, [](const json::object&) {
    return std::string("all resources are gone; accounts stay\n");
  });
}

Result<int> console(const CommandLine& typed) {
  json::object body;
  if (!typed.account.empty()) {
    body["account"] = typed.account;
  }
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "POST", "/console-links", body));
  return print(typed, answer, [](const json::object& link) {
    return fmt::format("{}\n", std::string(link.at("url").as_string()));
  });
}

Result<int> console_output(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer,
             ask_daemon(typed, "GET", "/instances/" + typed.instance + "/console"));
  return print(typed, answer, [](const json::object& console) {
    return std::string(console.at("output").as_string());
  });
}

Result<int> messages(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/topics"));
  fmt::print("{}", typed.json ? json_text(answer) : messages_text(answer, typed.topic));
  return 0;
}

// The daemon stands in another directory: a path is made absolute here.
json::object attach_body(const CommandLine& typed) {
  json::object body = {{"account", typed.account},
                       {"subnet", typed.subnet},
                       {"default_route", !typed.no_default_route}};
  if (!typed.netns.empty()) {
    body["netns"] = std::filesystem::absolute(typed.netns).lexically_normal().string();
  } else if (!typed.tap.empty()) {
    body["tap"] = typed.tap;
  } else {
    body["pid"] = typed.pid;
  }
  if (!typed.private_ip.empty()) {
    body["private_ip"] = typed.private_ip;
  }
  if (!typed.name.empty()) {
    body["name"] = typed.name;
  }
  json::array& groups = (body["security_groups"] = json::array()).get_array();
  for (const std::string& group : typed.security_groups) {
    groups.emplace_back(group);
  }
  return body;
}

Result<int> attach(const CommandLine& typed) {
  TRY_ASSIGN(const json::object made,
             ask_daemon(typed, "POST", "/attachments", attach_body(typed)));
  fmt::print("{}", typed.json ? json_text(made) : attachment_text(made, typed.dns));
  return 0;
}

Result<int> detach(const CommandLine& typed) {
  TRY_ASSIGN(const json::object gone,
             ask_daemon(typed, "DELETE", "/attachments/" + typed.interface));
  return print(typed, gone, [](const json::object& was) {
    return fmt::format("{} is detached from {}\n",
                       std::string(was.at("network_interface_id").as_string()),
                       std::string(was.at("place").as_string()));
  });
}

Result<int> attachments(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/attachments"));
  return print(typed, answer, attachment_table);
}

Result<int> fault_begin(const CommandLine& typed) {
  json::object body = {{"what", typed.what},
                       {"name", typed.name},
                       {"loss_percent", typed.loss_percent},
                       {"delay_ms", typed.delay_ms},
                       {"seconds", typed.lasts_seconds}};
  if (!typed.account.empty()) {
    body["account"] = typed.account;
  }
  if (!typed.zone.empty()) {
    body["zone"] = typed.zone;
  }
  TRY_ASSIGN(const json::object made, ask_daemon(typed, "POST", "/faults", body));
  return print(typed, made, fault_text);
}

Result<int> fault_list(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/faults"));
  return print(typed, answer, fault_table);
}

Result<int> fault_clear(const CommandLine& typed) {
  if (typed.fault.empty() != typed.all) {
    return unavailable("say which fault, or --all");
  }
  TRY_ASSIGN(const json::object answer,
             ask_daemon(typed, "DELETE", typed.all ? "/faults" : "/faults/" + typed.fault));
  return print(typed, answer, [](const json::object& cleared) {
    std::string out;
    for (const json::value& id : cleared.at("cleared").as_array()) {
      out += fmt::format("{} is cleared\n", std::string(id.as_string()));
    }
    return out;
  });
}

Result<int> fault_expire_flows(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer,
             ask_daemon(typed, "POST", "/expired-flows", {{"idle_seconds", typed.idle_seconds}}));
  return print(typed, answer, [](const json::object& expired) {
    return fmt::format("{} connections are expired\n", json::serialize(expired.at("expired")));
  });
}

Result<int> graph(const CommandLine& typed) {
  TRY_ASSIGN(const json::object answer,
             ask_daemon(typed, "POST", "/graph", {{"about", typed.about}}));
  return print(typed, answer, graph_text);
}

AskDaemon asker(const CommandLine& typed) {
  return [&typed](const char* method, const std::string& target, const json::object& body) {
    return ask_daemon(typed, method, target, body);
  };
}

Result<int> explain(const CommandLine& typed) {
  json::object question = {{"from", typed.from}, {"to", typed.to}, {"protocol", typed.protocol}};
  if (typed.established) {
    question["established"] = true;
  }
  if (!typed.account.empty()) {
    question["as"] = typed.account;
  }
  std::string shown;
  while (true) {
    auto answer = ask_daemon(typed, "POST", "/explain", question);
    if (answer && typed.probe) {
      add_probes(*answer, try_paths(*answer, asker(typed)));
    }
    if (!answer) {
      // Not 1, which says that it does not connect.
      fmt::print(stderr, "postern: {}\n", answer.error().message());
      return 2;
    }
    const std::string text = typed.json ? json_text(*answer) : explain_text(*answer);
    if (text != shown) {
      fmt::print("{}", text);
      std::fflush(stdout);
      shown = text;
    }
    if (!typed.watch) {
      return explain_status(*answer);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

Result<int> watch(const CommandLine& typed) {
  const WatchFilter filter{
      .all = typed.all, .from = typed.from, .to = typed.to, .account = typed.account};
  const auto begin = std::chrono::steady_clock::now();
  std::string target = "/events";
  std::uint64_t lost = 0;
  bool first = true;
  do {
    TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", target));
    for (const json::value& event : answer.at("events").as_array()) {
      if (fits(event.as_object(), filter)) {
        fmt::print("{}\n", typed.json ? json::serialize(event) : event_line(event.as_object()));
      }
    }
    const auto now_lost = answer.at("lost").to_number<std::uint64_t>();
    if (!first && now_lost > lost) {
      fmt::print(stderr, "postern: {} events were lost\n", now_lost - lost);
    }
    lost = now_lost;
    first = false;
    std::fflush(stdout);
    target = "/events?after=" + json::serialize(answer.at("next"));
  } while (typed.seconds == 0 ||
           std::chrono::steady_clock::now() - begin < std::chrono::duration<double>(typed.seconds));
  return 0;
}

Result<int> capture(const CommandLine& typed) {
  const AskDaemon ask = asker(typed);
  TRY_ASSIGN(const json::object explanation,
             ask("POST", "/explain",
                 {{"from", typed.from}, {"to", typed.to}, {"protocol", typed.protocol}}));
  TRY_ASSIGN(const std::size_t packets,
             cli::capture(
                 explanation,
                 {.file = typed.file, .lasts = std::chrono::duration<double>(typed.seconds)}, ask));
  fmt::print("{} packets in {}\n", packets, typed.file);
  return 0;
}

// Not 1, which says that something is not as expected.
int expect_failed(const std::string& words) {
  fmt::print(stderr, "postern: {}\n", words);
  return 2;
}

Result<int> expect(const CommandLine& typed) {
  std::ifstream file(typed.file);
  if (!file) {
    return expect_failed(fmt::format("{} cannot be read", typed.file));
  }
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  const auto expected = read_expectations(yaml);
  if (!expected) {
    return expect_failed(fmt::format("{}: {}", typed.file, expected.error().message()));
  }
  if (const auto there = ask_daemon(typed, "GET", "/status"); !there) {
    return expect_failed(there.error().message());
  }
  const auto outcomes = check(*expected, asker(typed));
  fmt::print("{}", typed.json ? json_text(report_json(outcomes)) : report_text(outcomes));
  if (!typed.junit.empty() && !(std::ofstream(typed.junit) << report_junit(outcomes))) {
    return expect_failed(fmt::format("{} cannot be written", typed.junit));
  }
  return std::ranges::all_of(outcomes, [](const Outcome& one) { return one.failure.empty(); }) ? 0
                                                                                               : 1;
}

// The words of a command on the instance, and whether to give it a terminal.
Result<int> enter(const CommandLine& typed, std::vector<std::string> words, bool terminal) {
  TRY_ASSIGN(const json::object answer, ask_daemon(typed, "GET", "/instances/" + typed.instance));
  const json::value* pid = answer.if_contains("pid");
  if (pid == nullptr) {
    return unavailable("the instance {} is {}", typed.instance,
                       std::string(answer.at("state").as_string()));
  }
  const instances::Process process{
      .pid = pid->to_number<pid_t>(),
      .start_time = answer.at("start_time").to_number<std::uint64_t>()};
  return instances::enter(process, {.words = std::move(words), .terminal = terminal});
}

// With a terminal if there is one at both ends, as a person has it.
Result<int> exec(const CommandLine& typed) {
  return enter(typed, typed.command, isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0);
}

// The instance's own sshd for one connection: it asks for the key as sshd(8) does, and needs no
// security group. Its folder and host keys are there once the instance has booted, or are made.
Result<int> proxy(const CommandLine& typed) {
  constexpr const char* kServe =
      "mkdir -p /run/sshd; "
      "[ -e /etc/ssh/ssh_host_ed25519_key ] || "
      "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key >/dev/null; "
      "exec /usr/sbin/sshd -i";
  return enter(typed, {"/bin/sh", "-c", kServe}, false);
}

Result<int> run_verb(const CommandLine& typed) {
  switch (typed.verb) {
    case Verb::AccountCreate:
      return account_create(typed);
    case Verb::AccountList:
      return account_list(typed);
    case Verb::AccountShow:
      return account_show(typed);
    case Verb::Status:
      return status(typed);
    case Verb::Reset:
      return reset(typed);
    case Verb::Console:
      return console(typed);
    case Verb::Exec:
    case Verb::Ssh:
      return exec(typed);
    case Verb::Proxy:
      return proxy(typed);
    case Verb::Explain:
      return explain(typed);
    case Verb::Expect:
      return expect(typed);
    case Verb::Watch:
      return watch(typed);
    case Verb::ConsoleOutput:
      return console_output(typed);
    case Verb::Messages:
      return messages(typed);
    case Verb::Attach:
      return attach(typed);
    case Verb::Detach:
      return detach(typed);
    case Verb::Attachments:
      return attachments(typed);
    case Verb::FaultBegin:
      return fault_begin(typed);
    case Verb::FaultList:
      return fault_list(typed);
    case Verb::FaultClear:
      return fault_clear(typed);
    case Verb::FaultExpireFlows:
      return fault_expire_flows(typed);
    case Verb::Capture:
      return capture(typed);
    case Verb::Graph:
      return graph(typed);
  }
  return 2;
}

}  // namespace

Result<int> run(const CommandLine& typed) {
  try {
    return run_verb(typed);
  } catch (const std::exception& exception) {
    // A member that an older or newer daemon does not send, or sends as something else.
    return unavailable("posternd's answer is not understood ({}); is it of this version?",
                       exception.what());
  }
}

}  // namespace postern::cli
