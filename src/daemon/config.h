// SPDX-License-Identifier: Apache-2.0
// What posternd is told on its command line, in its configuration file, or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/auth/authenticate.h"
#include "api/server/http_server.h"
#include "base/log.h"
#include "base/result.h"
#include "model/settings.h"

namespace postern::daemon {

struct Config {
  std::string data_dir = "/var/lib/postern";
  std::string run_dir;  // see run_dir_of()
  api::server::ListenAddress listen;
  std::optional<api::server::ListenAddress> metrics;  // where Prometheus reads; nullopt: nowhere
  std::string region = "ap-northeast-1";
  api::auth::Mode auth = api::auth::Mode::Strict;
  bool allow_reset = false;
  model::Timing timing = model::Timing::Immediate;
  // How much of each thing an account may have, where it is not what AWS says.
  std::vector<model::ChosenQuota> quotas;
  // Where topics' messages may be delivered to; none: to nobody.
  std::vector<Cidr> subscriber_networks;
  // The resolvers that names are passed on to which are not Postern's own; none: such names do not
  // exist.
  std::vector<IpAddress> dns_upstreams;
  // By which browsers may call this host, beside its addresses and localhost.
  std::vector<std::string> host_names;
  // How long flow logs' windows are at most; nullopt: as long as they were asked for.
  std::optional<std::chrono::seconds> flow_log_window;
  // How long the periods are that CloudWatch's metrics are measured in; divides a minute.
  std::chrono::seconds metric_period{60};
  // Where scripts/build_image puts what it builds; nothing need be there.
  std::string image_dir = "/var/lib/postern-image";
  // The root of what ami-host is; not / where that cannot be mounted once more, as in a container.
  std::string system_dir = "/";
  std::string buckets;  // the folder of the operator's buckets; empty: there are none
  log::Level log_level = log::Level::Info;
  std::optional<std::uint64_t> seed;  // for repeatable ids
  bool destroy = false;  // take everything of the data directory's off the host, and end
};

// What there is to do instead of running: words to print and the exit status.
struct Farewell {
  std::string words;
  int status = 0;
};

// Reads the command line, and the configuration file that it may name. A mistake is a Farewell with
// one clear sentence and status 2.
std::variant<Config, Farewell> read_config(int argc, const char* const* argv);

}  // namespace postern::daemon
