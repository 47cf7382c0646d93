// SPDX-License-Identifier: Apache-2.0
// RunInstances. The instances are records in state pending; whoever runs machines takes them on.
#include "api/ec2/run_instances.h"

#include "api/ec2/actions.h"
#include "api/ec2/image_lookup.h"
#include "api/ec2/instance_item.h"
#include "api/ec2/instance_type.h"
#include "api/ec2/key_pair_lookup.h"
#include "api/ec2/launch_network.h"
#include "api/ec2/launch_template_lookup.h"
#include "api/ec2/public_address.h"
#include "api/ec2/user_data.h"
#include "model/addresses.h"
#include "model/new_credentials.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

// Running ones in a region. One host's processes and links set an end to it, not AWS's vCPU quotas.
constexpr std::size_t kInstancesMax = 1000;

// What every instance of the reservation gets.
struct Launch {
  std::string reservation_id;
  std::string image_id;
  std::string instance_type;
  std::string user_data;
  model::Tags tags;
  model::Tags interface_tags;
  model::RootVolume root_volume;
  model::MetadataOptions metadata;
  LaunchNetwork network;
};

Result<> check_counts(const RunInstancesRequest& request) {
  for (const auto& [name, value] :
       {std::pair("minCount", request.MinCount), {"maxCount", request.MaxCount}}) {
    if (value < 1) {
      return refuse(faults::InvalidParameterValue,
                    "Value ({}) for parameter {} is invalid. Expecting a value greater than 0.",
                    value, name);
    }
  }
  if (request.MinCount > request.MaxCount) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter minCount ({}) is greater than the parameter maxCount ({})",
                  request.MinCount, request.MaxCount);
  }
  return {};
}

Result<> check_shutdown_behavior(const std::optional<std::string>& behavior) {
  if (behavior && *behavior != "stop" && *behavior != "terminate") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter instanceInitiatedShutdownBehavior is invalid.",
                  *behavior);
  }
  return {};
}

Result<Launch> read_launch(model::Transaction& tx, const model::Caller& caller,
                           const RunInstancesRequest& request) {
  if (!request.ImageId) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ImageId"));
  }
  TRY_ASSIGN(const model::Image image, image_to_launch(tx.world(), caller, *request.ImageId));
  const std::string type = request.InstanceType.value_or(std::string(kDefaultInstanceType));
  if (!is_instance_type(type)) {
    return refuse(faults::InvalidParameterValue, "Invalid value '{}' for InstanceType.", type);
  }
  TRY(check_architectures(type, image));
  TRY(check_ebs_optimized(type, request.EbsOptimized.value_or(false)));
  if (request.CreditSpecification.CpuCredits) {
    TRY(check_has_credits(type));
  }
  TRY(check_shutdown_behavior(request.InstanceInitiatedShutdownBehavior));
  if (!request.KeyName.value_or("").empty()) {
    TRY(find_key_pair(tx.world(), caller, *request.KeyName));
  }
  TRY_ASSIGN(auto user_data, decode_user_data(request.UserData.value_or("")));
  const std::initializer_list<std::string_view> made = {"instance", "network-interface", "volume"};
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "instance", made));
  TRY_ASSIGN(auto interface_tags, tags_for(request.TagSpecification, "network-interface", made));
  TRY_ASSIGN(auto root, root_volume(image, request.BlockDeviceMapping));
  TRY_ASSIGN(root.tags, tags_for(request.TagSpecification, "volume", made));
  TRY_ASSIGN(auto metadata, with_options({}, request.MetadataOptions));
  TRY_ASSIGN(auto network, launch_network(tx.world(), caller, request));
  return Launch{.reservation_id = tx.ids().ec2_id("r-"),
                // What was asked for by a name is read back by it, or a client would see a change.
                .image_id = image.name == *request.ImageId ? image.name : image.id,
                .instance_type = type,
                .user_data = std::move(user_data),
                .tags = std::move(tags),
                .interface_tags = std::move(interface_tags),
                .root_volume = std::move(root),
                .metadata = std::move(metadata),
                .network = std::move(network)};
}

std::size_t running_instances(const model::World& world, const model::Caller& caller) {
  const auto& instances = world.all<Instance>();
  return static_cast<std::size_t>(
      std::count_if(instances.begin(), instances.end(), [&](const auto& entry) {
        return model::owns(caller, *entry.second) &&
               entry.second->state != model::InstanceState::Terminated;
      }));
}

// "If you specify more instances than Amazon EC2 can launch in the target Availability Zone, it
// launches the largest possible number of instances above MinCount." [RunInstances, MaxCount]
Result<int> launch_count(const model::World& world, const model::Caller& caller,
                         const RunInstancesRequest& request, const LaunchNetwork& network) {
  const std::size_t running = running_instances(world, caller);
  if (running + static_cast<std::size_t>(request.MinCount) > kInstancesMax) {
    return refuse(faults::InstanceLimitExceeded,
                  "You have requested more instances ({}) than your current instance limit of {} "
                  "allows for the specified instance type.",
                  running + static_cast<std::size_t>(request.MinCount), kInstancesMax);
  }
  std::size_t count = std::min(static_cast<std::size_t>(request.MaxCount), kInstancesMax - running);
  if (!network.existing) {
    count = std::min<std::size_t>(count, model::available_addresses(world, network.subnet));
  }
  if (count < static_cast<std::size_t>(request.MinCount)) {
    return refuse(faults::InsufficientFreeAddressesInSubnet,
                  "There are not enough free addresses in subnet '{}' to satisfy the requested "
                  "number of instances.",
                  network.subnet.id);
  }
  TRY(check_interface_limit(world, caller, network.existing ? 0 : count));
  return static_cast<int>(count);
}

model::Attachment new_attachment(model::Transaction& tx, const Instance& instance,
                                 const LaunchNetwork& network) {
  return {.id = tx.ids().ec2_id("eni-attach-"),
          .instance_id = instance.id.value,
          .instance_owner_id = instance.owner.value,
          .device_index = 0,
          .delete_on_termination = network.delete_on_termination,
          .attached_at = tx.now()};
}

Result<model::NetworkInterface> attach_interface(model::Transaction& tx, const Instance& instance,
                                                 const Launch& launch) {
  const LaunchNetwork& network = launch.network;
  const model::Attachment attachment = new_attachment(tx, instance, network);
  if (!network.existing) {
    model::NetworkInterface draft{
        .public_ip = network.public_address ? free_public_address(tx.world()) : std::nullopt,
        .groups = network.groups,
        .description = network.description,
        .requester_id = instance.owner.value,
        .attachment = attachment,
        .tags = launch.interface_tags};
    TRY(assign_initial_ipv6(tx, network.subnet, network.ipv6, draft));
    return model::add_interface(tx, network.subnet, network.address, std::move(draft));
  }
  model::NetworkInterface interface = *network.existing;
  interface.attachment = attachment;
  tx.put(interface);
  return interface;
}

// "The default is the settings of the subnet." [EC2 API reference, RunInstances:
// PrivateDnsNameOptions]
model::ResourceName resource_name(const model::Subnet& subnet,
                                  const PrivateDnsNameSpecification& options) {
  return {.a = options.EnableResourceNameDnsARecord.value_or(subnet.instance_names.a),
          .aaaa = options.EnableResourceNameDnsAAAARecord.value_or(subnet.instance_names.aaaa)};
}

Result<Instance> add_instance(model::Transaction& tx, const model::Caller& caller,
                              const RunInstancesRequest& request, const Launch& launch, int index) {
  const model::Subnet& subnet = launch.network.subnet;
  Instance instance{.id = model::Id<Instance>(tx.ids().ec2_id("i-")),
                    .owner = subnet.owner,
                    .region = subnet.region,
                    .reservation_id = launch.reservation_id,
                    .image_id = launch.image_id,
                    .instance_type = launch.instance_type,
                    .key_name = request.KeyName.value_or(""),
                    .user_data = launch.user_data,
                    .launch_index = index,
                    .detailed_monitoring = request.Monitoring.Enabled.value_or(false),
                    .ebs_optimized = request.EbsOptimized.value_or(false),
                    .cpu_credits = request.CreditSpecification.CpuCredits.value_or(""),
                    .vpc = subnet.vpc,
                    .subnet = subnet.id,
                    .zone = subnet.zone,
                    .state_since = tx.now(),
                    .launched_at = tx.now(),
                    .disable_api_termination = request.DisableApiTermination.value_or(false),
                    .disable_api_stop = request.DisableApiStop.value_or(false),
                    .shutdown_behavior = request.InstanceInitiatedShutdownBehavior.value_or("stop"),
                    .resource_name = resource_name(subnet, request.PrivateDnsNameOptions),
                    .metadata = launch.metadata,
                    .metadata_secret = model::new_secret_key(tx.ids()),
                    .root_volume = launch.root_volume,
                    .tags = launch.tags};
  instance.root_volume.id = tx.ids().ec2_id("vol-");
  TRY(associate_profile(tx, caller, request.IamInstanceProfile, instance));
  TRY_ASSIGN(const auto interface, attach_interface(tx, instance, launch));
  instance.network_interface = interface.id;
  instance.address = interface.address;
  tx.put(instance);
  return instance;
}

Result<ReservationItem> run_asked(model::Transaction& tx, const model::Caller& caller,
                                  const RunInstancesRequest& request) {
  return run_instances(tx, caller, request, {});
}

}  // namespace

Result<ReservationItem> run_instances(model::Transaction& tx, const model::Caller& caller,
                                      RunInstancesRequest request, const model::Tags& system_tags) {
  TRY_ASSIGN(const auto chosen, apply_launch_template(tx.world(), caller, request));
  TRY(check_supported(request));
  TRY(check_counts(request));
  TRY_ASSIGN(Launch launch, read_launch(tx, caller, request));
  model::Tags tags = system_tags;
  if (chosen) {
    tags.merge(template_tags(*chosen));
  }
  tags.merge(launch.tags);
  launch.tags = std::move(tags);
  TRY_ASSIGN(const int count, launch_count(tx.world(), caller, request, launch.network));
  ReservationItem answer{.reservationId = launch.reservation_id, .ownerId = caller.account.value};
  for (int index = 0; index < count; ++index) {
    TRY_ASSIGN(const Instance instance, add_instance(tx, caller, request, launch, index));
    answer.instancesSet.push_back(instance_item(tx.world(), instance));
  }
  return answer;
}

std::vector<Action> run_instances_actions() {
  return {write<run_asked>("RunInstances")};
}

}  // namespace postern::api::ec2
