// SPDX-License-Identifier: Apache-2.0
// Single attributes of instances: DescribeInstanceAttribute, ModifyInstanceAttribute.
#include <functional>
#include <map>

#include "api/ec2/actions.h"
#include "api/ec2/attribute_value.h"
#include "api/ec2/instance_item.h"
#include "api/ec2/instance_type.h"
#include "api/ec2/supported.h"
#include "api/ec2/user_data.h"
#include "api/wire/base64.h"
#include "base/check.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

// ---- DescribeInstanceAttribute ----

struct DescribeInstanceAttributeRequest {
  std::string InstanceId;
  std::string Attribute;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceAttributeRequest, (), (InstanceId, Attribute))

// Without a value: an empty element.
struct TextValueItem {
  std::optional<std::string> value;
};
BOOST_DESCRIBE_STRUCT(TextValueItem, (), (value))

struct EnclaveOptionsItem {
  bool enabled = false;
};
BOOST_DESCRIBE_STRUCT(EnclaveOptionsItem, (), (enabled))

// Only the element of the attribute that was asked for is there.
struct DescribeInstanceAttributeAnswer {
  std::string instanceId;
  std::optional<std::vector<InstanceBlockDeviceItem>> blockDeviceMapping;
  std::optional<BoolValueItem> disableApiStop;
  std::optional<BoolValueItem> disableApiTermination;
  std::optional<BoolValueItem> ebsOptimized;
  std::optional<BoolValueItem> enaSupport;
  std::optional<EnclaveOptionsItem> enclaveOptions;
  std::optional<std::vector<GroupItem>> groupSet;
  std::optional<TextValueItem> instanceInitiatedShutdownBehavior;
  std::optional<TextValueItem> instanceType;
  std::optional<TextValueItem> kernel;
  std::optional<std::vector<std::string>> productCodes;
  std::optional<TextValueItem> ramdisk;
  std::optional<TextValueItem> rootDeviceName;
  std::optional<BoolValueItem> sourceDestCheck;
  std::optional<TextValueItem> sriovNetSupport;
  std::optional<TextValueItem> userData;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceAttributeAnswer, (),
                      (instanceId, blockDeviceMapping, disableApiStop, disableApiTermination,
                       ebsOptimized, enaSupport, enclaveOptions, groupSet,
                       instanceInitiatedShutdownBehavior, instanceType, kernel, productCodes,
                       ramdisk, rootDeviceName, sourceDestCheck, sriovNetSupport, userData))

std::vector<GroupItem> groups_of(const model::World& world, const Instance& instance) {
  const auto* interface = primary_interface(world, instance);
  return interface != nullptr ? group_items(world, interface->groups) : std::vector<GroupItem>{};
}

bool source_dest_check_of(const model::World& world, const Instance& instance) {
  const auto* interface = primary_interface(world, instance);
  return interface == nullptr || interface->source_dest_check;
}

TextValueItem user_data_of(const Instance& instance) {
  return {instance.user_data.empty() ? std::nullopt
                                     : std::optional(wire::base64_encode(instance.user_data))};
}

Result<DescribeInstanceAttributeAnswer> describe_instance_attribute(
    const View& view, const DescribeInstanceAttributeRequest& request) {
  using Answer = DescribeInstanceAttributeAnswer;
  using Set = void (*)(Answer&, const model::World&, const Instance&);
  static const std::map<std::string, Set, std::less<>> kAttributes = {
      {"blockDeviceMapping",
       [](Answer& a, auto& w, const Instance& i) {
         a.blockDeviceMapping = block_device_items(w, i);
       }},
      {"disableApiStop",
       [](Answer& a, auto&, const Instance& i) { a.disableApiStop = {i.disable_api_stop}; }},
      {"disableApiTermination",
       [](Answer& a, auto&, const Instance& i) {
         a.disableApiTermination = {i.disable_api_termination};
       }},
      {"ebsOptimized",
       [](Answer& a, auto&, const Instance& i) { a.ebsOptimized = {i.ebs_optimized}; }},
      {"enaSupport", [](Answer& a, auto&, auto&) { a.enaSupport.emplace(); }},
      {"enclaveOptions", [](Answer& a, auto&, auto&) { a.enclaveOptions.emplace(); }},
      {"groupSet",
       [](Answer& a, const model::World& w, const Instance& i) { a.groupSet = groups_of(w, i); }},
      {"instanceInitiatedShutdownBehavior",
       [](Answer& a, auto&, const Instance& i) {
         a.instanceInitiatedShutdownBehavior = {i.shutdown_behavior};
       }},
      {"instanceType",
       [](Answer& a, auto&, const Instance& i) { a.instanceType = {i.instance_type}; }},
      {"kernel", [](Answer& a, auto&, auto&) { a.kernel.emplace(); }},
      {"productCodes", [](Answer& a, auto&, auto&) { a.productCodes.emplace(); }},
      {"ramdisk", [](Answer& a, auto&, auto&) { a.ramdisk.emplace(); }},
      {"rootDeviceName",
       [](Answer& a, auto&, const Instance& i) { a.rootDeviceName = {root_device_name(i)}; }},
      {"sourceDestCheck",
       [](Answer& a, const model::World& w, const Instance& i) {
         a.sourceDestCheck = {source_dest_check_of(w, i)};
       }},
      {"sriovNetSupport", [](Answer& a, auto&, auto&) { a.sriovNetSupport.emplace(); }},
      {"userData", [](Answer& a, auto&, const Instance& i) { a.userData = user_data_of(i); }},
  };
  TRY_ASSIGN(const Instance* const instance,
             find<Instance>(view.world, view.caller, request.InstanceId));
  const auto at = kAttributes.find(request.Attribute);
  if (at == kAttributes.end()) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter attribute is invalid. Unknown attribute.",
                  request.Attribute);
  }
  Answer answer{.instanceId = instance->id.value};
  at->second(answer, view.world, *instance);
  return answer;
}

// ---- ModifyInstanceAttribute ----

struct ModifyInstanceAttributeRequest {
  std::string InstanceId;
  BoolValue DisableApiTermination;
  BoolValue DisableApiStop;
  std::vector<std::string> GroupId;
  TextValue InstanceInitiatedShutdownBehavior;
  TextValue InstanceType;
  BoolValue SourceDestCheck;
  TextValue UserData;
  BoolValue EbsOptimized;
  // None:
  std::optional<Unserved> Attribute;
  std::optional<Unserved> BlockDeviceMapping;
  std::optional<Unserved> EnaSupport;
  std::optional<Unserved> Kernel;
  std::optional<Unserved> Ramdisk;
  std::optional<Unserved> SriovNetSupport;
  std::optional<Unserved> Value;
};
BOOST_DESCRIBE_STRUCT(ModifyInstanceAttributeRequest, (),
                      (InstanceId, DisableApiTermination, GroupId,
                       InstanceInitiatedShutdownBehavior, SourceDestCheck, DisableApiStop,
                       EbsOptimized, Attribute, BlockDeviceMapping, EnaSupport, InstanceType,
                       Kernel, Ramdisk, SriovNetSupport, UserData, Value))

// [EC2 API reference, ModifyInstanceAttribute: "You can specify only one attribute at a time."]
Result<> check_one_attribute(const ModifyInstanceAttributeRequest& request) {
  const int given =
      int{request.DisableApiTermination.Value.has_value()} + int{!request.GroupId.empty()} +
      int{request.InstanceInitiatedShutdownBehavior.Value.has_value()} +
      int{request.SourceDestCheck.Value.has_value()} +
      int{request.DisableApiStop.Value.has_value()} + int{request.EbsOptimized.Value.has_value()} +
      int{request.InstanceType.Value.has_value()} + int{request.UserData.Value.has_value()};
  if (given == 0) {
    return refuse(faults::InvalidParameterCombination, "No attributes specified.");
  }
  if (given > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "Fields for multiple attribute types specified.");
  }
  return {};
}

// [EC2 user guide, "Change the instance type", "Update the user data for your instance"; EBS user
// guide, "Modify EBS optimization": "stop the instance"]
Result<> change_stopped(Instance& instance, const ModifyInstanceAttributeRequest& request) {
  if (!request.InstanceType.Value && !request.UserData.Value && !request.EbsOptimized.Value) {
    return {};
  }
  if (instance.state != model::InstanceState::Stopped) {
    return refuse(faults::IncorrectInstanceState,
                  "The instance '{}' is not in the 'stopped' state.", instance.id);
  }
  if (const auto& type = request.InstanceType.Value) {
    if (!is_instance_type(*type)) {
      return refuse(faults::InvalidInstanceAttributeValue, "Invalid value '{}' for InstanceType.",
                    *type);
    }
    instance.instance_type = *type;
  }
  if (const auto optimized = request.EbsOptimized.Value) {
    TRY(check_ebs_optimized(instance.instance_type, *optimized));
    instance.ebs_optimized = *optimized;
  }
  if (const auto& data = request.UserData.Value) {
    TRY_ASSIGN(instance.user_data, decode_user_data(*data));
  }
  return {};
}

Result<> change_instance(model::Transaction& tx, const Instance& found,
                         const ModifyInstanceAttributeRequest& request) {
  Instance instance = found;
  instance.disable_api_termination =
      request.DisableApiTermination.Value.value_or(instance.disable_api_termination);
  instance.disable_api_stop = request.DisableApiStop.Value.value_or(instance.disable_api_stop);
  TRY(change_stopped(instance, request));
  if (const auto& behavior = request.InstanceInitiatedShutdownBehavior.Value) {
    if (*behavior != "stop" && *behavior != "terminate") {
      return refuse(faults::InvalidParameterValue,
                    "Value ({}) for parameter instanceInitiatedShutdownBehavior is invalid.",
                    *behavior);
    }
    instance.shutdown_behavior = *behavior;
  }
  tx.put(std::move(instance));
  return {};
}

// Groups and the source check are the primary interface's.
Result<> change_interface(model::Transaction& tx, const model::Caller& caller,
                          const Instance& instance, const ModifyInstanceAttributeRequest& request) {
  if (request.GroupId.empty() && !request.SourceDestCheck.Value) {
    return {};
  }
  const auto* found = primary_interface(tx.world(), instance);
  if (found == nullptr) {
    return refuse(faults::IncorrectInstanceState,
                  "The instance '{}' is not in a state in which it can be modified", instance.id);
  }
  model::NetworkInterface interface = *found;
  interface.source_dest_check = request.SourceDestCheck.Value.value_or(interface.source_dest_check);
  if (!request.GroupId.empty()) {
    const model::Subnet* subnet = tx.world().find(interface.subnet);
    POSTERN_CHECK(subnet != nullptr, "an interface's subnet is there");
    TRY_ASSIGN(interface.groups, interface_groups(tx.world(), caller, *subnet, request.GroupId));
  }
  tx.put(std::move(interface));
  return {};
}

Result<Done> modify_instance_attribute(model::Transaction& tx, const model::Caller& caller,
                                       const ModifyInstanceAttributeRequest& request) {
  TRY_ASSIGN(const Instance* const found, find<Instance>(tx.world(), caller, request.InstanceId));
  const Instance instance = *found;
  TRY(check_one_attribute(request));
  TRY(change_instance(tx, instance, request));
  TRY(change_interface(tx, caller, instance, request));
  return Done{};
}

// ---- GetInstanceUefiData ----

struct GetInstanceUefiDataRequest {
  std::string InstanceId;
};
BOOST_DESCRIBE_STRUCT(GetInstanceUefiDataRequest, (), (InstanceId))

struct GetInstanceUefiDataAnswer {
  std::string instanceId;
  std::string uefiData;
};
BOOST_DESCRIBE_STRUCT(GetInstanceUefiDataAnswer, (), (instanceId, uefiData))

// No instance has such variables. Terraform asks by an image's id, too: that is no instance.
Result<GetInstanceUefiDataAnswer> get_instance_uefi_data(
    const View& view, const GetInstanceUefiDataRequest& request) {
  if (!find<Instance>(view.world, view.caller, request.InstanceId)) {
    return refuse(faults::InvalidInstanceIDNotFound, "The instance ID '{}' does not exist",
                  request.InstanceId);
  }
  return refuse(faults::UnsupportedOperation, "The instance '{}' has no UEFI variable store",
                request.InstanceId);
}

}  // namespace

std::vector<Action> instance_attribute_actions() {
  return {
      read<describe_instance_attribute>("DescribeInstanceAttribute"),
      read<get_instance_uefi_data>("GetInstanceUefiData"),
      write<modify_instance_attribute>("ModifyInstanceAttribute"),
  };
}

}  // namespace postern::api::ec2
