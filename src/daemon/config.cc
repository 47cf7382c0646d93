// SPDX-License-Identifier: Apache-2.0
#include "daemon/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

#include "base/paths.h"
#include "model/quotas.h"

namespace postern::daemon {
namespace {

// The options as they are typed.
struct Typed {
  std::string data_dir = kDataDir;
  std::string run_dir;
  std::string listen = "127.0.0.1:4566";
  std::string metrics;
  std::string region = "ap-northeast-1";
  std::string auth = "strict";
  std::string timing = "immediate";
  std::string dns_upstream = "none";
  std::vector<std::string> host_names;
  std::vector<std::string> subscriber_networks;
  std::vector<std::string> quotas;
  std::optional<int> flow_log_window;
  int metric_period = 60;
  std::string image_dir = "/var/lib/postern-image";
  std::string system_dir = "/";
  std::string buckets;
  std::string log_level = "info";
  std::optional<std::uint64_t> seed;
  bool allow_reset = false;
  bool destroy = false;
};

// [RFC 1035 labels; AWS's regions look like ap-northeast-1, and any such name works]
bool is_region(const std::string& text) {
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// The nameservers of the host's resolv.conf.
std::vector<IpAddress> host_resolvers() {
  std::vector<IpAddress> found;
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string keyword;
    std::string address;
    if (words >> keyword >> address && keyword == "nameserver") {
      if (const auto parsed = IpAddress::parse(address)) {
        found.push_back(*parsed);
      }
    }
  }
  return found;
}

std::optional<std::vector<IpAddress>> parse_upstreams(const std::string& text) {
  if (text == "none") {
    return std::vector<IpAddress>();
  }
  if (text == "host") {
    return host_resolvers();
  }
  std::vector<IpAddress> found;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const auto address = IpAddress::parse(word);
    if (!address) {
      return std::nullopt;
    }
    found.push_back(*address);
  }
  return found.empty() ? std::nullopt : std::optional(found);
}

// nullopt: one of them is no network.
std::optional<std::vector<Cidr>> parse_networks(const std::vector<std::string>& typed) {
  std::vector<Cidr> networks;
  for (const std::string& text : typed) {
    const auto network = Cidr::parse(text);
    if (!network) {
      return std::nullopt;
    }
    networks.push_back(*network);
  }
  return networks;
}

// nullopt: one of them is not a quota's word, = and a number.
std::optional<std::vector<model::ChosenQuota>> parse_quotas(const std::vector<std::string>& typed) {
  std::vector<model::ChosenQuota> quotas;
  for (const std::string& text : typed) {
    const std::size_t equals = text.find('=');
    const std::string word = text.substr(0, equals);
    std::int64_t most = 0;
    const char* end = text.data() + text.size();
    if (equals == std::string::npos || model::find_quota(word) == nullptr ||
        std::from_chars(text.data() + equals + 1, end, most).ptr != end || most < 0 ||
        equals + 1 == text.size()) {
      return std::nullopt;
    }
    std::erase_if(quotas, [&](const auto& quota) { return quota.word == word; });
    quotas.push_back({.word = word, .most = most});
  }
  return quotas;
}

std::string quota_words() {
  std::vector<std::string> words;
  for (const model::QuotaInfo& info : model::all_quotas()) {
    words.push_back(fmt::format("{} ({})", info.word, info.most));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Farewell mistake(std::string words) {
  return {.words = "posternd: " + words + "\n", .status = 2};
}

std::variant<Config, Farewell> checked(const Typed& typed) {
  static const std::map<std::string, log::Level> kLevels = {{"debug", log::Level::Debug},
                                                            {"info", log::Level::Info},
                                                            {"warn", log::Level::Warn},
                                                            {"error", log::Level::Error}};
  const auto listen = api::server::parse_listen_address(typed.listen);
  if (!listen) {
    return mistake(fmt::format("--listen {}: {}", typed.listen, listen.error().message()));
  }
  std::optional<api::server::ListenAddress> metrics;
  if (!typed.metrics.empty()) {
    const auto address = api::server::parse_listen_address(typed.metrics);
    if (!address) {
      return mistake(fmt::format("--metrics {}: {}", typed.metrics, address.error().message()));
    }
    metrics = *address;
  }
  if (!is_region(typed.region)) {
    return mistake(fmt::format("--region {}: not a region's name", typed.region));
  }
  const auto upstreams = parse_upstreams(typed.dns_upstream);
  if (!upstreams) {
    return mistake(
        fmt::format("--dns-upstream {}: it takes none, host, or addresses with commas "
                    "between them",
                    typed.dns_upstream));
  }
  const auto networks = parse_networks(typed.subscriber_networks);
  if (!networks) {
    return mistake("--subscriber-network: it takes networks such as 10.0.0.0/8");
  }
  const auto quotas = parse_quotas(typed.quotas);
  if (!quotas) {
    return mistake("--quota: it takes NAME=NUMBER, of " + quota_words());
  }
  const std::string data_dir = directory_path(typed.data_dir);
  return Config{
      .data_dir = data_dir,
      .run_dir = typed.run_dir.empty() ? run_dir_of(data_dir) : directory_path(typed.run_dir),
      .listen = *listen,
      .metrics = metrics,
      .region = typed.region,
      .auth = typed.auth == "lenient" ? api::auth::Mode::Lenient : api::auth::Mode::Strict,
      .allow_reset = typed.allow_reset,
      .timing = typed.timing == "aws" ? model::Timing::Aws : model::Timing::Immediate,
      .quotas = *quotas,
      .subscriber_networks = *networks,
      .dns_upstreams = *upstreams,
      .host_names = typed.host_names,
      .flow_log_window = typed.flow_log_window
                             ? std::optional(std::chrono::seconds(*typed.flow_log_window))
                             : std::nullopt,
      .metric_period = std::chrono::seconds(typed.metric_period),
      .image_dir = directory_path(typed.image_dir),
      .system_dir = directory_path(typed.system_dir),
      .buckets = typed.buckets.empty() ? "" : directory_path(typed.buckets),
      .log_level = kLevels.at(typed.log_level),
      .seed = typed.seed,
      .destroy = typed.destroy};
}

}  // namespace

std::variant<Config, Farewell> read_config(int argc, const char* const* argv) {
  Typed typed;
  CLI::App app("Postern: AWS PrivateLink that you run yourself, with real packets.", "posternd");
  app.set_version_flag("--version", POSTERN_VERSION);
  // A name that is no option is a mistake in the file too, not a wish to be passed over.
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.set_config("--config", "", "Read options from this file, as name = value lines");
  app.add_option("--data-dir", typed.data_dir, "Where the store and the instances' files are")
      ->capture_default_str();
  app.add_option("--run-dir", typed.run_dir,
                 "Where sockets, namespaces and pins are (default: /run/postern, or `run` in "
                 "another data directory)");
  app.add_option("--listen", typed.listen, "Address and port of the API")->capture_default_str();
  app.add_option("--metrics", typed.metrics,
                 "Address and port at which Prometheus reads /metrics (default: none)");
  app.add_option("--region", typed.region, "The region that accounts are shown first")
      ->capture_default_str();
  app.add_option("--auth", typed.auth,
                 "strict: only stored keys; lenient: any key, a 12-digit one names its account")
      ->check(CLI::IsMember({"strict", "lenient"}))
      ->capture_default_str();
  app.add_option("--timing", typed.timing,
                 "immediate: what is ready is said to be; aws: states take about as long as on AWS")
      ->check(CLI::IsMember({"immediate", "aws"}))
      ->capture_default_str();
  app.add_flag("--allow-reset", typed.allow_reset, "Serve POST /_postern/reset");
  app.add_option("--dns-upstream", typed.dns_upstream,
                 "Who answers names that are not Postern's: none, host (the host's resolvers), or "
                 "addresses")
      ->capture_default_str();
  app.add_option(
         "--host-name", typed.host_names,
         "A name by which browsers may open the console, beside addresses and localhost; may "
         "be repeated")
      ->allow_extra_args(false);
  app.add_option("--subscriber-network", typed.subscriber_networks,
                 "A network, such as 10.0.0.0/8, into which this host delivers the messages of SNS "
                 "topics over HTTP; may be repeated (default: none)")
      ->allow_extra_args(false);
  app.add_option(
         "--quota", typed.quotas,
         "NAME=NUMBER: an account may have so many of something, and not as many as on AWS; "
         "may be repeated; a NAME that is none is answered with all of them")
      ->allow_extra_args(false);
  app.add_option("--flow-log-window", typed.flow_log_window,
                 "Write flow logs' records every so many seconds at least, 1 to 600, whatever they "
                 "were asked for")
      ->check(CLI::Range(1, 600));
  app.add_option("--metric-period", typed.metric_period,
                 "How many seconds CloudWatch's metrics are measured for at a time")
      ->check(CLI::IsMember({5, 6, 10, 12, 15, 20, 30, 60}))
      ->capture_default_str();
  app.add_option("--image-dir", typed.image_dir,
                 "Where the image with systemd is, if scripts/build_image has built it")
      ->capture_default_str();
  app.add_option("--system-dir", typed.system_dir,
                 "The root of the system that instances of ami-host have: this host's own, or "
                 "another's that lies in a folder")
      ->capture_default_str();
  app.add_option(
      "--buckets", typed.buckets,
      "The folder whose sub-folders are buckets to flow logs, beside the API's (default: none)");
  app.add_option("--log-level", typed.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--seed", typed.seed, "Make ids repeatable")->check(CLI::NonNegativeNumber);
  app.add_flag("--destroy", typed.destroy,
               "End the data directory's instances and take everything of it off the network, then "
               "end; the store stays");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream words;
    app.exit(success, words, words);
    return Farewell{.words = words.str(), .status = 0};
  } catch (const CLI::ParseError& error) {
    return mistake(error.what());
  }
  return checked(typed);
}

}  // namespace postern::daemon
