// SPDX-License-Identifier: Apache-2.0
// For tests: CloudWatch's actions by their JSON, over points that the test gives.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "api/cloudwatch/service.h"
#include "api/wire/json.h"
#include "model/metric.h"

namespace postern::api::cloudwatch {

class GivenMetrics final : public model::MetricReader {
 public:
  void add(const model::Metric& metric, const std::string& unit, model::MetricPoint point) {
    auto& series = all_[metric];
    series.unit = unit;
    series.points.push_back(point);
  }

  Result<std::vector<model::Metric>> metrics(const model::Id<model::Account>& owner,
                                             const std::string& region,
                                             TimePoint since) const override {
    std::vector<model::Metric> out;
    for (const auto& [metric, series] : all_) {
      if (metric.owner == owner && metric.region == region && series.points.back().time >= since) {
        out.push_back(metric);
      }
    }
    return out;
  }
  Result<model::MetricSeries> points(const model::Metric& metric, TimePoint from,
                                     TimePoint until) const override {
    const auto at = all_.find(metric);
    model::MetricSeries out;
    if (at != all_.end()) {
      out = at->second;
      std::erase_if(out.points, [&](const model::MetricPoint& point) {
        return point.time < from || point.time >= until;
      });
    }
    return out;
  }

 private:
  std::map<model::Metric, model::MetricSeries> all_;
};

class CloudWatchTest : public testing::Test {
 protected:
  // 2026-01-01T00:00:00Z, and so many minutes.
  static TimePoint at(int minute) {
    return TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) +
           std::chrono::minutes(minute);
  }
  static std::string seconds_at(int minute) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(at(minute).time_since_epoch()).count());
  }

  model::Metric metric(const std::string& name, const std::string& balancer = "net/b/1") const {
    return {.owner = caller_.account,
            .region = caller_.region,
            .name_space = "AWS/NetworkELB",
            .name = name,
            .dimensions = {{"LoadBalancer", balancer}}};
  }
  void add(const model::Metric& to, int minute, double value) {
    model::Statistics statistics;
    statistics.add(value);
    given_.add(to, "Count", {.time = at(minute), .value = statistics});
  }

  // The answer, or the fault's code.
  std::string run(std::string_view action, const std::string& body) const {
    const auto answer = answer_of(action, body);
    return answer ? *answer : std::string(answer.error().fault().code);
  }
  std::string words(std::string_view action, const std::string& body) const {
    const auto answer = answer_of(action, body);
    return answer ? "" : answer.error().message();
  }

  model::Caller caller_{.account = model::Id<model::Account>("111111111111"), .region = "r-1"};
  GivenMetrics given_;
  TimePoint now_ = at(60);

 private:
  Result<std::string> answer_of(std::string_view action, const std::string& body) const {
    static const std::vector<Service> kServices = cloudwatch_services();
    const auto service = std::ranges::find(kServices, wire::Dialect::QueryJson, &Service::dialect);
    TRY_ASSIGN(const wire::Parameter root, wire::json_parameters(body));
    const model::World world;
    Machine machine;
    machine.metrics = &given_;
    return service->find(action)->read(
        service->dialect, {.world = world, .caller = caller_, .now = now_, .machine = machine},
        root);
  }
};

}  // namespace postern::api::cloudwatch
