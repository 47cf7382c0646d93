// SPDX-License-Identifier: Apache-2.0
// ParameterFilters. [Systems Manager API reference, ParameterStringFilter]
#pragma once

#include <boost/describe/class.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/parameter.h"

namespace postern::api::ssm {

struct StringFilter {
  std::string Key;
  std::optional<std::string> Option;
  std::vector<std::string> Values;
};
BOOST_DESCRIBE_STRUCT(StringFilter, (), (Key, Option, Values))
using StringFilters = std::vector<StringFilter>;

// ValidationException for a key that no filter has or that two have; InvalidFilterKey for one that
// is not among `keys` (`tag:` stands for all that begin so), InvalidFilterOption,
// InvalidFilterValue.
Result<> check_filters(const StringFilters& filters, std::initializer_list<std::string_view> keys);

// Whether all of them are true of the parameter, by its newest version; Label is not asked here.
bool matches(const StringFilters& filters, const model::Parameter& parameter);

}  // namespace postern::api::ssm
