// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/filter.h"

#include <algorithm>
#include <set>
#include <span>

#include "api/ssm/check.h"
#include "api/ssm/name.h"

namespace postern::api::ssm {
namespace {

constexpr std::string_view kTag = "tag:";
constexpr std::string_view kKeys[] = {"Name", "Type", "KeyId", "Path", "Label", "Tier", "DataType"};

bool is_tag(std::string_view key) {
  return key.starts_with(kTag) && key.size() > kTag.size();
}

bool is_among(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "For all filters used with DescribeParameters, valid options include Equals and BeginsWith. The
// Name filter additionally supports the Contains option. (Exception: For filters using the key
// Path, valid options include Recursive and OneLevel.)" Of Label: Equals. The first one is meant
// without any.
std::span<const std::string_view> options_of(std::string_view key) {
  static constexpr std::string_view kOfPath[] = {"OneLevel", "Recursive"};
  static constexpr std::string_view kOfName[] = {"Equals", "BeginsWith", "Contains"};
  static constexpr std::string_view kOfLabel[] = {"Equals"};
  static constexpr std::string_view kOfOthers[] = {"Equals", "BeginsWith"};
  if (key == "Path") {
    return kOfPath;
  }
  if (key == "Name") {
    return kOfName;
  }
  if (key == "Label") {
    return kOfLabel;
  }
  return kOfOthers;
}

std::string_view option_of(const StringFilter& filter) {
  return filter.Option ? std::string_view(*filter.Option) : options_of(filter.Key).front();
}

Result<> check_values(const StringFilter& filter) {
  TRY(check_count("parameterFilters.1.member.values", filter.Values.size(), {0, 50}));
  if (filter.Values.empty() && !is_tag(filter.Key)) {
    return refuse(faults::SsmInvalidFilterValue,
                  "The following filter values are missing for filter key {}", filter.Key);
  }
  for (const std::string& value : filter.Values) {
    TRY(check_length("parameterFilters.1.member.values", value, {1, 1024}));
    if (filter.Key == "Path") {
      TRY(check_path(value));
    }
  }
  return {};
}

Result<> check_filter(const StringFilter& filter, std::span<const std::string_view> keys) {
  TRY(check_length("parameterFilters.1.member.key", filter.Key, {1, 132}));
  if (!is_tag(filter.Key) && !is_among(kKeys, filter.Key)) {
    return violated(faults::ValidationException, "parameterFilters.1.member.key", filter.Key,
                    "satisfy regular expression pattern: "
                    "tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType");
  }
  if (!is_among(keys, is_tag(filter.Key) ? kTag : filter.Key)) {
    return refuse(faults::SsmInvalidFilterKey,
                  "The following filter key is not valid: {}. Valid filter keys include: [{}].",
                  filter.Key, fmt::join(keys, ", "));
  }
  if (!is_among(options_of(filter.Key), option_of(filter))) {
    return refuse(faults::SsmInvalidFilterOption,
                  "The following filter option is not valid: {}. Valid options include: [{}].",
                  option_of(filter), fmt::join(options_of(filter.Key), ", "));
  }
  return check_values(filter);
}

bool is_wanted(std::string_view option, const std::string& there, const std::string& wanted) {
  if (option == "OneLevel" || option == "Recursive") {
    return is_below(there, wanted, option == "Recursive");
  }
  return option == "Contains"     ? there.contains(wanted)
         : option == "BeginsWith" ? there.starts_with(wanted)
                                  : there == wanted;
}

// What the filter asks about; nullopt: the parameter has none.
std::optional<std::string> asked_of(std::string_view key, const model::Parameter& parameter) {
  const model::ParameterVersion& newest = parameter.versions.back();
  if (is_tag(key)) {
    const auto tag = parameter.tags.find(std::string(key.substr(kTag.size())));
    return tag != parameter.tags.end() ? std::optional(tag->second) : std::nullopt;
  }
  return key == "Type"       ? parameter.type
         : key == "KeyId"    ? newest.key_id
         : key == "Tier"     ? newest.tier
         : key == "DataType" ? newest.data_type
                             : parameter.name;
}

bool matches_filter(const StringFilter& filter, const model::Parameter& parameter) {
  if (filter.Key == "Label") {
    return true;
  }
  const auto there = asked_of(filter.Key, parameter);
  return there && (filter.Values.empty() ||
                   std::ranges::any_of(filter.Values, [&](const std::string& wanted) {
                     return is_wanted(option_of(filter), *there, wanted);
                   }));
}

}  // namespace

Result<> check_filters(const StringFilters& filters, std::initializer_list<std::string_view> keys) {
  std::set<std::string_view> seen;
  for (const StringFilter& filter : filters) {
    TRY(check_filter(filter, {keys.begin(), keys.size()}));
    if (!seen.insert(filter.Key).second) {
      return refuse(faults::ValidationException,
                    "The following filters are duplicated in the request: {}. A request can "
                    "contain only one instance of a specific filter.",
                    filter.Key);
    }
  }
  return {};
}

bool matches(const StringFilters& filters, const model::Parameter& parameter) {
  return std::ranges::all_of(
      filters, [&](const StringFilter& filter) { return matches_filter(filter, parameter); });
}

}  // namespace postern::api::ssm
