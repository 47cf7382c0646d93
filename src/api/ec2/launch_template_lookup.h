// SPDX-License-Identifier: Apache-2.0
// Launch templates by the names that requests have for them, and what they say of a launch.
#pragma once

#include <optional>
#include <string>

#include "api/ec2/run_instances_request.h"
#include "model/world.h"

namespace postern::api::ec2 {

// The caller's template of that name, or null.
const model::LaunchTemplate* launch_template_of_name(const model::World& world,
                                                     const model::Caller& caller,
                                                     const std::string& name);

// The caller's template. MissingParameter when neither names one, InvalidParameterCombination when
// both do.
Result<const model::LaunchTemplate*> find_launch_template(const model::World& world,
                                                          const model::Caller& caller,
                                                          const std::optional<std::string>& id,
                                                          const std::optional<std::string>& name);

// The number that `version` means: $Default, $Latest or a number, which need not be there. The
// default one's when it is empty.
Result<std::int64_t> version_number(const model::LaunchTemplate& launch_template,
                                    const std::string& version);
// The version of that number. The default one without any.
Result<const model::LaunchTemplateVersion*> find_version(
    const model::LaunchTemplate& launch_template, const std::optional<std::string>& version);

// What a version says: as it was given, and read.
wire::Parameter parameters_of(const model::LaunchTemplateVersion& version);
Result<LaunchData> launch_data(const model::LaunchTemplateVersion& version);

// A version of a template that an instance is launched from.
struct ChosenTemplate {
  model::Id<model::LaunchTemplate> id;
  std::int64_t version = 0;
};

// The tags that an instance has of it.
model::Tags template_tags(const ChosenTemplate& chosen);

// Gives `request` what its launch template says and it does not say itself.
// [EC2 user guide, "Launch an instance from a launch template": parameters of RunInstances
// override]
Result<std::optional<ChosenTemplate>> apply_launch_template(const model::World& world,
                                                            const model::Caller& caller,
                                                            RunInstancesRequest& request);

}  // namespace postern::api::ec2
