// SPDX-License-Identifier: Apache-2.0
// What a line typed after `postern` means, and what is said about one that means nothing.
#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace postern::cli {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

CommandLine read(const std::string& line, const Environment& environment = {}) {
  const auto read = read_command_line(split(line), environment);
  const auto* farewell = std::get_if<Farewell>(&read);
  EXPECT_EQ(farewell, nullptr) << line << ": " << farewell->words;
  return farewell == nullptr ? std::get<CommandLine>(read) : CommandLine();
}

Farewell farewell(const std::string& line) {
  const auto read = read_command_line(split(line), {});
  const auto* found = std::get_if<Farewell>(&read);
  EXPECT_NE(found, nullptr) << line;
  return found == nullptr ? Farewell() : *found;
}

TEST(CommandLine, Attach_takes_one_place) {
  const std::string to = "attach --account alice --subnet subnet-1 ";
  const CommandLine pid = read(to + "--pid 7 --name vpc0 --no-default-route --dns");
  EXPECT_EQ(pid.verb, Verb::Attach);
  EXPECT_EQ(pid.account, "alice");
  EXPECT_EQ(pid.subnet, "subnet-1");
  EXPECT_EQ(pid.pid, 7);
  EXPECT_EQ(pid.name, "vpc0");
  EXPECT_TRUE(pid.no_default_route);
  EXPECT_TRUE(pid.dns);
  const CommandLine path = read(
      to +
      "--netns /run/netns/web --security-group sg-1 --security-group sg-2 --private-ip 10.0.1.9");
  EXPECT_EQ(path.netns, "/run/netns/web");
  EXPECT_EQ(path.security_groups, (Words{"sg-1", "sg-2"}));
  EXPECT_EQ(path.private_ip, "10.0.1.9");
  EXPECT_FALSE(path.no_default_route);
  EXPECT_EQ(read(to + "--tap tap0").tap, "tap0");
  EXPECT_EQ(read("detach eni-1").verb, Verb::Detach);
  EXPECT_EQ(read("detach eni-1").interface, "eni-1");
  EXPECT_EQ(read("attachments").verb, Verb::Attachments);
  for (const std::string& line :
       {to, to + "--pid 7 --tap tap0", to + "--pid 0", to + "--pid x",
        std::string("attach --account alice --pid 7"), std::string("attach --subnet s --pid 7"),
        std::string("detach")}) {
    EXPECT_EQ(farewell(line).status, 2) << line;
  }
}

TEST(CommandLine, Graph_takes_one_resource) {
  EXPECT_EQ(read("graph vpce-1").verb, Verb::Graph);
  EXPECT_EQ(read("graph vpce-1").about, "vpce-1");
  EXPECT_EQ(farewell("graph").status, 2);
}

TEST(CommandLine, A_fault_says_what_and_for_how_long) {
  const CommandLine zone = read("fault zone ap-northeast-1a --account alice --for 2m");
  EXPECT_EQ(zone.verb, Verb::FaultBegin);
  EXPECT_EQ(zone.what, "zone");
  EXPECT_EQ(zone.name, "ap-northeast-1a");
  EXPECT_EQ(zone.account, "alice");
  EXPECT_EQ(zone.lasts_seconds, 120);
  EXPECT_EQ(read("fault target i-1").lasts_seconds, 600);
  EXPECT_EQ(read("fault target i-1 --for 90").lasts_seconds, 90);
  const CommandLine eni = read("fault eni eni-1 --loss 10 --delay 50");
  EXPECT_EQ(eni.what, "eni");
  EXPECT_EQ(eni.loss_percent, 10);
  EXPECT_EQ(eni.delay_ms, 50);
  EXPECT_EQ(read("fault node web --zone apne1-az4").zone, "apne1-az4");
  EXPECT_EQ(read("fault list").verb, Verb::FaultList);
  EXPECT_EQ(read("fault clear fault-1").fault, "fault-1");
  EXPECT_TRUE(read("fault clear --all").all);
  EXPECT_EQ(read("fault expire-flows --idle 5").verb, Verb::FaultExpireFlows);
  EXPECT_EQ(read("fault expire-flows --idle 5").idle_seconds, 5);
  for (const char* line : {"fault", "fault zone", "fault zone a --loss 5", "fault eni e --loss 100",
                           "fault eni e --for 2d", "fault eni e --for 0", "fault roof x"}) {
    EXPECT_EQ(farewell(line).status, 2) << line;
  }
}

TEST(CommandLine, Each_verb_is_read_with_its_options) {
  EXPECT_EQ(read("account list").verb, Verb::AccountList);
  EXPECT_EQ(read("status").verb, Verb::Status);
  EXPECT_EQ(read("reset").verb, Verb::Reset);
  EXPECT_EQ(read("console").verb, Verb::Console);
  EXPECT_EQ(read("console --account alice").account, "alice");
  EXPECT_FALSE(read("reset").yes);
  EXPECT_TRUE(read("reset --yes").yes);
  EXPECT_EQ(read("console-output i-1").verb, Verb::ConsoleOutput);
  EXPECT_EQ(read("console-output i-1").instance, "i-1");
  EXPECT_EQ(read("messages").verb, Verb::Messages);
  EXPECT_EQ(read("messages endpoints").topic, "endpoints");

  const CommandLine create = read(
      "account create alice --id 111111111111 --access-key-id K --secret-access-key S --format "
      "profile");
  EXPECT_EQ(create.verb, Verb::AccountCreate);
  EXPECT_EQ(create.account, "alice");
  EXPECT_EQ(create.account_id, "111111111111");
  EXPECT_EQ(create.access_key_id, "K");
  EXPECT_EQ(create.secret_access_key, "S");
  EXPECT_EQ(create.format, "profile");
  EXPECT_EQ(read("account create alice").format, "env");

  const CommandLine show = read("account show alice --format json");
  EXPECT_EQ(show.verb, Verb::AccountShow);
  EXPECT_EQ(show.account, "alice");
}

TEST(CommandLine, A_command_for_an_instance_keeps_its_own_options) {
  const struct {
    const char* line;
    Words command;
  } cases[] = {
      {"exec i-1", {}},
      {"exec i-1 --", {}},
      {"exec i-1 ls", {"ls"}},
      {"exec i-1 ls -l --all", {"ls", "-l", "--all"}},
      {"exec i-1 df -h", {"df", "-h"}},
      {"exec i-1 -- ls -l", {"ls", "-l"}},
      {"exec i-1 -- curl --json x --help", {"curl", "--json", "x", "--help"}},
      {"exec i-1 -- sh -c -- x --", {"sh", "-c", "--", "x", "--"}},
      {"exec i-1 sudo -- ls", {"sudo", "ls"}},
      {"exec i-1 exec i-2", {"exec", "i-2"}},
      {"ssh i-1 uptime", {"uptime"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const CommandLine typed = read(c.line);
    EXPECT_EQ(typed.instance, "i-1");
    EXPECT_EQ(typed.command, c.command);
    EXPECT_FALSE(typed.json);
  }
  EXPECT_EQ(read("exec i-1").verb, Verb::Exec);
  EXPECT_EQ(read("ssh i-1").verb, Verb::Ssh);
  EXPECT_EQ(read("proxy i-1").verb, Verb::Proxy);
  EXPECT_EQ(read("proxy i-1").instance, "i-1");
}

TEST(CommandLine, Common_options_stand_before_or_after_the_verb) {
  for (const char* line :
       {"--json --data-dir /d status", "status --json --data-dir /d",
        "account list --data-dir=/d --json", "--data-dir /d exec --json i-1 ls"}) {
    SCOPED_TRACE(line);
    const CommandLine typed = read(line);
    EXPECT_TRUE(typed.json);
    EXPECT_EQ(typed.data_dir, "/d");
  }
}

TEST(CommandLine, What_is_typed_comes_before_the_environment_and_that_before_the_default) {
  const struct {
    const char* line;
    Environment environment;
    const char* data_dir;
    const char* endpoint;
  } cases[] = {
      {"status", {}, "/var/lib/postern", ""},
      {"status", {.data_dir = "/env"}, "/env", ""},
      {"status", {.endpoint = "http://e"}, "", "http://e"},
      {"status", {.data_dir = "/env", .endpoint = "http://e"}, "/env", "http://e"},
      {"status --data-dir /typed", {.data_dir = "/env", .endpoint = "http://e"}, "/typed", ""},
      {"status --endpoint http://t", {.data_dir = "/env"}, "", "http://t"},
      {"status --endpoint http://t --data-dir /typed", {}, "/typed", "http://t"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const CommandLine typed = read(c.line, c.environment);
    EXPECT_EQ(typed.data_dir, c.data_dir);
    EXPECT_EQ(typed.endpoint, c.endpoint);
  }
}

TEST(CommandLine, A_directory_has_one_name_however_it_is_typed) {
  for (const char* line :
       {"status --data-dir /var/lib/postern/", "status --data-dir /var/lib/./postern",
        "status --data-dir /var/lib/x/../postern//"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(read(line).data_dir, "/var/lib/postern");
  }
  EXPECT_TRUE(read("status --data-dir d").data_dir.ends_with("/d"));
  EXPECT_TRUE(read("status --data-dir d").data_dir.starts_with("/"));
}

TEST(CommandLine, Help_and_version_end_well) {
  for (const char* line : {"--help", "account --help", "account create --help", "exec --help"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(farewell(line).status, 0);
    EXPECT_NE(farewell(line).words.find("Usage: postern"), std::string::npos);
  }
  EXPECT_EQ(farewell("--version").status, 0);
  EXPECT_TRUE(farewell("--version").words.starts_with("postern "));
}

TEST(CommandLine, What_is_typed_wrongly_is_said_in_one_line_with_status_2) {
  const struct {
    const char* line;
    const char* words;  // in it
  } cases[] = {
      {"", "subcommand"},
      {"frobnicate", "subcommand"},
      {"account", "subcommand"},
      {"account create", "name"},
      {"account create a b", "b"},
      {"account create a --format yaml", "--format"},
      {"account create a --id", "--id"},
      {"exec", "instance"},
      {"ssh -- ls", "instance"},
      {"console-output", "instance"},
      {"status --colour", "--colour"},
      {"status -- ls", "only exec and ssh take a command after --"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const Farewell said = farewell(c.line);
    EXPECT_EQ(said.status, 2);
    EXPECT_TRUE(said.words.starts_with("postern: ")) << said.words;
    EXPECT_NE(said.words.find(c.words), std::string::npos) << said.words;
    EXPECT_EQ(std::count(said.words.begin(), said.words.end(), '\n'), 1) << said.words;
  }
}

}  // namespace
}  // namespace postern::cli
