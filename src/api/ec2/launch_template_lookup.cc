// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/launch_template_lookup.h"

#include <algorithm>
#include <charconv>

#include "api/ec2/find.h"
#include "api/wire/decode.h"

namespace postern::api::ec2 {
namespace {

using model::LaunchTemplate;
using model::LaunchTemplateVersion;

// Gives `own` those of the other's members that it has not itself, at every depth.
template <class T>
void take(T& own, T&& other) {
  if constexpr (wire::Described<T>) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { take(own.*member.pointer, std::move(other.*member.pointer)); });
  } else if constexpr (requires { own.empty(); }) {
    if (own.empty()) {
      own = std::move(other);
    }
  } else if (!own) {
    own = std::move(other);
  }
}

}  // namespace

const LaunchTemplate* launch_template_of_name(const model::World& world,
                                              const model::Caller& caller,
                                              const std::string& name) {
  for (const auto& [id, found] : world.all<LaunchTemplate>()) {
    if (model::owns(caller, *found) && found->name == name) {
      return found.get();
    }
  }
  return nullptr;
}

Result<const LaunchTemplate*> find_launch_template(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::optional<std::string>& id,
                                                   const std::optional<std::string>& name) {
  if (id && name) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameters LaunchTemplateId and LaunchTemplateName may not both be given");
  }
  if (id) {
    return find<LaunchTemplate>(world, caller, *id);
  }
  if (!name) {
    return refuse(faults::MissingParameter,
                  "Either LaunchTemplateId or LaunchTemplateName must be provided.");
  }
  const LaunchTemplate* found = launch_template_of_name(world, caller, *name);
  if (found == nullptr) {
    return refuse(faults::InvalidLaunchTemplateNameNotFound,
                  "The specified launch template, with template name {}, does not exist.", *name);
  }
  return found;
}

Result<std::int64_t> version_number(const LaunchTemplate& launch_template,
                                    const std::string& version) {
  if (version.empty() || version == "$Default") {
    return launch_template.default_version;
  }
  if (version == "$Latest") {
    return launch_template.versions.back().number;
  }
  std::int64_t number = 0;
  const char* const end = version.data() + version.size();
  const auto [read, error] = std::from_chars(version.data(), end, number);
  if (error != std::errc{} || read != end) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter LaunchTemplateVersion is invalid. Expected a number, "
                  "$Default or $Latest.",
                  version);
  }
  return number;
}

Result<const LaunchTemplateVersion*> find_version(const LaunchTemplate& launch_template,
                                                  const std::optional<std::string>& version) {
  TRY_ASSIGN(const std::int64_t number, version_number(launch_template, version.value_or("")));
  const auto found =
      std::ranges::find(launch_template.versions, number, &LaunchTemplateVersion::number);
  if (found == launch_template.versions.end()) {
    return refuse(faults::InvalidLaunchTemplateIdVersionNotFound,
                  "Could not find launch template version {} of launch template {}", number,
                  launch_template.id);
  }
  return &*found;
}

wire::Parameter parameters_of(const LaunchTemplateVersion& version) {
  std::vector<std::pair<std::string, std::string>> flat;
  for (const model::LaunchParameter& parameter : version.parameters) {
    flat.emplace_back(parameter.name, parameter.value);
  }
  return wire::unflatten(flat);
}

Result<LaunchData> launch_data(const LaunchTemplateVersion& version) {
  return wire::decode_request<LaunchData>(wire::Dialect::Ec2, parameters_of(version));
}

// [EC2 user guide, "Launch an instance from a launch template"]
model::Tags template_tags(const ChosenTemplate& chosen) {
  return {{"aws:ec2launchtemplate:id", chosen.id.value},
          {"aws:ec2launchtemplate:version", fmt::format("{}", chosen.version)}};
}

Result<std::optional<ChosenTemplate>> apply_launch_template(const model::World& world,
                                                            const model::Caller& caller,
                                                            RunInstancesRequest& request) {
  if (!request.LaunchTemplate) {
    return std::nullopt;
  }
  const LaunchTemplateSpecification& wanted = *request.LaunchTemplate;
  TRY_ASSIGN(const auto* const found, find_launch_template(world, caller, wanted.LaunchTemplateId,
                                                           wanted.LaunchTemplateName));
  TRY_ASSIGN(const auto* const version, find_version(*found, wanted.Version));
  TRY_ASSIGN(LaunchData data, launch_data(*version));
  take(static_cast<LaunchData&>(request), std::move(data));
  return ChosenTemplate{.id = found->id, .version = version->number};
}

}  // namespace postern::api::ec2
