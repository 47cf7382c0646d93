// SPDX-License-Identifier: Apache-2.0
// postern: the CLI for what the aws CLI has no word for. A client of the daemon like any other.
//
// Exit status: 0 done, 1 not done, 2 typed wrongly; `exec` and `ssh` end as their command does.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "base/paths.h"
#include "cli/operator_client.h"
#include "cli/print.h"
#include "instances/enter/enter.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

// What was typed, for all verbs.
struct Typed {
  std::string data_dir = kDataDir;
  std::string endpoint;
  bool json = false;
  std::string name;
  std::string id;
  std::string access_key_id;
  std::string secret_access_key;
  std::string format = "env";
  std::string instance;
  std::vector<std::string> command;
  bool yes = false;

  std::string socket() const { return operator_socket(run_dir_of(data_dir)); }
};

Result<int> print(const Result<json::object>& answer, bool as_json,
                  std::string (*text)(const json::object&)) {
  if (!answer) {
    return std::unexpected(answer.error());
  }
  fmt::print("{}", as_json ? json_text(*answer) : text(*answer));
  return 0;
}

Result<int> account_create(const Typed& typed) {
  json::object body = {{"name", typed.name}};
  if (!typed.id.empty()) {
    body["id"] = typed.id;
  }
  if (!typed.access_key_id.empty() || !typed.secret_access_key.empty()) {
    body["access_key_id"] = typed.access_key_id;
    body["secret_access_key"] = typed.secret_access_key;
  }
  const bool as_json = typed.json || typed.format == "json";
  return print(ask(typed.socket(), "POST", "/accounts", body), as_json,
               typed.format == "profile" ? account_profile : account_env);
}

Result<int> account_list(const Typed& typed) {
  return print(ask(typed.socket(), "GET", "/accounts"), typed.json, account_table);
}

Result<int> status(const Typed& typed) {
  return print(ask(typed.socket(), "GET", "/status"), typed.json, status_text);
}

Result<int> reset(const Typed& typed) {
  if (!typed.yes) {
    fmt::print(stderr,
               "This ends all instances and wipes all resources of all accounts. Type yes: ");
    std::string word;
    if (!std::getline(std::cin, word) || word != "yes") {
      return unavailable("nothing was changed");
    }
  }
  return print(ask(typed.socket(), "POST", "/reset"), typed.json, [](const json::object&) {
    return std::string("all resources are gone; accounts stay\n");
  });
}

Result<int> console_output(const Typed& typed) {
  return print(
      ask(typed.socket(), "GET", "/instances/" + typed.instance + "/console"), typed.json,
      [](const json::object& answer) { return std::string(answer.at("output").as_string()); });
}

Result<int> exec(const Typed& typed, bool shell) {
  TRY_ASSIGN(const auto answer, ask(typed.socket(), "GET", "/instances/" + typed.instance));
  const json::value* pid = answer.if_contains("pid");
  if (pid == nullptr) {
    return unavailable("the instance {} is {}", typed.instance,
                       std::string(answer.at("state").as_string()));
  }
  const instances::Process process{
      .pid = static_cast<pid_t>(pid->to_number<std::int64_t>()),
      .start_time = answer.at("start_time").to_number<std::uint64_t>()};
  const bool terminal =
      isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && (shell || typed.command.empty());
  return instances::enter(process, {.words = typed.command, .terminal = terminal});
}

// The verbs and what each does.
class App {
 public:
  App() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", POSTERN_VERSION);
    app_.add_option("--data-dir", typed_.data_dir, "Data directory of the daemon to talk to")
        ->envname("POSTERN_DATA")
        ->capture_default_str();
    app_.add_option("--endpoint", typed_.endpoint,
                    "URL of the daemon's API. What is done here needs its socket on this host")
        ->envname("POSTERN_ENDPOINT");
    app_.add_flag("--json", typed_.json, "Print JSON");
    app_.fallthrough();
    add_account();
    verb(app_, "status", "What there is, and every drop by its reason", status);
    CLI::App* wipe = verb(app_, "reset", "Wipe all resources; accounts stay", reset);
    wipe->add_flag("--yes", typed_.yes, "Do not ask");
    add_instance_verbs();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : 2;
    }
    const auto done = chosen_(typed_);
    if (!done) {
      fmt::print(stderr, "postern: {}\n", done.error().message());
      return 1;
    }
    return *done;
  }

 private:
  using Verb = std::function<Result<int>(const Typed&)>;

  CLI::App* verb(CLI::App& parent, const char* name, const char* words, Verb act) {
    CLI::App* made = parent.add_subcommand(name, words);
    made->fallthrough();
    made->callback([this, act] { chosen_ = act; });
    return made;
  }

  void add_account() {
    CLI::App* account = app_.add_subcommand("account", "Accounts and their access keys");
    account->require_subcommand(1);
    account->fallthrough();
    CLI::App* create =
        verb(*account, "create", "Make an account with an access key", account_create);
    create->add_option("name", typed_.name, "Its name")->required();
    create->add_option("--id", typed_.id, "Its twelve digits (default: any free ones)");
    create->add_option("--access-key-id", typed_.access_key_id, "A key of your own");
    create->add_option("--secret-access-key", typed_.secret_access_key, "The key's secret");
    create->add_option("--format", typed_.format, "env, json or profile")
        ->check(CLI::IsMember({"env", "json", "profile"}))
        ->capture_default_str();
    verb(*account, "list", "All accounts", account_list);
  }

  void add_instance_verbs() {
    const auto add = [this](const char* name, const char* words, bool shell) {
      CLI::App* made = verb(app_, name, words, [shell](const Typed& t) { return exec(t, shell); });
      made->add_option("instance", typed_.instance, "Its id")->required();
      made->add_option("command", typed_.command, "A command and its words (default: a shell)");
    };
    add("exec", "Run a command on an instance: postern exec i-… -- curl http://…", false);
    add("ssh", "Log in to an instance", true);
    CLI::App* console =
        verb(app_, "console-output", "What an instance's user data has printed", console_output);
    console->add_option("instance", typed_.instance, "Its id")->required();
  }

  Typed typed_;
  Verb chosen_;
  CLI::App app_{"Postern's operator: accounts, instances, status.", "postern"};
};

}  // namespace
}  // namespace postern::cli

int main(int argc, char** argv) {
  return postern::cli::App().run(argc, argv);
}
