// SPDX-License-Identifier: Apache-2.0
// Each option by command line and by file, and one clear sentence for each mistake.
#include "daemon/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/scratch_directory.h"

namespace postern::daemon {
namespace {

std::variant<Config, Farewell> read(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  std::vector<const char*> argv = {"posternd"};
  for (const std::string& word : words) {
    argv.push_back(word.c_str());
  }
  return read_config(static_cast<int>(argv.size()), argv.data());
}

Config config(const std::string& line) {
  const auto found = read(line);
  const auto* farewell = std::get_if<Farewell>(&found);
  EXPECT_EQ(farewell, nullptr) << line << ": " << farewell->words;
  return farewell == nullptr ? std::get<Config>(found) : Config();
}

Farewell farewell(const std::string& line) {
  const auto found = read(line);
  const auto* words = std::get_if<Farewell>(&found);
  EXPECT_NE(words, nullptr) << line;
  return words == nullptr ? Farewell() : *words;
}

class ConfigTest : public testing::Test {
 protected:
  std::string file(const std::string& text) const {
    const std::string path = directory_.path() / "postern.conf";
    std::ofstream(path) << text;
    return path;
  }

  const ScratchDirectory directory_;
};

TEST_F(ConfigTest, Without_a_word_it_is_the_documented_default) {
  const Config found = config("");
  EXPECT_EQ(found.data_dir, "/var/lib/postern");
  EXPECT_EQ(found.run_dir, "/run/postern");
  EXPECT_EQ(found.listen.address.text(), "127.0.0.1");
  EXPECT_EQ(found.listen.port, 4566);
  EXPECT_EQ(found.region, "ap-northeast-1");
  EXPECT_EQ(found.auth, api::auth::Mode::Strict);
  EXPECT_FALSE(found.allow_reset);
  EXPECT_EQ(found.timing, model::Timing::Immediate);
  EXPECT_TRUE(found.quotas.empty());
  EXPECT_TRUE(found.subscriber_networks.empty());
  EXPECT_TRUE(found.dns_upstreams.empty());
  EXPECT_EQ(found.log_level, log::Level::Info);
  EXPECT_EQ(found.flow_log_window, std::nullopt);
  EXPECT_EQ(found.metric_period, std::chrono::minutes(1));
  EXPECT_EQ(found.buckets, "");
  EXPECT_EQ(found.system_dir, "/");
  EXPECT_EQ(found.seed, std::nullopt);
  EXPECT_FALSE(found.destroy);
}

TEST_F(ConfigTest, Each_option_is_read) {
  const Config found = config(
      "--data-dir /d --run-dir /r --listen [::1]:80 --region eu-west-1 --auth lenient "
      "--allow-reset --timing aws "
      "--dns-upstream 192.0.2.1,2001:db8::1 --log-level debug --seed 7 --destroy "
      "--subscriber-network 10.0.0.0/8 --subscriber-network 2001:db8::/32 "
      "--host-name lab.example --host-name lab --flow-log-window 10 --metric-period 5 "
      "--buckets /srv/buckets/ --system-dir /srv/system/ --quota vpcs-per-region=5 --quota "
      "target-groups=1 "
      "--quota target-groups=4000");
  EXPECT_EQ(found.data_dir, "/d");
  EXPECT_EQ(found.run_dir, "/r");
  EXPECT_EQ(found.listen.address.text(), "::1");
  EXPECT_EQ(found.listen.port, 80);
  EXPECT_EQ(found.region, "eu-west-1");
  EXPECT_EQ(found.auth, api::auth::Mode::Lenient);
  EXPECT_TRUE(found.allow_reset);
  EXPECT_EQ(found.timing, model::Timing::Aws);
  EXPECT_EQ(found.host_names, (std::vector<std::string>{"lab.example", "lab"}));
  EXPECT_EQ(found.subscriber_networks,
            (std::vector<Cidr>{*Cidr::parse("10.0.0.0/8"), *Cidr::parse("2001:db8::/32")}));
  ASSERT_EQ(found.dns_upstreams.size(), 2U);
  EXPECT_EQ(found.dns_upstreams[0].text(), "192.0.2.1");
  EXPECT_EQ(found.dns_upstreams[1].text(), "2001:db8::1");
  EXPECT_EQ(found.log_level, log::Level::Debug);
  EXPECT_EQ(found.flow_log_window, std::chrono::seconds(10));
  EXPECT_EQ(found.metric_period, std::chrono::seconds(5));
  EXPECT_EQ(found.buckets, "/srv/buckets");
  EXPECT_EQ(found.system_dir, "/srv/system");
  EXPECT_EQ(found.quotas,
            (std::vector<model::ChosenQuota>{{"vpcs-per-region", 5}, {"target-groups", 4000}}));
  EXPECT_EQ(found.seed, 7U);
  EXPECT_TRUE(found.destroy);
}

TEST_F(ConfigTest, The_run_directory_follows_the_data_directory_however_that_is_typed) {
  const struct {
    const char* line;
    const char* data_dir;
    const char* run_dir;
  } cases[] = {
      {"--data-dir /var/lib/postern/", "/var/lib/postern", "/run/postern"},
      {"--data-dir /var/lib/x/../postern", "/var/lib/postern", "/run/postern"},
      {"--data-dir /srv/p/", "/srv/p", "/srv/p/run"},
      {"--data-dir /srv/p --run-dir /run/p/", "/srv/p", "/run/p"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    EXPECT_EQ(config(c.line).data_dir, c.data_dir);
    EXPECT_EQ(config(c.line).run_dir, c.run_dir);
  }
  const std::string here = std::filesystem::current_path();
  EXPECT_EQ(config("--data-dir p").run_dir, (here == "/" ? "" : here) + "/p/run");
}

TEST_F(ConfigTest, A_file_gives_options_and_the_command_line_comes_before_it) {
  const std::string path = file(
      "# a comment\n"
      "data-dir = /from/file\n"
      "listen = \"127.0.0.1:1234\"\n"
      "auth = lenient\n"
      "allow-reset = true\n"
      "dns-upstream = \"192.0.2.1,192.0.2.2\"\n");
  const Config found = config("--config " + path + " --auth strict");
  EXPECT_EQ(found.data_dir, "/from/file");
  EXPECT_EQ(found.run_dir, "/from/file/run");
  EXPECT_EQ(found.listen.port, 1234);
  EXPECT_TRUE(found.allow_reset);
  EXPECT_EQ(found.auth, api::auth::Mode::Strict);
  EXPECT_EQ(found.dns_upstreams.size(), 2U);
}

TEST_F(ConfigTest, The_example_file_is_read_and_changes_nothing) {
  const Config from_file = config("--config " POSTERN_EXAMPLE_CONFIG);
  EXPECT_EQ(from_file.data_dir, Config().data_dir);
  EXPECT_EQ(from_file.run_dir, "/run/postern");
  EXPECT_EQ(from_file.listen.port, 4566);
  EXPECT_FALSE(from_file.allow_reset);
}

TEST_F(ConfigTest, Every_option_stands_in_the_example_file) {
  std::ifstream in(POSTERN_EXAMPLE_CONFIG);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const char* name : {"data-dir", "run-dir", "listen", "metrics", "region", "auth",
                           "allow-reset", "quota", "dns-upstream", "log-level", "seed"}) {
    EXPECT_NE(text.find(std::string("\n#") + name + " = "), std::string::npos) << name;
  }
}

TEST_F(ConfigTest, The_hosts_resolvers_can_be_asked) {
  // Whatever this host has: the word is understood.
  config("--dns-upstream host");
  EXPECT_TRUE(config("--dns-upstream none").dns_upstreams.empty());
}

TEST_F(ConfigTest, Help_and_version_end_well) {
  EXPECT_EQ(farewell("--help").status, 0);
  EXPECT_NE(farewell("--help").words.find("--allow-reset"), std::string::npos);
  EXPECT_EQ(farewell("--version").status, 0);
}

TEST_F(ConfigTest, A_mistake_is_one_sentence_with_status_2) {
  const struct {
    std::string line;
    const char* words;  // in it
  } cases[] = {
      {"--listen nowhere", "--listen nowhere: "},
      {"--listen 127.0.0.1", "--listen 127.0.0.1: "},
      {"--listen 127.0.0.1:65536", "--listen 127.0.0.1:65536: "},
      {"--region Tokyo", "--region Tokyo: not a region's name"},
      {"--region " + std::string(64, 'a'), "not a region's name"},
      {"--auth none", "--auth"},
      {"--log-level loud", "--log-level"},
      {"--dns-upstream dns.example.com", "--dns-upstream dns.example.com: it takes none, host, or"},
      {"--dns-upstream ,", "--dns-upstream ,: it takes none, host, or"},
      {"--quota vpcs=1", "--quota: it takes NAME=NUMBER, of vpcs-per-region (100), "},
      {"--quota target-groups", "--quota: it takes NAME=NUMBER"},
      {"--quota target-groups=", "--quota: it takes NAME=NUMBER"},
      {"--quota target-groups=-1", "--quota: it takes NAME=NUMBER"},
      {"--quota target-groups=many", "--quota: it takes NAME=NUMBER"},
      {"--seed -1", "--seed"},
      {"--seed x", "--seed"},
      {"--colour", "--colour"},
      {"word", "word"},
      {"--data-dir", "--data-dir"},
      {"--config /nowhere/postern.conf", "/nowhere/postern.conf"},
      {"--config " + file("colour = red\n"), "colour"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const Farewell said = farewell(c.line);
    EXPECT_EQ(said.status, 2);
    EXPECT_TRUE(said.words.starts_with("posternd: ")) << said.words;
    EXPECT_NE(said.words.find(c.words), std::string::npos) << said.words;
    EXPECT_EQ(std::count(said.words.begin(), said.words.end(), '\n'), 1) << said.words;
  }
}

}  // namespace
}  // namespace postern::daemon
