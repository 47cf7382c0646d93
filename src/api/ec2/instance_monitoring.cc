// SPDX-License-Identifier: Apache-2.0
// Detailed monitoring: MonitorInstances, UnmonitorInstances. It is remembered, and no more: there
// are no metrics of instances.
#include "api/ec2/actions.h"
#include "api/ec2/find.h"
#include "api/ec2/instance_item.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;
using model::Transaction;

struct MonitoringRequest {
  std::vector<std::string> InstanceId;
};
BOOST_DESCRIBE_STRUCT(MonitoringRequest, (), (InstanceId))

struct InstanceMonitoringItem {
  std::string instanceId;
  MonitoringItem monitoring;
};
BOOST_DESCRIBE_STRUCT(InstanceMonitoringItem, (), (instanceId, monitoring))

struct MonitoringAnswer {
  std::vector<InstanceMonitoringItem> instancesSet;
};
BOOST_DESCRIBE_STRUCT(MonitoringAnswer, (), (instancesSet))

// All of the instances, or none when one is not there. `state` is what the answer says of each:
// AWS's is on its way. [EC2 API reference, MonitorInstances, UnmonitorInstances: examples]
Result<MonitoringAnswer> set_monitoring(Transaction& tx, const model::Caller& caller,
                                        const MonitoringRequest& request, bool on,
                                        std::string_view state) {
  if (request.InstanceId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "InstanceId"));
  }
  MonitoringAnswer answer;
  for (const std::string& id : request.InstanceId) {
    TRY_ASSIGN(const Instance* const found, find<Instance>(tx.world(), caller, id));
    Instance instance = *found;
    const bool is_so = instance.detailed_monitoring == on;
    instance.detailed_monitoring = on;
    answer.instancesSet.push_back(
        {id, is_so ? monitoring_item(instance) : MonitoringItem{std::string(state)}});
    tx.put(std::move(instance));
  }
  return answer;
}

Result<MonitoringAnswer> monitor_instances(Transaction& tx, const model::Caller& caller,
                                           const MonitoringRequest& request) {
  return set_monitoring(tx, caller, request, true, "pending");
}

Result<MonitoringAnswer> unmonitor_instances(Transaction& tx, const model::Caller& caller,
                                             const MonitoringRequest& request) {
  return set_monitoring(tx, caller, request, false, "disabling");
}

}  // namespace

std::vector<Action> instance_monitoring_actions() {
  return {
      write<monitor_instances>("MonitorInstances"),
      write<unmonitor_instances>("UnmonitorInstances"),
  };
}

}  // namespace postern::api::ec2
