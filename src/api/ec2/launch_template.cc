// SPDX-License-Identifier: Apache-2.0
// Launch templates: CreateLaunchTemplate, CreateLaunchTemplateVersion, DescribeLaunchTemplates,
// DescribeLaunchTemplateVersions, ModifyLaunchTemplate, DeleteLaunchTemplate and
// DeleteLaunchTemplateVersions. RunInstances reads them by launch_template_lookup.h.
#include <algorithm>
#include <set>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/image_lookup.h"
#include "api/ec2/launch_template_item.h"
#include "api/ec2/launch_template_lookup.h"
#include "api/ec2/select.h"

namespace postern::api::ec2 {

// LaunchTemplateData: read, and kept as it was given.
struct GivenLaunchData {
  std::vector<model::LaunchParameter> parameters;
};

Result<> decode_value(wire::Dialect dialect, const wire::Parameter& from, GivenLaunchData& out) {
  LaunchData data;
  TRY(wire::decode_value(dialect, from, data));
  if (const auto unknown = from.first_unknown()) {
    return refuse(faults::UnknownParameter, "The parameter {} is not recognized", *unknown);
  }
  TRY(check_supported(data));
  for (auto& [name, value] : wire::flatten(from)) {
    out.parameters.push_back({.name = std::move(name), .value = std::move(value)});
  }
  return {};
}

namespace {

using model::LaunchTemplate;
using model::LaunchTemplateVersion;

// [EC2 user guide, "Restrictions" of launch templates: 5,000 templates, 10,000 versions of each]
constexpr std::size_t kVersionsMax = 10'000;

struct LaunchTemplateAnswer {
  LaunchTemplateItem launchTemplate;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateAnswer, (), (launchTemplate))

LaunchTemplateVersion new_version(const model::Transaction& tx, const model::Caller& caller,
                                  std::int64_t number,
                                  const std::optional<std::string>& description,
                                  std::vector<model::LaunchParameter> parameters) {
  return {.number = number,
          .description = description.value_or(""),
          .created_at = tx.now(),
          .created_by = caller.principal_arn,
          .parameters = std::move(parameters)};
}

// A parameter that an image is to be looked up by is there when the template is made; which image
// it is, is seen at each launch. [Recorded: SsmInvalidParameter from CreateLaunchTemplate]
Result<> check_image(const model::World& world, const model::Caller& caller,
                     const GivenLaunchData& data) {
  for (const model::LaunchParameter& parameter : data.parameters) {
    if (parameter.name == "ImageId" && names_parameter(parameter.value)) {
      TRY(image_to_launch(world, caller, parameter.value));
    }
  }
  return {};
}

// ---- CreateLaunchTemplate ----

struct CreateLaunchTemplateRequest {
  std::string LaunchTemplateName;
  std::optional<std::string> VersionDescription;
  GivenLaunchData LaunchTemplateData;
  TagSpecifications TagSpecification;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(CreateLaunchTemplateRequest, (),
                      (LaunchTemplateName, VersionDescription, LaunchTemplateData, TagSpecification,
                       ClientToken))

// [EC2 API reference, CreateLaunchTemplate: 3 to 128 characters, [a-zA-Z0-9\(\)\.\-/_]+]
Result<> check_name(const model::World& world, const model::Caller& caller,
                    const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("().-/_").contains(c);
  };
  if (name.size() < 3 || name.size() > 128 || !std::ranges::all_of(name, allowed)) {
    return refuse(faults::InvalidLaunchTemplateNameMalformed,
                  "A launch template name must be between 3 and 128 characters, and may contain "
                  "letters, numbers, and the following characters: - ( ) . / _");
  }
  if (launch_template_of_name(world, caller, name) != nullptr) {
    return refuse(faults::InvalidLaunchTemplateNameAlreadyExists,
                  "Launch template name already in use.");
  }
  return {};
}

Result<LaunchTemplateAnswer> create_launch_template(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const CreateLaunchTemplateRequest& request) {
  TRY(check_name(tx.world(), caller, request.LaunchTemplateName));
  TRY(check_image(tx.world(), caller, request.LaunchTemplateData));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "launch-template"));
  LaunchTemplate made{.id = model::Id<LaunchTemplate>(tx.ids().ec2_id("lt-")),
                      .owner = caller.account,
                      .region = caller.region,
                      .name = request.LaunchTemplateName,
                      .created_at = tx.now(),
                      .created_by = caller.principal_arn,
                      .versions = {new_version(tx, caller, 1, request.VersionDescription,
                                               request.LaunchTemplateData.parameters)},
                      .tags = std::move(tags)};
  tx.put(made);
  return LaunchTemplateAnswer{launch_template_item(made)};
}

// ---- CreateLaunchTemplateVersion ----

struct CreateLaunchTemplateVersionRequest {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
  std::optional<std::string> SourceVersion;
  std::optional<std::string> VersionDescription;
  GivenLaunchData LaunchTemplateData;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(CreateLaunchTemplateVersionRequest, (),
                      (LaunchTemplateId, LaunchTemplateName, SourceVersion, VersionDescription,
                       LaunchTemplateData, ClientToken))

struct VersionAnswer {
  LaunchTemplateVersionItem launchTemplateVersion;
};
BOOST_DESCRIBE_STRUCT(VersionAnswer, (), (launchTemplateVersion))

// NetworkInterface of NetworkInterface.1.SubnetId.
std::string_view first_part(std::string_view name) {
  return name.substr(0, name.find('.'));
}

// "The new version inherits the same launch parameters as the source version, except for parameters
// that you specify in LaunchTemplateData." [EC2 API reference, CreateLaunchTemplateVersion]
std::vector<model::LaunchParameter> inherit(const LaunchTemplateVersion& source,
                                            std::vector<model::LaunchParameter> own) {
  std::set<std::string_view> said;
  for (const auto& parameter : own) {
    said.insert(first_part(parameter.name));
  }
  std::vector<model::LaunchParameter> inherited;
  for (const auto& parameter : source.parameters) {
    if (!said.contains(first_part(parameter.name))) {
      inherited.push_back(parameter);
    }
  }
  std::ranges::move(own, std::back_inserter(inherited));
  return inherited;
}

Result<VersionAnswer> create_launch_template_version(
    model::Transaction& tx, const model::Caller& caller,
    const CreateLaunchTemplateVersionRequest& request) {
  TRY_ASSIGN(const LaunchTemplate* const found,
             find_launch_template(tx.world(), caller, request.LaunchTemplateId,
                                  request.LaunchTemplateName));
  TRY(check_image(tx.world(), caller, request.LaunchTemplateData));
  LaunchTemplate changed = *found;
  auto parameters = request.LaunchTemplateData.parameters;
  if (request.SourceVersion) {
    TRY_ASSIGN(const auto* const source, find_version(changed, request.SourceVersion));
    parameters = inherit(*source, std::move(parameters));
  }
  if (changed.versions.size() >= kVersionsMax) {
    return refuse(faults::VersionLimitExceeded,
                  "The launch template {} has reached its limit of {} versions", changed.id,
                  kVersionsMax);
  }
  changed.versions.push_back(new_version(tx, caller, changed.next_version++,
                                         request.VersionDescription, std::move(parameters)));
  VersionAnswer answer{version_item(changed, changed.versions.back())};
  tx.put(std::move(changed));
  return answer;
}

// ---- DescribeLaunchTemplates ----

struct DescribeLaunchTemplatesRequest {
  std::vector<std::string> LaunchTemplateId;
  std::vector<std::string> LaunchTemplateName;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLaunchTemplatesRequest, (),
                      (LaunchTemplateId, LaunchTemplateName, Filter, MaxResults, NextToken))

struct DescribeLaunchTemplatesAnswer {
  std::vector<LaunchTemplateItem> launchTemplates;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLaunchTemplatesAnswer, (), (launchTemplates, nextToken))

// [EC2 API reference, DescribeLaunchTemplates]
const FilterTable<LaunchTemplate>& template_filters() {
  static const FilterTable<LaunchTemplate> kTable = {
      field_of<LaunchTemplate>(
          "create-time",
          [](const LaunchTemplate& each) { return format_iso8601(each.created_at); }),
      field_of<LaunchTemplate>("launch-template-name",
                               [](const LaunchTemplate& each) { return each.name; }),
  };
  return kTable;
}

Result<DescribeLaunchTemplatesAnswer> describe_launch_templates(
    const View& view, const DescribeLaunchTemplatesRequest& request) {
  std::vector<std::string> ids = request.LaunchTemplateId;
  for (const std::string& name : request.LaunchTemplateName) {
    TRY_ASSIGN(const auto* const found,
               find_launch_template(view.world, view.caller, std::nullopt, name));
    ids.push_back(found->id.value);
  }
  TRY_ASSIGN(const auto selection, select(view, request, ids, template_filters()));
  DescribeLaunchTemplatesAnswer answer{.nextToken = selection.next_token};
  for (const LaunchTemplate* found : selection.records) {
    answer.launchTemplates.push_back(launch_template_item(*found));
  }
  return answer;
}

// ---- DescribeLaunchTemplateVersions ----

struct DescribeLaunchTemplateVersionsRequest {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
  std::vector<std::string> LaunchTemplateVersion;
  std::optional<std::string> MinVersion;
  std::optional<std::string> MaxVersion;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLaunchTemplateVersionsRequest, (),
                      (LaunchTemplateId, LaunchTemplateName, LaunchTemplateVersion, MinVersion,
                       MaxVersion, Filter, MaxResults, NextToken))

struct DescribeLaunchTemplateVersionsAnswer {
  std::vector<LaunchTemplateVersionItem> launchTemplateVersionSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLaunchTemplateVersionsAnswer, (),
                      (launchTemplateVersionSet, nextToken))

struct ListedVersion {
  const LaunchTemplate* of;
  const LaunchTemplateVersion* version;
};

// What the version was given for a parameter of that name, with a dot before it.
FilterField<ListedVersion> parameter_field(std::string_view filter, std::string_view parameter) {
  return field_of<ListedVersion>(filter, [parameter](const ListedVersion& listed) {
    const auto& given = listed.version->parameters;
    const auto found = std::ranges::find(given, parameter, &model::LaunchParameter::name);
    return found != given.end() ? std::optional(found->value) : std::nullopt;
  });
}

// [EC2 API reference, DescribeLaunchTemplateVersions]
const FilterTable<ListedVersion>& version_filters() {
  static const FilterTable<ListedVersion> kTable = {
      field_of<ListedVersion>(
          "create-time",
          [](const ListedVersion& listed) { return format_iso8601(listed.version->created_at); }),
      parameter_field("ebs-optimized", "EbsOptimized"),
      parameter_field("http-endpoint", "MetadataOptions.HttpEndpoint"),
      no_field<ListedVersion>("http-protocol-ipv4"),
      no_field<ListedVersion>("host-resource-group-arn"),
      parameter_field("http-tokens", "MetadataOptions.HttpTokens"),
      parameter_field("iam-instance-profile", "IamInstanceProfile.Arn"),
      parameter_field("image-id", "ImageId"),
      parameter_field("instance-type", "InstanceType"),
      field_of<ListedVersion>("is-default-version",
                              [](const ListedVersion& listed) {
                                return listed.version->number == listed.of->default_version;
                              }),
      no_field<ListedVersion>("kernel-id"),
      no_field<ListedVersion>("license-configuration-arn"),
      no_field<ListedVersion>("network-card-index"),
      no_field<ListedVersion>("ram-disk-id"),
  };
  return kTable;
}

// A bound need not be a version that is there.
Result<std::int64_t> bound(const LaunchTemplate& launch_template,
                           const std::optional<std::string>& version, std::int64_t otherwise) {
  return version ? version_number(launch_template, *version) : otherwise;
}

Result<std::vector<ListedVersion>> versions_of(
    const LaunchTemplate& launch_template, const DescribeLaunchTemplateVersionsRequest& request) {
  std::vector<ListedVersion> listed;
  for (const std::string& wanted : request.LaunchTemplateVersion) {
    TRY_ASSIGN(const auto* const version, find_version(launch_template, wanted));
    listed.push_back({&launch_template, version});
  }
  TRY_ASSIGN(const auto first, bound(launch_template, request.MinVersion, 0));
  TRY_ASSIGN(const auto last,
             bound(launch_template, request.MaxVersion, launch_template.next_version));
  if (request.LaunchTemplateVersion.empty()) {
    for (const LaunchTemplateVersion& version : launch_template.versions) {
      if (version.number >= first && version.number <= last) {
        listed.push_back({&launch_template, &version});
      }
    }
  }
  return listed;
}

// "To describe all launch templates in your account": their latest or default versions.
Result<std::vector<ListedVersion>> versions_of_all(
    const View& view, const DescribeLaunchTemplateVersionsRequest& request) {
  const auto& wanted = request.LaunchTemplateVersion;
  if (wanted.empty() || !std::ranges::all_of(wanted, [](const std::string& version) {
        return version == "$Latest" || version == "$Default";
      })) {
    return refuse(faults::MissingParameter,
                  "Either LaunchTemplateId or LaunchTemplateName must be provided.");
  }
  std::vector<ListedVersion> listed;
  for (const auto& [id, found] : view.world.all<LaunchTemplate>()) {
    if (model::owns(view.caller, *found)) {
      TRY_ASSIGN(auto some, versions_of(*found, request));
      std::ranges::move(some, std::back_inserter(listed));
    }
  }
  return listed;
}

Result<DescribeLaunchTemplateVersionsAnswer> describe_launch_template_versions(
    const View& view, const DescribeLaunchTemplateVersionsRequest& request) {
  TRY(version_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  std::vector<ListedVersion> listed;
  if (request.LaunchTemplateId || request.LaunchTemplateName) {
    TRY_ASSIGN(const auto* const found,
               find_launch_template(view.world, view.caller, request.LaunchTemplateId,
                                    request.LaunchTemplateName));
    TRY_ASSIGN(listed, versions_of(*found, request));
  } else {
    TRY_ASSIGN(listed, versions_of_all(view, request));
  }
  std::erase_if(listed, [&](const ListedVersion& each) {
    return !version_filters().matches(request.Filter, each);
  });
  const auto key = [](const ListedVersion& each) {
    return fmt::format("{} {:010}", each.of->id, each.version->number);
  };
  std::ranges::sort(listed, {}, key);
  DescribeLaunchTemplateVersionsAnswer answer;
  answer.nextToken = cut_to_page(page, listed, key);
  for (const ListedVersion& each : listed) {
    answer.launchTemplateVersionSet.push_back(version_item(*each.of, *each.version));
  }
  return answer;
}

// ---- ModifyLaunchTemplate ----

struct ModifyLaunchTemplateRequest {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
  std::optional<std::string> SetDefaultVersion;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(ModifyLaunchTemplateRequest, (),
                      (LaunchTemplateId, LaunchTemplateName, SetDefaultVersion, ClientToken))

Result<LaunchTemplateAnswer> modify_launch_template(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const ModifyLaunchTemplateRequest& request) {
  TRY_ASSIGN(const LaunchTemplate* const found,
             find_launch_template(tx.world(), caller, request.LaunchTemplateId,
                                  request.LaunchTemplateName));
  TRY_ASSIGN(const auto* const version, find_version(*found, request.SetDefaultVersion));
  LaunchTemplate changed = *found;
  changed.default_version = version->number;
  LaunchTemplateAnswer answer{launch_template_item(changed)};
  tx.put(std::move(changed));
  return answer;
}

// ---- DeleteLaunchTemplate ----

struct DeleteLaunchTemplateRequest {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
};
BOOST_DESCRIBE_STRUCT(DeleteLaunchTemplateRequest, (), (LaunchTemplateId, LaunchTemplateName))

Result<LaunchTemplateAnswer> delete_launch_template(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const DeleteLaunchTemplateRequest& request) {
  TRY_ASSIGN(const LaunchTemplate* const found,
             find_launch_template(tx.world(), caller, request.LaunchTemplateId,
                                  request.LaunchTemplateName));
  LaunchTemplateAnswer answer{launch_template_item(*found)};
  tx.erase(model::Id<LaunchTemplate>(found->id));
  return answer;
}

// ---- DeleteLaunchTemplateVersions ----

struct DeleteLaunchTemplateVersionsRequest {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
  std::vector<std::string> LaunchTemplateVersion;
};
BOOST_DESCRIBE_STRUCT(DeleteLaunchTemplateVersionsRequest, (),
                      (LaunchTemplateId, LaunchTemplateName, LaunchTemplateVersion))

struct DeletedVersionItem {
  std::string launchTemplateId;
  std::string launchTemplateName;
  std::int64_t versionNumber = 0;
};
BOOST_DESCRIBE_STRUCT(DeletedVersionItem, (), (launchTemplateId, launchTemplateName, versionNumber))

struct VersionErrorItem {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(VersionErrorItem, (), (code, message))

struct UndeletedVersionItem {
  std::string launchTemplateId;
  std::string launchTemplateName;
  std::int64_t versionNumber = 0;
  VersionErrorItem responseError;
};
BOOST_DESCRIBE_STRUCT(UndeletedVersionItem, (),
                      (launchTemplateId, launchTemplateName, versionNumber, responseError))

struct DeleteVersionsAnswer {
  std::vector<DeletedVersionItem> successfullyDeletedLaunchTemplateVersionSet;
  std::vector<UndeletedVersionItem> unsuccessfullyDeletedLaunchTemplateVersionSet;
};
BOOST_DESCRIBE_STRUCT(DeleteVersionsAnswer, (),
                      (successfullyDeletedLaunchTemplateVersionSet,
                       unsuccessfullyDeletedLaunchTemplateVersionSet))

// "You cannot delete the default version of a launch template." [EC2 API reference,
// DeleteLaunchTemplateVersions; that it is among the failures, with this code, is not confirmed]
std::optional<VersionErrorItem> why_not_deleted(const LaunchTemplate& launch_template,
                                                const std::string& version) {
  const auto found = find_version(launch_template, version);
  if (!found) {
    return VersionErrorItem{.code = "launchTemplateVersionDoesNotExist",
                            .message = found.error().message()};
  }
  if ((*found)->number == launch_template.default_version) {
    return VersionErrorItem{.code = "unexpectedError",
                            .message = "Cannot delete the default version of a launch template."};
  }
  return std::nullopt;
}

Result<DeleteVersionsAnswer> delete_launch_template_versions(
    model::Transaction& tx, const model::Caller& caller,
    const DeleteLaunchTemplateVersionsRequest& request) {
  TRY_ASSIGN(const LaunchTemplate* const found,
             find_launch_template(tx.world(), caller, request.LaunchTemplateId,
                                  request.LaunchTemplateName));
  if (request.LaunchTemplateVersion.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "LaunchTemplateVersion"));
  }
  LaunchTemplate changed = *found;
  DeleteVersionsAnswer answer;
  for (const std::string& wanted : request.LaunchTemplateVersion) {
    if (auto error = why_not_deleted(changed, wanted)) {
      answer.unsuccessfullyDeletedLaunchTemplateVersionSet.push_back(
          {.launchTemplateId = changed.id.value,
           .launchTemplateName = changed.name,
           .versionNumber = version_number(changed, wanted).value_or(0),
           .responseError = std::move(*error)});
      continue;
    }
    const std::int64_t number = (*find_version(changed, wanted))->number;
    std::erase_if(changed.versions,
                  [&](const LaunchTemplateVersion& each) { return each.number == number; });
    answer.successfullyDeletedLaunchTemplateVersionSet.push_back(
        {.launchTemplateId = changed.id.value,
         .launchTemplateName = changed.name,
         .versionNumber = number});
  }
  tx.put(std::move(changed));
  return answer;
}

}  // namespace

std::vector<Action> launch_template_actions() {
  return {
      write<create_launch_template>("CreateLaunchTemplate"),
      write<create_launch_template_version>("CreateLaunchTemplateVersion"),
      write<delete_launch_template>("DeleteLaunchTemplate"),
      write<delete_launch_template_versions>("DeleteLaunchTemplateVersions"),
      read<describe_launch_template_versions>("DescribeLaunchTemplateVersions"),
      read<describe_launch_templates>("DescribeLaunchTemplates"),
      write<modify_launch_template>("ModifyLaunchTemplate"),
  };
}

}  // namespace postern::api::ec2
