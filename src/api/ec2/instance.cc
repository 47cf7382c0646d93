// SPDX-License-Identifier: Apache-2.0
// Instances once they are there: DescribeInstances, DescribeInstanceStatus, GetConsoleOutput.
// Making them is in run_instances.cc, what becomes of them in instance_power.cc.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/instance_item.h"
#include "api/ec2/select.h"
#include "api/wire/base64.h"
#include "model/dns_names.h"
#include "model/instance_state.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

// ---- DescribeInstances ----

struct DescribeInstancesRequest {
  std::vector<std::string> InstanceId;
  Filters Filter;
  std::optional<bool> IncludeManagedResources;  // there are none: no difference
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstancesRequest, (),
                      (InstanceId, Filter, IncludeManagedResources, MaxResults, NextToken))

struct DescribeInstancesAnswer {
  std::vector<ReservationItem> reservationSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstancesAnswer, (), (reservationSet, nextToken))

using Fields = FilterTable<Instance>;

template <class Get>
FilterField<Instance> instance_field(std::string_view name, Get get) {
  return field_of<Instance>(name, get);
}

// A field of the primary interface; without one it has no value.
template <class Get>
FilterField<Instance> interface_field(const model::World& world, std::string_view name, Get get) {
  return instance_field(name, [&world, get](const Instance& instance) {
    const auto* interface = primary_interface(world, instance);
    return interface != nullptr ? as_values(get(*interface)) : Values{};
  });
}

// A field of where the instance is; a terminated one is nowhere.
template <class Get>
FilterField<Instance> place_field(std::string_view name, Get get) {
  return instance_field(name, [get](const Instance& instance) {
    return instance.state == model::InstanceState::Terminated ? Values{} : as_values(get(instance));
  });
}

FilterField<Instance> group_field(const model::World& world, std::string_view name,
                                  std::string GroupItem::* member) {
  return interface_field(world, name, [&world, member](const model::NetworkInterface& interface) {
    Values values;
    for (const GroupItem& group : group_items(world, interface.groups)) {
      values.push_back(group.*member);
    }
    return values;
  });
}

FilterField<Instance> public_ip_field(const model::World& world, std::string_view name) {
  return interface_field(world, name, [&world](const model::NetworkInterface& interface) {
    const auto address = public_address_item(world, interface);
    return address ? std::optional(address->publicIp) : std::nullopt;
  });
}

// [EC2 API reference, DescribeInstances]
Fields instance_filters(const model::World& world) {
  using Interface = model::NetworkInterface;
  const auto address = [](const Instance& i) { return i.address.text(); };
  const auto name = [](const Instance& i) { return model::private_name(i.region, i.address); };
  return {
      instance_field("architecture", [](const Instance& i) { return architecture_of(i); }),
      instance_field("availability-zone", [](const Instance& i) { return i.zone; }),
      place_field("block-device-mapping.device-name",
                  [](const Instance& i) { return root_device_name(i); }),
      place_field("block-device-mapping.volume-id",
                  [](const Instance& i) { return i.root_volume.id; }),
      no_field<Instance>("dns-name"),
      instance_field("hibernation-options.configured", [](const Instance&) { return false; }),
      instance_field("iam-instance-profile.arn",
                     [](const Instance& i) {
                       return i.profile_arn.empty() ? std::nullopt : std::optional(i.profile_arn);
                     }),
      instance_field("image-id", [](const Instance& i) { return i.image_id; }),
      instance_field("instance-id", [](const Instance& i) { return i.id.value; }),
      no_field<Instance>("instance-lifecycle"),
      instance_field("instance-state-code", [](const Instance& i) { return model::code(i.state); }),
      instance_field("instance-state-name", [](const Instance& i) { return model::text(i.state); }),
      instance_field("instance-type", [](const Instance& i) { return i.instance_type; }),
      group_field(world, "instance.group-id", &GroupItem::groupId),
      group_field(world, "instance.group-name", &GroupItem::groupName),
      public_ip_field(world, "ip-address"),
      instance_field("key-name",
                     [](const Instance& i) {
                       return i.key_name.empty() ? std::nullopt : std::optional(i.key_name);
                     }),
      instance_field("launch-index", [](const Instance& i) { return i.launch_index; }),
      instance_field("launch-time",
                     [](const Instance& i) { return format_iso8601(i.launched_at); }),
      instance_field("monitoring-state",
                     [](const Instance& i) { return monitoring_item(i).state; }),
      place_field("network-interface.addresses.private-ip-address", address),
      public_ip_field(world, "network-interface.addresses.association.public-ip"),
      public_ip_field(world, "network-interface.association.public-ip"),
      interface_field(world, "network-interface.description",
                      [](const Interface& i) { return i.description; }),
      group_field(world, "network-interface.group-id", &GroupItem::groupId),
      group_field(world, "network-interface.group-name", &GroupItem::groupName),
      interface_field(world, "network-interface.ipv6-addresses.ipv6-address", ipv6_values),
      interface_field(world, "ipv6-address", ipv6_values),
      interface_field(world, "network-interface.mac-address",
                      [](const Interface& i) { return i.mac.text(); }),
      interface_field(world, "network-interface.network-interface-id",
                      [](const Interface& i) { return i.id.value; }),
      place_field("network-interface.subnet-id", [](const Instance& i) { return i.subnet.value; }),
      place_field("network-interface.vpc-id", [](const Instance& i) { return i.vpc.value; }),
      instance_field("owner-id", [](const Instance& i) { return i.owner.value; }),
      no_field<Instance>("platform"),
      instance_field("platform-details", [](const Instance&) { return "Linux/UNIX"; }),
      place_field("private-dns-name", name),
      place_field("private-ip-address", address),
      instance_field("reason", [](const Instance& i) { return i.state_transition_reason; }),
      instance_field("reservation-id", [](const Instance& i) { return i.reservation_id; }),
      instance_field("root-device-name", [](const Instance& i) { return root_device_name(i); }),
      instance_field("root-device-type", [](const Instance&) { return "ebs"; }),
      interface_field(world, "source-dest-check",
                      [](const Interface& i) { return i.source_dest_check; }),
      instance_field("state-reason-code", [](const Instance& i) { return i.state_reason_code; }),
      instance_field("state-reason-message",
                     [](const Instance& i) { return i.state_reason_message; }),
      place_field("subnet-id", [](const Instance& i) { return i.subnet.value; }),
      instance_field("tenancy", [](const Instance&) { return "default"; }),
      instance_field("virtualization-type", [](const Instance&) { return "hvm"; }),
      place_field("vpc-id", [](const Instance& i) { return i.vpc.value; }),
  };
}

ReservationItem& reservation_for(std::vector<ReservationItem>& reservations,
                                 const Instance& instance) {
  for (ReservationItem& reservation : reservations) {
    if (reservation.reservationId == instance.reservation_id) {
      return reservation;
    }
  }
  return reservations.emplace_back(
      ReservationItem{.reservationId = instance.reservation_id, .ownerId = instance.owner.value});
}

Result<DescribeInstancesAnswer> describe_instances(const View& view,
                                                   const DescribeInstancesRequest& request) {
  if (request.MaxResults && !request.InstanceId.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  TRY_ASSIGN(const auto selection,
             select(view, request, request.InstanceId, instance_filters(view.world)));
  DescribeInstancesAnswer answer{.nextToken = selection.next_token};
  for (const Instance* instance : selection.records) {
    reservation_for(answer.reservationSet, *instance)
        .instancesSet.push_back(instance_item(view.world, *instance));
  }
  return answer;
}

// ---- DescribeInstanceStatus ----

struct DescribeInstanceStatusRequest {
  std::vector<std::string> InstanceId;
  Filters Filter;
  std::optional<bool> IncludeAllInstances;
  std::optional<bool> IncludeManagedResources;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceStatusRequest, (),
                      (InstanceId, Filter, IncludeAllInstances, IncludeManagedResources, MaxResults,
                       NextToken))

struct StatusDetailItem {
  std::string name = "reachability";
  std::string status = "passed";
};
BOOST_DESCRIBE_STRUCT(StatusDetailItem, (), (name, status))

struct StatusSummaryItem {
  std::string status;
  std::vector<StatusDetailItem> details;
};
BOOST_DESCRIBE_STRUCT(StatusSummaryItem, (), (status, details))

struct InstanceStatusItem {
  std::string instanceId;
  std::string availabilityZone;
  InstanceStateItem instanceState;
  StatusSummaryItem systemStatus;
  StatusSummaryItem instanceStatus;
};
BOOST_DESCRIBE_STRUCT(InstanceStatusItem, (),
                      (instanceId, availabilityZone, instanceState, systemStatus, instanceStatus))

struct DescribeInstanceStatusAnswer {
  std::vector<InstanceStatusItem> instanceStatusSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceStatusAnswer, (), (instanceStatusSet, nextToken))

bool is_running(const Instance& instance) {
  return instance.state == model::InstanceState::Running;
}

// Checks are made of running instances only. [EC2 user guide, "Status checks for your instances"]
StatusSummaryItem status_of(const Instance& instance) {
  if (!is_running(instance)) {
    return {.status = "not-applicable"};
  }
  return {.status = "ok", .details = {{}}};
}

// [EC2 API reference, DescribeInstanceStatus]
const Fields& status_filters() {
  const auto status = [](const Instance& i) { return status_of(i).status; };
  const auto reachability = [](const Instance& i) {
    return is_running(i) ? std::optional<std::string>("passed") : std::nullopt;
  };
  static const Fields kTable = {
      instance_field("availability-zone", [](const Instance& i) { return i.zone; }),
      no_field<Instance>("event.code"),
      instance_field("instance-state-code", [](const Instance& i) { return model::code(i.state); }),
      instance_field("instance-state-name", [](const Instance& i) { return model::text(i.state); }),
      instance_field("instance-status.reachability", reachability),
      instance_field("instance-status.status", status),
      instance_field("system-status.reachability", reachability),
      instance_field("system-status.status", status),
  };
  return kTable;
}

Result<DescribeInstanceStatusAnswer> describe_instance_status(
    const View& view, const DescribeInstanceStatusRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.InstanceId, status_filters()));
  DescribeInstanceStatusAnswer answer{.nextToken = selection.next_token};
  for (const Instance* instance : selection.records) {
    if (is_running(*instance) || request.IncludeAllInstances.value_or(false)) {
      answer.instanceStatusSet.push_back({.instanceId = instance->id.value,
                                          .availabilityZone = instance->zone,
                                          .instanceState = state_item(instance->state),
                                          .systemStatus = status_of(*instance),
                                          .instanceStatus = status_of(*instance)});
    }
  }
  return answer;
}

// ---- GetConsoleOutput ----

// "The most recent 64 KB are always available." [EC2 API reference, GetConsoleOutput]
constexpr std::size_t kConsoleBytesMax = 64 * 1024;

struct GetConsoleOutputRequest {
  std::string InstanceId;
  std::optional<bool> Latest;  // the answer is always the latest
};
BOOST_DESCRIBE_STRUCT(GetConsoleOutputRequest, (), (InstanceId, Latest))

struct GetConsoleOutputAnswer {
  std::string instanceId;
  TimePoint timestamp;
  std::optional<std::string> output;
};
BOOST_DESCRIBE_STRUCT(GetConsoleOutputAnswer, (), (instanceId, timestamp, output))

Result<GetConsoleOutputAnswer> get_console_output(const View& view,
                                                  const GetConsoleOutputRequest& request) {
  TRY_ASSIGN(const Instance* const instance,
             find<Instance>(view.world, view.caller, request.InstanceId));
  GetConsoleOutputAnswer answer{.instanceId = instance->id.value, .timestamp = view.now};
  if (view.machine.console_output) {
    if (const auto output = view.machine.console_output(instance->id)) {
      const std::size_t from = output->size() - std::min(output->size(), kConsoleBytesMax);
      answer.output = wire::base64_encode(std::string_view(*output).substr(from));
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> instance_actions() {
  return {
      read<describe_instance_status>("DescribeInstanceStatus"),
      read<describe_instances>("DescribeInstances"),
      read<get_console_output>("GetConsoleOutput"),
  };
}

}  // namespace postern::api::ec2
