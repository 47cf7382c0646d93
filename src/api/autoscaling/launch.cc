// SPDX-License-Identifier: Apache-2.0
#include "api/autoscaling/launch.h"

#include "api/ec2/launch_template_lookup.h"
#include "api/ec2/run_instances.h"

namespace postern::api::autoscaling {
namespace {

// The group's subnet counts, also for an interface that the template describes.
// [EC2 Auto Scaling user guide, "Create a launch template": network interfaces]
void place(ec2::RunInstancesRequest& request, const model::Subnet& subnet) {
  if (request.NetworkInterface.empty()) {
    request.SubnetId = subnet.id.value;
  } else {
    request.NetworkInterface.front().SubnetId = subnet.id.value;
  }
}

}  // namespace

Result<auto_scaling::Launched> launch_instance(model::Transaction& tx,
                                               const model::AutoScalingGroup& group,
                                               const model::Subnet& subnet) {
  const model::Caller caller{.account = group.owner,
                             .region = group.region,
                             .principal_arn = group.service_linked_role_arn,
                             .user_id = group.owner.value};
  ec2::RunInstancesRequest request;
  request.MinCount = request.MaxCount = 1;
  request.LaunchTemplate = {.LaunchTemplateId = group.launch_template.value,
                            .Version = group.template_version};
  TRY_ASSIGN(const auto chosen, ec2::apply_launch_template(tx.world(), caller, request));
  request.LaunchTemplate.reset();
  place(request, subnet);
  model::Tags tags = ec2::template_tags(*chosen);
  tags["aws:autoscaling:groupName"] = group.name;
  for (const model::ScalingTag& tag : group.tags) {
    if (tag.propagate_at_launch) {
      tags[tag.key] = tag.value;
    }
  }
  TRY_ASSIGN(const auto made, ec2::run_instances(tx, caller, request, tags));
  return auto_scaling::Launched{.instance = made.instancesSet.front().instanceId,
                                .template_version = chosen->version};
}

}  // namespace postern::api::autoscaling
