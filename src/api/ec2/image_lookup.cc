// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/image_lookup.h"

#include "api/ec2/permission.h"
#include "model/parameters.h"

namespace postern::api::ec2 {
namespace {

constexpr std::string_view kAlias = "resolve:ssm:";

// [Systems Manager user guide, "Using native parameter support in Parameter Store for Amazon
// Machine Image IDs": who launches must be allowed this]. Auto Scaling launches by its own role,
// which is.
Result<> check_may_look_up(const model::World& world, const model::Caller& caller) {
  const bool is_own_role = caller.principal_arn.contains(":role/aws-service-role/");
  return is_own_role ? Result<>() : check_may(world, caller, "ssm:GetParameters");
}

}  // namespace

Result<model::Image> find_image(const std::string& id) {
  if (auto image = model::find_image(id)) {
    return *std::move(image);
  }
  return refuse(faults::InvalidAMIIDMalformed, "Invalid id: \"{}\" (expecting \"ami-...\")", id);
}

bool names_parameter(const std::string& image) {
  return image.starts_with(kAlias);
}

// [EC2 user guide, "Reference AMIs using Systems Manager parameters"; recorded: both refusals]
Result<model::Image> image_to_launch(const model::World& world, const model::Caller& caller,
                                     const std::string& image) {
  if (!names_parameter(image)) {
    return find_image(image);
  }
  TRY(check_may_look_up(world, caller));
  const auto found =
      model::look_up_parameter(world, caller, std::string_view(image).substr(kAlias.size()));
  if (!found) {
    return refuse(faults::SsmInvalidParameter, "The following aliases are invalid: [{}]", image);
  }
  // Of public ones EC2 takes those of Amazon Linux, too, whose data type is text.
  const bool is_public = found->parameter->owner.empty();
  if (!is_public && found->version->data_type != model::kImageDataType) {
    return refuse(faults::SsmInvalidParameter,
                  "Unsupported data type. The following parameter data types are supported: {}",
                  model::kImageDataType);
  }
  return find_image(found->version->value);
}

}  // namespace postern::api::ec2
