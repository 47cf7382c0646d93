// SPDX-License-Identifier: Apache-2.0
#include "daemon/metrics.h"

#include <prometheus/text_serializer.h>

#include "model/endpoint_state.h"
#include "model/instance_state.h"
#include "model/load_balancer_state.h"
#include "model/target_health.h"

namespace postern::daemon {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

class Family {
 public:
  Family(MetricType type, const char* name, const char* help)
      : family_{.name = name, .help = help, .type = type, .metric = {}} {}

  Family& add(double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    (family_.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    family_.metric.push_back(std::move(metric));
    return *this;
  }

  const MetricFamily& made() const { return family_; }

 private:
  MetricFamily family_;
};

MetricFamily gauge(const char* name, const char* help, double value) {
  return Family(MetricType::Gauge, name, help).add(value).made();
}

void add_packets(const std::vector<VerdictLine>& verdicts, std::vector<MetricFamily>& families) {
  Family packets(MetricType::Counter, "postern_packets_total", "Packets, by how they fared");
  Family bytes(MetricType::Counter, "postern_bytes_total", "Their bytes");
  for (const VerdictLine& line : verdicts) {
    const Labels labels = {{"verdict", line.verdict}, {"action", line.action}};
    packets.add(static_cast<double>(line.packets), labels);
    bytes.add(static_cast<double>(line.bytes), labels);
  }
  families.push_back(packets.made());
  families.push_back(bytes.made());
}

void add_requests(const Counted& counted, std::vector<MetricFamily>& families) {
  Family requests(MetricType::Counter, "postern_api_requests_total",
                  "Requests to AWS's APIs, by action, and whether it is one that is served");
  const auto add = [&](const api::server::Counts& counts, const char* served) {
    for (const auto& [action, count] : counts) {
      requests.add(static_cast<double>(count), {{"action", action}, {"served", served}});
    }
  };
  add(counted.served, "true");
  add(counted.unserved, "false");
  families.push_back(requests.made());
}

// How many records of a kind there are of each account, in each state.
template <class Record, class State>
MetricFamily counted_by_state(const model::World& world, const char* name, const char* help,
                              State state_of) {
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const auto& [id, record] : world.all<Record>()) {
    ++counts[{record->owner.value, std::string(state_of(*record))}];
  }
  Family family(MetricType::Gauge, name, help);
  for (const auto& [key, count] : counts) {
    family.add(count, {{"account", key.first}, {"state", key.second}});
  }
  return family.made();
}

MetricFamily targets(const model::World& world, TimePoint now) {
  std::map<std::pair<model::Id<model::TargetGroup>, model::TargetState>, int> counts;
  for (const auto& [id, target] : world.all<model::Target>()) {
    ++counts[{target->target_group, model::target_health(world, *target, now).state}];
  }
  Family family(MetricType::Gauge, "postern_targets", "Registered targets, by health");
  for (const auto& [key, count] : counts) {
    const auto& [id, state] = key;
    const model::TargetGroup* group = world.find(id);
    if (group != nullptr) {
      family.add(count, {{"account", group->owner.value},
                         {"target_group", group->name},
                         {"state", std::string(model::text(state))}});
    }
  }
  return family.made();
}

void add_resources(const model::World& world, TimePoint now, std::vector<MetricFamily>& families) {
  families.push_back(counted_by_state<model::VpcEndpoint>(
      world, "postern_vpc_endpoints", "VPC endpoints",
      [](const model::VpcEndpoint& endpoint) { return model::text(endpoint.state); }));
  families.push_back(counted_by_state<model::LoadBalancer>(
      world, "postern_load_balancers", "Load balancers",
      [](const model::LoadBalancer& balancer) { return model::text(balancer.state); }));
  families.push_back(counted_by_state<model::Instance>(
      world, "postern_instances", "Instances",
      [](const model::Instance& instance) { return model::text(instance.state); }));
  families.push_back(targets(world, now));
}

}  // namespace

std::string metrics_text(const model::World& world, const Counted& counted, TimePoint now) {
  std::vector<MetricFamily> families = {
      Family(MetricType::Gauge, "postern_build_info", "1, with the version as a label")
          .add(1, {{"version", counted.version}})
          .made(),
      gauge("postern_revision", "The newest revision of the World",
            static_cast<double>(world.revision())),
      gauge("postern_programmed_revision", "The newest revision that the data plane carries whole",
            static_cast<double>(counted.programmed)),
      gauge("postern_connections", "Tracked connections, when they were last swept",
            static_cast<double>(counted.connections))};
  add_packets(counted.verdicts, families);
  add_requests(counted, families);
  add_resources(world, now, families);
  return prometheus::TextSerializer().Serialize(families);
}

api::server::HttpHandler metrics_door(std::function<Result<std::string>()> text) {
  const auto answer = [text = std::move(text)](const api::wire::HttpRequest& request) {
    const auto plain = [](int status, const char* type, std::string body) {
      return api::wire::HttpResponse{
          .status = status, .headers = {{"Content-Type", type}}, .body = std::move(body)};
    };
    if (request.path() != "/metrics") {
      return plain(404, "text/plain", "There is only /metrics.\n");
    }
    if (request.method != "GET") {
      return plain(405, "text/plain", "It can only be read.\n");
    }
    auto made = text();
    return made ? plain(200, "text/plain; version=0.0.4", *std::move(made))
                : plain(500, "text/plain", made.error().message() + "\n");
  };
  return {.answer = answer, .refuse_large = answer};
}

}  // namespace postern::daemon
