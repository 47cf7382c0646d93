// SPDX-License-Identifier: Apache-2.0
// What a group does by itself, stopped for a while: SuspendProcesses, ResumeProcesses,
// DescribeScalingProcessTypes.
#include <algorithm>
#include <array>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"

namespace postern::api::autoscaling {
namespace {

// [API reference, SuspendProcesses]
constexpr std::array<std::string_view, 9> kProcesses = {
    "AZRebalance", "AddToLoadBalancer", "AlarmNotification", "HealthCheck", "InstanceRefresh",
    "Launch",      "ReplaceUnhealthy",  "ScheduledActions",  "Terminate"};

struct ProcessesRequest {
  std::string AutoScalingGroupName;
  std::vector<std::string> ScalingProcesses;
};
BOOST_DESCRIBE_STRUCT(ProcessesRequest, (), (AutoScalingGroupName, ScalingProcesses))

// All of them when none is named.
Result<std::vector<std::string>> named(const ProcessesRequest& request) {
  for (const std::string& process : request.ScalingProcesses) {
    if (std::ranges::find(kProcesses, process) == kProcesses.end()) {
      return refuse_value("'{}' is not a valid Scaling Process type", process);
    }
  }
  if (request.ScalingProcesses.empty()) {
    return std::vector<std::string>(kProcesses.begin(), kProcesses.end());
  }
  return request.ScalingProcesses;
}

Result<Nothing> change(model::Transaction& tx, const model::Caller& caller,
                       const ProcessesRequest& request, bool suspend) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  TRY_ASSIGN(const auto processes, named(request));
  model::AutoScalingGroup group = *found;
  for (const std::string& process : processes) {
    std::erase(group.suspended_processes, process);
    if (suspend) {
      group.suspended_processes.push_back(process);
    }
  }
  tx.put(std::move(group));
  return Nothing{};
}

Result<Nothing> suspend_processes(model::Transaction& tx, const model::Caller& caller,
                                  const ProcessesRequest& request) {
  return change(tx, caller, request, true);
}

Result<Nothing> resume_processes(model::Transaction& tx, const model::Caller& caller,
                                 const ProcessesRequest& request) {
  return change(tx, caller, request, false);
}

struct ProcessTypeItem {
  std::string ProcessName;
};
BOOST_DESCRIBE_STRUCT(ProcessTypeItem, (), (ProcessName))

struct ProcessTypesRequest {};
BOOST_DESCRIBE_STRUCT(ProcessTypesRequest, (), ())

struct ProcessTypesAnswer {
  std::vector<ProcessTypeItem> Processes;
};
BOOST_DESCRIBE_STRUCT(ProcessTypesAnswer, (), (Processes))

Result<ProcessTypesAnswer> describe_scaling_process_types(const View&, const ProcessTypesRequest&) {
  ProcessTypesAnswer answer;
  for (const std::string_view process : kProcesses) {
    answer.Processes.push_back({std::string(process)});
  }
  return answer;
}

}  // namespace

std::vector<Action> process_actions() {
  return {read<describe_scaling_process_types>("DescribeScalingProcessTypes"),
          write<resume_processes>("ResumeProcesses"), write<suspend_processes>("SuspendProcesses")};
}

}  // namespace postern::api::autoscaling
