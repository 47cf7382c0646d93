// SPDX-License-Identifier: Apache-2.0
// LabelParameterVersion, UnlabelParameterVersion. [Systems Manager user guide, "Working with
// parameter labels in Parameter Store"]
#include <algorithm>

#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/find.h"
#include "api/ssm/name.h"
#include "model/parameters.h"

namespace postern::api::ssm {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kLabelsMax = 10;
constexpr std::size_t kLabelLengthMax = 100;

// "Labels can contain letters (case sensitive), numbers, periods, hyphens, or underscores. Labels
// can't begin with a number, aws or ssm (not case sensitive)."
bool is_label(const std::string& label) {
  return !label.empty() && label.size() <= kLabelLengthMax &&
         std::ranges::all_of(label,
                             [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                      (c >= '0' && c <= '9') || std::string_view(".-_").contains(c);
                             }) &&
         !(label.front() >= '0' && label.front() <= '9') && !begins_with_word(label, "aws") &&
         !begins_with_word(label, "ssm");
}

Result<model::ParameterVersion*> version_to_label(model::Parameter& parameter, long number) {
  const auto at = std::ranges::find(parameter.versions, number, &model::ParameterVersion::number);
  if (at == parameter.versions.end()) {
    return model::no_such_version(fmt::format("{}", number), parameter.name);
  }
  return &*at;
}

struct LabelRequest {
  std::string Name;
  std::optional<long> ParameterVersion;
  Texts Labels;
};
BOOST_DESCRIBE_STRUCT(LabelRequest, (), (Name, ParameterVersion, Labels))

struct LabelAnswer {
  Texts InvalidLabels;
  std::int64_t ParameterVersion = 0;
};
BOOST_DESCRIBE_STRUCT(LabelAnswer, (), (InvalidLabels, ParameterVersion))

// "You can move a label from one version of a parameter to another."
Result<LabelAnswer> label_parameter_version(model::Transaction& tx, const model::Caller& caller,
                                            const LabelRequest& request) {
  TRY(check_count("labels", request.Labels.size(), {1, kLabelsMax}));
  TRY_ASSIGN(const auto* const found, own_parameter(tx.world(), caller, request.Name));
  model::Parameter changed = *found;
  const long number = request.ParameterVersion.value_or(changed.versions.back().number);
  TRY_ASSIGN(auto* const labelled, version_to_label(changed, number));
  LabelAnswer answer{.InvalidLabels = {}, .ParameterVersion = number};
  for (const std::string& label : request.Labels) {
    if (!is_label(label)) {
      answer.InvalidLabels.push_back(label);
      continue;
    }
    for (auto& version : changed.versions) {
      std::erase(version.labels, label);
    }
    labelled->labels.push_back(label);
  }
  if (labelled->labels.size() > kLabelsMax) {
    return refuse(faults::SsmParameterVersionLabelLimitExceeded,
                  "A parameter version can have maximum {} labels. Move one or more labels to "
                  "another version and try again.",
                  kLabelsMax);
  }
  tx.put(std::move(changed));
  return answer;
}

struct UnlabelRequest {
  std::string Name;
  long ParameterVersion = 0;
  Texts Labels;
};
BOOST_DESCRIBE_STRUCT(UnlabelRequest, (), (Name, ParameterVersion, Labels))

struct UnlabelAnswer {
  Texts RemovedLabels;
  Texts InvalidLabels;
};
BOOST_DESCRIBE_STRUCT(UnlabelAnswer, (), (RemovedLabels, InvalidLabels))

Result<UnlabelAnswer> unlabel_parameter_version(model::Transaction& tx, const model::Caller& caller,
                                                const UnlabelRequest& request) {
  TRY(check_count("labels", request.Labels.size(), {1, kLabelsMax}));
  TRY_ASSIGN(const auto* const found, own_parameter(tx.world(), caller, request.Name));
  model::Parameter changed = *found;
  TRY_ASSIGN(auto* const version, version_to_label(changed, request.ParameterVersion));
  UnlabelAnswer answer;
  for (const std::string& label : request.Labels) {
    const bool removed = std::erase(version->labels, label) > 0;
    (removed ? answer.RemovedLabels : answer.InvalidLabels).push_back(label);
  }
  tx.put(std::move(changed));
  return answer;
}

}  // namespace

std::vector<Action> label_actions() {
  return {json_write<label_parameter_version>("LabelParameterVersion"),
          json_write<unlabel_parameter_version>("UnlabelParameterVersion")};
}

}  // namespace postern::api::ssm
