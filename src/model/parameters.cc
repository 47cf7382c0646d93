// SPDX-License-Identifier: Apache-2.0
#include "model/parameters.h"

#include <algorithm>

#include "model/images.h"

namespace postern::model {
namespace {

Parameter public_parameter(const Image& image, const std::string& name) {
  return {.id = parameter_id(Id<Account>(), "", name),
          .name = name,
          .type = std::string(kString),
          .versions = {{.value = image.id,
                        .data_type = image.parameter_data_type,
                        .modified_at = image.created_at}}};
}

std::vector<Parameter> all_public_parameters() {
  std::vector<Parameter> all;
  for (const Image& image : images()) {
    for (const std::string& name : image.parameters) {
      all.push_back(public_parameter(image, name));
    }
  }
  std::ranges::sort(all, {}, &Parameter::name);
  return all;
}

const Parameter* find_public_parameter(std::string_view name) {
  const auto& all = public_parameters();
  const auto at = std::ranges::lower_bound(all, name, {}, &Parameter::name);
  return at != all.end() && at->name == name ? &*at : nullptr;
}

// The name in an ARN of the caller's or of a public parameter: with the slash before it, which a
// name of one level may not have.
std::string_view name_in_arn(const Caller& caller, std::string_view given) {
  for (const std::string& owner : {caller.account.value, std::string()}) {
    const std::string prefix = parameter_arn(caller.region, owner, "");
    if (given.starts_with(prefix)) {
      return given.substr(prefix.size() - 1);
    }
  }
  return given;
}

const ParameterVersion* version_of(const Parameter& parameter, const std::string& selector) {
  if (selector.empty()) {
    return &parameter.versions.back();
  }
  for (const ParameterVersion& version : parameter.versions) {
    if (selector == fmt::format("{}", version.number) ||
        std::ranges::find(version.labels, selector) != version.labels.end()) {
      return &version;
    }
  }
  return nullptr;
}

}  // namespace

const std::vector<Parameter>& public_parameters() {
  static const std::vector<Parameter> kAll = all_public_parameters();
  return kAll;
}

std::string parameter_arn(std::string_view region, std::string_view owner, std::string_view name) {
  return fmt::format("arn:aws:ssm:{}:{}:parameter/{}", region, owner,
                     name.starts_with('/') ? name.substr(1) : name);
}

const Parameter* find_parameter(const World& world, const Caller& caller, std::string_view name) {
  return name.starts_with(kPublicParameters)
             ? find_public_parameter(name)
             : world.find(parameter_id(caller.account, caller.region, name));
}

ParameterName parse_parameter_name(const Caller& caller, std::string_view given) {
  const std::string_view whole = name_in_arn(caller, given);
  if (whole.starts_with("arn:")) {
    return {.name = std::string(whole), .selector = {}};  // of another account or region
  }
  const auto colon = whole.find(':');
  return {.name = std::string(whole.substr(0, colon)),
          .selector = colon == std::string_view::npos ? "" : std::string(whole.substr(colon + 1))};
}

std::unexpected<Error> no_such_parameter(std::string_view name) {
  return refuse(faults::SsmParameterNotFound,
                "The parameter {} couldn't be found. Verify the name and try again.", name);
}

std::unexpected<Error> no_such_version(std::string_view version, std::string_view name) {
  return refuse(faults::SsmParameterVersionNotFound,
                "Systems Manager could not find version {} of {}. Verify the version and try "
                "again.",
                version, name);
}

Result<FoundParameter> look_up_parameter(const World& world, const Caller& caller,
                                         std::string_view given) {
  const ParameterName wanted = parse_parameter_name(caller, given);
  const Parameter* found = find_parameter(world, caller, wanted.name);
  if (found == nullptr && given.starts_with("arn:")) {
    found = find_parameter(world, caller, std::string_view(wanted.name).substr(1));
  }
  if (found == nullptr) {
    return no_such_parameter(wanted.name);
  }
  const ParameterVersion* version = version_of(*found, wanted.selector);
  if (version == nullptr) {
    return no_such_version(wanted.selector, wanted.name);
  }
  return FoundParameter{.parameter = found,
                        .version = version,
                        .selector = wanted.selector.empty() ? "" : ":" + wanted.selector};
}

}  // namespace postern::model
