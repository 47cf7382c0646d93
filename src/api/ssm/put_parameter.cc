// SPDX-License-Identifier: Apache-2.0
// PutParameter. [Systems Manager API reference; Systems Manager user guide, "Managing parameter
// tiers", "Working with parameter versions"]
#include <algorithm>

#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/find.h"
#include "api/ssm/name.h"
#include "api/ssm/pattern.h"
#include "api/ssm/tags.h"
#include "model/images.h"
#include "model/parameters.h"
#include "model/quotas.h"

namespace postern::api::ssm {
namespace {

using model::Parameter;
using model::ParameterVersion;

constexpr std::size_t kVersionsMax = 100;
constexpr std::size_t kStandardSizeMax = 4096;
constexpr std::size_t kAdvancedSizeMax = 8192;
constexpr std::string_view kStandard = "Standard";
constexpr std::string_view kAdvanced = "Advanced";
constexpr std::string_view kIntelligent = "Intelligent-Tiering";
constexpr std::string_view kDefaultKey = "alias/aws/ssm";

struct PutParameterRequest {
  std::string Name;
  std::optional<std::string> Description;
  std::string Value;
  std::optional<std::string> Type;
  std::optional<std::string> KeyId;
  std::optional<bool> Overwrite;
  std::optional<std::string> AllowedPattern;
  std::vector<Tag> Tags;
  std::optional<std::string> Tier;
  std::optional<std::string> Policies;
  std::optional<std::string> DataType;
};
BOOST_DESCRIBE_STRUCT(PutParameterRequest, (),
                      (Name, Description, Value, Type, KeyId, Overwrite, AllowedPattern, Tags, Tier,
                       Policies, DataType))

struct PutParameterAnswer {
  std::int64_t Version = 1;
  std::string Tier;
};
BOOST_DESCRIBE_STRUCT(PutParameterAnswer, (), (Version, Tier))

// ---- What is wrong with a request, whatever there is ----

Result<> check_value_form(const std::string& value) {
  TRY(check_secret_length("value", value, {1, kAdvancedSizeMax}));
  const auto opened = value.find("{{");
  if (opened != std::string::npos && value.find("}}", opened) != std::string::npos) {
    return refuse(faults::ValidationException,
                  "Parameter value can't nest another parameter. Do not use \"{{{{}}}}\" in the "
                  "value.");
  }
  return {};
}

// "An empty policy" takes those away that there are: there are none.
Result<> check_policies(const std::optional<std::string>& policies) {
  const std::string text = policies.value_or("");
  if (text.empty() || text == "[]" || text == "[{}]") {
    return {};
  }
  return refuse(faults::SsmInvalidPolicyType, "The parameter Policies is not supported");
}

Result<> check_data_type(const std::optional<std::string>& type) {
  if (type && *type == "aws:ssm:integration") {
    return refuse(faults::ValidationException,
                  "The parameter DataType is not supported with the value {}", *type);
  }
  if (type && *type != "text" && *type != model::kImageDataType) {
    return refuse(faults::ValidationException,
                  "The following data type is not supported: {} (Data type names are all "
                  "lowercase.)",
                  *type);
  }
  return {};
}

Result<> check_request(const model::Caller& caller, const PutParameterRequest& request) {
  TRY(check_new_name(caller, request.Name));
  TRY(check_word("type", request.Type, {"SecureString", "StringList", "String"}));
  TRY(check_word("tier", request.Tier, {kStandard, kAdvanced, kIntelligent}));
  TRY(check_length("description", request.Description.value_or(""), {0, 1024}));
  TRY(check_length("allowedPattern", request.AllowedPattern.value_or(""), {0, 1024}));
  TRY(check_value_form(request.Value));
  TRY(check_data_type(request.DataType));
  TRY(check_policies(request.Policies));
  // [Recorded]
  if (!request.Tags.empty() && request.Overwrite.value_or(false)) {
    return refuse(faults::ValidationException,
                  "Invalid request: tags and overwrite can't be used together. To create a "
                  "parameter with tags, please remove overwrite flag. To update tags for an "
                  "existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
  }
  return {};
}

// ---- Of a new parameter and of the one that is there ----

Result<Parameter> to_put(const model::World& world, const model::Caller& caller,
                         const PutParameterRequest& request) {
  const auto found = own_parameter(world, caller, request.Name);
  if (!found) {
    if (!request.Type) {
      return refuse(faults::ValidationException,
                    "A parameter type is required when you create a parameter.");
    }
    Parameter made{.id = model::parameter_id(caller.account, caller.region, request.Name),
                   .owner = caller.account,
                   .region = caller.region,
                   .name = request.Name,
                   .type = *request.Type};
    TRY(add_tags(made.tags, request.Tags));
    return made;
  }
  if (!request.Overwrite.value_or(false)) {
    return refuse(faults::SsmParameterAlreadyExists,
                  "The parameter already exists. To overwrite this value, set the overwrite option "
                  "in the request to true.");
  }
  if (request.Type && *request.Type != (*found)->type) {
    return refuse(faults::SsmHierarchyTypeMismatch,
                  "Parameter Store doesn't support changing a parameter type in a hierarchy. For "
                  "example, you can't change a parameter from a String type to a SecureString "
                  "type. You must create a new, unique parameter.");
  }
  return **found;
}

// There is no KMS, and so no other key than the one that every account has.
Result<> set_key(const PutParameterRequest& request, const Parameter& parameter,
                 ParameterVersion& version) {
  if (parameter.type != model::kSecureString) {
    return request.KeyId ? refuse(faults::ValidationException,
                                  "KeyId is required for SecureString type parameter only.")
                         : Result<>();
  }
  version.key_id = request.KeyId.value_or(std::string(kDefaultKey));
  if (version.key_id != kDefaultKey) {
    return refuse(faults::SsmInvalidKeyId,
                  "The key {} cannot be used: there is no KMS here, and {} is the only key",
                  version.key_id, kDefaultKey);
  }
  return {};
}

bool is_quota_used_up(const model::World& world, const model::Caller& caller,
                      std::string_view tier) {
  const auto own = own_parameters(world, caller);
  const auto count = std::ranges::count_if(
      own, [&](const Parameter* each) { return each->versions.back().tier == tier; });
  return model::is_used_up(
      world,
      tier == kAdvanced ? model::Quota::AdvancedParameters : model::Quota::StandardParameters,
      count);
}

// "If you don't specify a tier in the request", and for one that is advanced already, it is what it
// is by default or was.
std::string_view chosen_tier(const model::World& world, const model::Caller& caller,
                             const PutParameterRequest& request, std::string_view before) {
  if (request.Tier.value_or("") != kIntelligent) {
    return request.Tier ? std::string_view(*request.Tier) : before.empty() ? kStandard : before;
  }
  const bool needs_advanced = before == kAdvanced || request.Value.size() > kStandardSizeMax ||
                              (before.empty() && is_quota_used_up(world, caller, kStandard));
  return needs_advanced ? kAdvanced : kStandard;
}

// `before` is empty for a new parameter.
Result<> check_tier(const model::World& world, const model::Caller& caller,
                    const PutParameterRequest& request, std::string_view before,
                    std::string_view tier) {
  if (before == kAdvanced && tier == kStandard) {
    return refuse(
        faults::ValidationException,
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter "
        "from the advanced-parameter tier to the standard-parameter tier. If necessary, "
        "you can delete the advanced parameter and recreate it as a standard parameter.");
  }
  if (tier == kStandard && request.Value.size() > kStandardSizeMax) {
    return refuse(faults::ValidationException,
                  "Standard tier parameters support a maximum parameter value of {} characters. To "
                  "create a larger parameter value, upgrade the parameter to use the "
                  "advanced-parameter tier. For more information, see "
                  "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                  "parameter-store-advanced-parameters.html",
                  kStandardSizeMax);
  }
  if (before != tier && is_quota_used_up(world, caller, tier)) {
    return refuse(faults::SsmParameterLimitExceeded,
                  "You have exceeded the number of {} parameters for this Amazon Web Services "
                  "account. Delete one or more parameters and try again.",
                  tier == kAdvanced ? "advanced" : "standard");
  }
  return {};
}

// Where it asks for one, the value is the id of an image: AWS says so some time later and makes no
// version meanwhile. [Systems Manager user guide, "Using native parameter support in Parameter
// Store for Amazon Machine Image IDs"]
Result<> check_image(const Parameter& parameter, const ParameterVersion& version) {
  if (version.data_type != model::kImageDataType) {
    return {};
  }
  const auto image = model::find_image(version.value);
  if (parameter.type != model::kString || !image || image->id != version.value) {
    return refuse(faults::ValidationException,
                  "The data type {} is of parameters of type String whose value is the ID of an "
                  "image, such as ami-12345abcdeEXAMPLE.",
                  model::kImageDataType);
  }
  return {};
}

// What a request does not say of a parameter that is there stays as it was.
Result<ParameterVersion> next_version(const model::Transaction& tx, const model::Caller& caller,
                                      const PutParameterRequest& request,
                                      const Parameter& parameter) {
  const bool is_new = parameter.versions.empty();
  ParameterVersion version = is_new ? ParameterVersion{.number = 0} : parameter.versions.back();
  const std::string before = is_new ? "" : version.tier;
  version.number += 1;
  version.value = request.Value;
  version.description = request.Description.value_or(version.description);
  version.allowed_pattern = request.AllowedPattern.value_or(version.allowed_pattern);
  version.data_type = request.DataType.value_or(version.data_type);
  version.labels = {};
  version.modified_at = tx.now();
  version.modified_by = caller.principal_arn;
  version.tier = chosen_tier(tx.world(), caller, request, before);
  TRY(check_tier(tx.world(), caller, request, before, version.tier));
  TRY(set_key(request, parameter, version));
  TRY(check_image(parameter, version));
  if (!version.allowed_pattern.empty()) {
    TRY(check_allowed(version.allowed_pattern, version.value));
  }
  return version;
}

Result<> make_room(Parameter& parameter) {
  if (parameter.versions.size() < kVersionsMax) {
    return {};
  }
  const ParameterVersion& oldest = parameter.versions.front();
  if (!oldest.labels.empty()) {
    return refuse(
        faults::SsmParameterMaxVersionLimitExceeded,
        "You attempted to create a new version of {} by calling the PutParameter API with "
        "the overwrite flag. Version {}, the oldest version, can't be deleted because it "
        "has a label associated with it. Move the label to another version of the "
        "parameter, and try again.",
        parameter.name, oldest.number);
  }
  parameter.versions.erase(parameter.versions.begin());
  return {};
}

Result<PutParameterAnswer> put_parameter(model::Transaction& tx, const model::Caller& caller,
                                         const PutParameterRequest& request) {
  TRY(check_request(caller, request));
  TRY_ASSIGN(Parameter parameter, to_put(tx.world(), caller, request));
  TRY_ASSIGN(ParameterVersion version, next_version(tx, caller, request, parameter));
  TRY(make_room(parameter));
  PutParameterAnswer answer{.Version = version.number, .Tier = version.tier};
  parameter.versions.push_back(std::move(version));
  tx.put(std::move(parameter));
  return answer;
}

}  // namespace

std::vector<Action> put_parameter_actions() {
  return {json_write<put_parameter>("PutParameter")};
}

}  // namespace postern::api::ssm
