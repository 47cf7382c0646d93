// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads at --metrics: docs/metrics.md lists it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "api/server/http_server.h"
#include "api/server/request_counters.h"
#include "daemon/operator_api.h"
#include "model/world.h"

namespace postern::daemon {

// What is counted and not in the World.
struct Counted {
  std::string version;
  std::uint64_t programmed = 0;  // revision
  std::uint64_t connections = 0;
  std::vector<VerdictLine> verdicts;
  api::server::Counts served;
  api::server::Counts unserved;
};

// In Prometheus' text form.
std::string metrics_text(const model::World& world, const Counted& counted, TimePoint now);

// What HttpServer serves at --metrics. `text` is called on several threads at a time.
api::server::HttpHandler metrics_door(std::function<Result<std::string>()> text);

}  // namespace postern::daemon
