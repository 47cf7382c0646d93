// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>

#include "base/paths.h"

namespace postern::cli {
namespace {

// The verbs as CLI11 knows them, filling one CommandLine.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "postern " POSTERN_VERSION);
    add_common(app_);
    add_account_verbs();
    add_verb(app_, Verb::Status, "status", "What there is, and every drop by its reason");
    add_verb(app_, Verb::Reset, "reset", "Wipe all resources of all accounts; accounts stay")
        ->add_flag("--yes", typed_.yes, "Do not ask");
    add_verb(app_, Verb::Console, "console", "An address that signs in to the web console, once")
        ->add_option("--account", typed_.account,
                     "Only to this account, by its name or id (default: to all of them)");
    add_explain_verb();
    add_expect_verb();
    add_watch_verb();
    add_command_verb(Verb::Exec, "exec",
                     "Run a command on an instance: postern exec i-… -- curl http://…");
    add_command_verb(Verb::Ssh, "ssh", "Log in to an instance");
    add_verb(app_, Verb::Proxy, "proxy",
             "Carry a real ssh to an instance, by no network: ssh -i KEY -o "
             "ProxyCommand='postern proxy %h' ec2-user@i-…")
        ->add_option("instance", typed_.instance, "Its id")
        ->required();
    add_verb(app_, Verb::ConsoleOutput, "console-output",
             "What an instance's console shows, its user data's output included")
        ->add_option("instance", typed_.instance, "Its id")
        ->required();
    add_verb(app_, Verb::Messages, "messages",
             "What was published to SNS topics, and what could not be told to one")
        ->add_option("topic", typed_.topic, "Only of this topic, by its name or ARN");
    add_attach_verbs();
    add_fault_verbs();
    add_capture_verb();
    add_verb(app_, Verb::Graph, "graph",
             "What a resource leads to and stands on, and the order in which to take it down")
        ->add_option("resource", typed_.about,
                     "Its id or ARN; an instance's or load balancer's name")
        ->required();
  }

  std::variant<CommandLine, Farewell> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    try {
      app_.parse(words);
    } catch (const CLI::Success& success) {
      std::ostringstream text;
      app_.exit(success, text, text);
      return Farewell{.words = text.str(), .status = 0};
    } catch (const CLI::ParseError& error) {
      return Farewell{.words = std::string("postern: ") + error.what() + ". See postern --help.\n",
                      .status = 2};
    }
    return typed_;
  }

 private:
  // Options that may stand before and after the verb.
  void add_common(CLI::App& app) {
    app.add_option(
        "--data-dir", typed_.data_dir,
        std::string("The daemon's data directory (default: POSTERN_DATA, or ") + kDataDir + ")");
    app.add_option("--endpoint", typed_.endpoint,
                   "URL of the API of a daemon on this host, instead (default: POSTERN_ENDPOINT)");
    app.add_flag("--json", typed_.json, "Print JSON");
  }

  CLI::App* add_verb(CLI::App& parent, Verb verb, const char* name, const char* words) {
    CLI::App* made = parent.add_subcommand(name, words);
    add_common(*made);
    made->callback([this, verb] { typed_.verb = verb; });
    return made;
  }

  void add_explain_verb() {
    CLI::App* made = add_verb(app_, Verb::Explain, "explain",
                              "Does it connect, and if not, which rule says no? Exit status: 0 "
                              "reachable, 1 not, 2 unknown");
    made->add_option("from", typed_.from, "Instance or network interface: id, or Name tag")
        ->required();
    made->add_option("to", typed_.to,
                     "Endpoint, load balancer, instance, interface, IP address or DNS name, with "
                     ":PORT where it is not the only one")
        ->required();
    made->add_option("--protocol", typed_.protocol, "tcp, udp or icmp (a ping)")
        ->check(CLI::IsMember({"tcp", "udp", "icmp"}))
        ->capture_default_str();
    made->add_flag("--established", typed_.established,
                   "What the next packet of a TCP connection gets that was idle for too long");
    made->add_option("--as", typed_.account,
                     "What this account, by its name or id, may see of it (default: everything)");
    made->add_flag("--watch", typed_.watch, "Go on, and print when the answer changes");
    made->add_flag("--probe", typed_.probe, "Also try a real TCP connection on each path");
  }

  void add_expect_verb() {
    CLI::App* made = add_verb(app_, Verb::Expect, "expect",
                              "Check who must reach what, and who must not, with real connections. "
                              "Exit status: 0 all as expected, 1 not, 2 the file is wrong");
    made->add_option("file", typed_.file, "YAML: see docs/expect.md")->required();
    made->add_option("--junit", typed_.junit, "Also write a JUnit report there");
  }

  void add_watch_verb() {
    CLI::App* made = add_verb(app_, Verb::Watch, "watch",
                              "Every packet that is dropped, as it happens, and why");
    made->add_flag("--all", typed_.all, "Also the first packets of connections that pass");
    made->add_option("--from", typed_.from, "Only of this instance or interface, by its id");
    made->add_option(
        "--to", typed_.to,
        "Only to this endpoint, load balancer, instance or interface, by its id or ARN");
    made->add_option("--account", typed_.account,
                     "Only from or to this account's interfaces, by its id");
    made->add_option("--seconds", typed_.seconds, "For so long (default: until it is ended)")
        ->check(CLI::PositiveNumber);
  }

  void add_account_verbs() {
    CLI::App* account = app_.add_subcommand("account", "Accounts and their access keys");
    account->require_subcommand(1);
    CLI::App* create =
        add_verb(*account, Verb::AccountCreate, "create", "Make an account with an access key");
    create->add_option("name", typed_.account, "Its name")->required();
    create->add_option("--id", typed_.account_id, "Its twelve digits (default: any free ones)");
    create->add_option("--access-key-id", typed_.access_key_id,
                       "A key of your own, 16 characters or more");
    create->add_option("--secret-access-key", typed_.secret_access_key, "That key's secret");
    add_format(*create);
    CLI::App* show = add_verb(*account, Verb::AccountShow, "show", "An account and its access key");
    show->add_option("name", typed_.account, "Its name or id")->required();
    add_format(*show);
    add_verb(*account, Verb::AccountList, "list", "All accounts");
  }

  void add_format(CLI::App& app) {
    app.add_option("--format", typed_.format,
                   "env: lines to source in a shell; profile: for ~/.aws/credentials; json")
        ->check(CLI::IsMember({"env", "json", "profile"}))
        ->capture_default_str();
  }

  void add_attach_verbs() {
    CLI::App* attach = add_verb(app_, Verb::Attach, "attach",
                                "Give what runs on this host already an interface in a VPC");
    attach->add_option("--account", typed_.account, "The subnet's owner, by name or id")
        ->required();
    attach->add_option("--subnet", typed_.subnet, "Its id")->required();
    attach
        ->add_option("--security-group", typed_.security_groups,
                     "A group's id; may be repeated (default: the VPC's default group)")
        ->allow_extra_args(false);
    attach->add_option("--private-ip", typed_.private_ip, "Its address (default: any free one)");
    attach->add_option("--name", typed_.name, "What it is called there (default: eth0)");
    attach->add_flag("--no-default-route", typed_.no_default_route,
                     "Only the VPC goes through it; the default route there stays");
    attach->add_flag("--dns", typed_.dns, "Print the VPC's resolver, as resolv.conf has it");
    CLI::Option_group* place = attach->add_option_group("place", "To whom, one of:");
    place->add_option("--pid", typed_.pid, "The network namespace of a process, as a container's")
        ->check(CLI::PositiveNumber);
    place->add_option("--netns", typed_.netns, "The network namespace at a path: /run/netns/web");
    place->add_option("--tap", typed_.tap,
                      "A tap device for a virtual machine; made if it is not there");
    place->require_option(1);
    add_verb(app_, Verb::Detach, "detach", "Take an attached interface away; all is as before")
        ->add_option("interface", typed_.interface, "Its id: eni-…")
        ->required();
    add_verb(app_, Verb::Attachments, "attachments", "The attached interfaces and who has them");
  }

  void add_capture_verb() {
    CLI::App* made = add_verb(app_, Verb::Capture, "capture",
                              "A flow's packets at every hop, each with its verdict, as pcapng");
    made->add_option("from", typed_.from, "Instance: id, or Name tag")->required();
    made->add_option("to", typed_.to, "As of explain")->required();
    made->add_option("--write", typed_.file, "The file")->required();
    made->add_option("--protocol", typed_.protocol, "tcp, udp or icmp (a ping)")
        ->check(CLI::IsMember({"tcp", "udp", "icmp"}))
        ->capture_default_str();
    made->add_option("--seconds", typed_.seconds, "For so long (default: until it is ended)")
        ->check(CLI::NonNegativeNumber);
  }

  // Something fails, or what it sends is lost or late.
  CLI::App* add_fault(CLI::App& fault, const char* what, const char* words,
                      const char* name_words) {
    CLI::App* made = add_verb(fault, Verb::FaultBegin, what, words);
    made->add_option("name", typed_.name, name_words)->required();
    made->add_option("--account", typed_.account, "Whose name it is, by name or id");
    made->add_option("--for", typed_.lasts_seconds, "For how long: 90, 90s, 10m, 2h")
        ->transform(
            CLI::AsNumberWithUnit(std::map<std::string, int>{{"s", 1}, {"m", 60}, {"h", 3600}}))
        ->check(CLI::Range(1, 86400))
        ->default_str("10m");
    made->callback([this, what] {
      typed_.verb = Verb::FaultBegin;
      typed_.what = what;
    });
    return made;
  }

  void add_fault_verbs() {
    CLI::App* fault = app_.add_subcommand("fault", "Break something on purpose, for a time");
    add_common(*fault);
    fault->require_subcommand(1);
    add_fault(*fault, "zone", "All that is in a zone fails",
              "Its id (apne1-az4), or its name with --account");
    for (CLI::App* made :
         {add_fault(*fault, "target", "An instance is cut off", "Its id, or its Name tag"),
          add_fault(*fault, "eni", "A network interface is cut off", "Its id")}) {
      made->add_option("--loss", typed_.loss_percent,
                       "Not cut off: so many percent of its packets are lost, either way")
          ->check(CLI::Range(1, 99));
      made->add_option("--delay", typed_.delay_ms,
                       "Not cut off: what it is sent is so many milliseconds late")
          ->check(CLI::Range(1, 60000));
    }
    add_fault(*fault, "node", "A load balancer's node fails", "The load balancer: name or ARN")
        ->add_option("--zone", typed_.zone, "The node's zone, if there are several");
    add_verb(*fault, Verb::FaultList, "list", "What is broken, and for how long still");
    CLI::App* clear = add_verb(*fault, Verb::FaultClear, "clear", "All is well again");
    clear->add_option("fault", typed_.fault, "Its id: fault-…");
    clear->add_flag("--all", typed_.all, "All of them");
    add_verb(*fault, Verb::FaultExpireFlows, "expire-flows",
             "Connections that are silent end now, as after their idle time-out")
        ->add_option("--idle", typed_.idle_seconds, "For how many seconds")
        ->check(CLI::Range(0, 432000))
        ->capture_default_str();
  }

  // Words that are no options of ours are the command's.
  void add_command_verb(Verb verb, const char* name, const char* words) {
    CLI::App* made = add_verb(app_, verb, name, words);
    made->set_help_flag("--help", "Print this and end");  // `-h` is for commands: df -h
    made->add_option("instance", typed_.instance, "Its id")->required();
    made->allow_extras();
    made->footer(
        "After the instance comes a command and its words; write -- before a command that\n"
        "has options which this program has too. Without a command: a shell.");
    made->callback([this, verb, made] {
      typed_.verb = verb;
      typed_.command = made->remaining();
    });
  }

  CommandLine typed_;
  CLI::App app_{"Postern's operator: accounts, instances, status.", "postern"};
};

// The daemon that is meant: what was typed comes before what is in the environment, and a data
// directory before an endpoint.
void choose_daemon(CommandLine& typed, const Environment& environment) {
  if (typed.data_dir.empty() && typed.endpoint.empty()) {
    typed.data_dir = environment.data_dir;
    typed.endpoint = environment.endpoint;
  }
  if (typed.data_dir.empty() && typed.endpoint.empty()) {
    typed.data_dir = kDataDir;
  }
  if (!typed.data_dir.empty()) {
    typed.data_dir = directory_path(typed.data_dir);
  }
}

}  // namespace

std::variant<CommandLine, Farewell> read_command_line(std::vector<std::string> words,
                                                      const Environment& environment) {
  std::vector<std::string> command;
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const bool has_dashes = dashes != words.end();
  if (has_dashes) {
    command.assign(std::next(dashes), words.end());
    words.erase(dashes, words.end());
  }
  auto read = Parser().parse(std::move(words));
  if (auto* typed = std::get_if<CommandLine>(&read)) {
    if (has_dashes && typed->verb != Verb::Exec && typed->verb != Verb::Ssh) {
      return Farewell{.words = "postern: only exec and ssh take a command after --.\n",
                      .status = 2};
    }
    typed->command.insert(typed->command.end(), command.begin(), command.end());
    choose_daemon(*typed, environment);
  }
  return read;
}

}  // namespace postern::cli
