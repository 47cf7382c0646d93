// SPDX-License-Identifier: Apache-2.0
// What was typed after `postern`.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace postern::cli {

enum class Verb {
  AccountCreate,
  AccountList,
  AccountShow,
  Status,
  Reset,
  Console,
  Exec,
  Ssh,
  Proxy,
  ConsoleOutput,
  Messages,
  Explain,
  Expect,
  Watch,
  Attach,
  Detach,
  Attachments,
  FaultBegin,
  FaultList,
  FaultClear,
  FaultExpireFlows,
  Graph,
  Capture,
};

// One value of each option that any verb has; those of other verbs stay as they are here.
struct CommandLine {
  Verb verb = Verb::Status;
  // Which daemon: the one of a data directory on this host, or, when that is empty, the one whose
  // API is at `endpoint`.
  std::string data_dir;
  std::string endpoint;
  bool json = false;

  std::string account;
  std::string account_id;
  std::string access_key_id;
  std::string secret_access_key;
  std::string format = "env";  // env, json or profile

  std::string instance;
  std::vector<std::string> command;  // empty: a shell

  std::string from;  // explain
  std::string to;
  std::string protocol = "tcp";
  std::string file;  // expect, capture
  std::string junit;
  bool all = false;          // watch: also what passes
  double seconds = 0;        // watch, capture: for so long; 0: until it is ended
  bool watch = false;        // go on, and print when the answer changes
  bool probe = false;        // explain: also try a real connection
  bool established = false;  // explain: a packet of a connection that is forgotten

  bool yes = false;  // do not ask

  std::string about;  // graph

  std::string what;   // fault: zone, target, node or eni
  std::string fault;  // its id; empty: all of them
  std::string zone;
  int loss_percent = 0;
  int delay_ms = 0;
  int lasts_seconds = 600;
  int idle_seconds = 1;

  std::string subnet;
  std::vector<std::string> security_groups;
  std::string private_ip;
  std::string name;  // of the interface, where it is put
  // One of them is given.
  long pid = 0;
  std::string netns;
  std::string tap;
  bool no_default_route = false;
  bool dns = false;  // say which resolver to use
  std::string interface;
  std::string topic;  // messages: its name or ARN; empty: all
};

// What the environment says where the command line says nothing. Empty: not set.
struct Environment {
  std::string data_dir;  // POSTERN_DATA
  std::string endpoint;  // POSTERN_ENDPOINT
};

// Words to print instead of doing anything: help (status 0), or what was typed wrongly (status 2).
struct Farewell {
  std::string words;
  int status = 0;
};

// `words` are those after the program's name. What follows `--` is an instance's command, as it is.
std::variant<CommandLine, Farewell> read_command_line(std::vector<std::string> words,
                                                      const Environment& environment);

}  // namespace postern::cli
