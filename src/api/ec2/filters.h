// SPDX-License-Identifier: Apache-2.0
// Filter.N of describe actions: values of one filter are ORed, filters are ANDed, `*` and `?` are
// wildcards, names and values are case-sensitive. [EC2 user guide, "Filter your resources"]
#pragma once

#include <boost/describe/class.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tags.h"

namespace postern::api::ec2 {

struct Filter {
  std::string Name;
  std::vector<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (Name, Value))
using Filters = std::vector<Filter>;

// What a record has for a filter's name.
using Values = std::vector<std::string>;

// Whether `text` fits `pattern`, in which `*` stands for any text, `?` for one character and a
// backslash takes the next character as it is.
bool matches_pattern(std::string_view pattern, std::string_view text);

// One filter name and the values that a record has for it. Several values: one has to match.
template <class T>
struct FilterField {
  std::string_view name;
  std::function<std::vector<std::string>(const T&)> values;
};

namespace detail {
// "tag:<key>" and "tag-key"; false for any other name.
bool is_tag_filter(std::string_view name);
std::vector<std::string> tag_values(std::string_view name, const model::Tags& tags);
bool any_matches(const Filter& filter, const std::vector<std::string>& values);
}  // namespace detail

// A describe action's filters: its own fields, and the tags when T has them.
template <class T>
class FilterTable {
 public:
  FilterTable(std::initializer_list<FilterField<T>> fields) : fields_(fields) {}

  // InvalidFilter for a name that is not in the table.
  Result<> check(const Filters& filters) const {
    for (const Filter& filter : filters) {
      if (find(filter.Name) == nullptr && !(kHasTags && detail::is_tag_filter(filter.Name))) {
        return refuse(faults::InvalidFilter, "The filter '{}' is invalid", filter.Name);
      }
    }
    return {};
  }

  // Whether `record` passes all `filters`, which have been checked.
  bool matches(const Filters& filters, const T& record) const {
    for (const Filter& filter : filters) {
      if (!detail::any_matches(filter, values(filter.Name, record))) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr bool kHasTags = requires(const T& record) { record.tags; };

  const FilterField<T>* find(std::string_view name) const {
    for (const FilterField<T>& field : fields_) {
      if (field.name == name) {
        return &field;
      }
    }
    return nullptr;
  }

  std::vector<std::string> values(std::string_view name, const T& record) const {
    if (const FilterField<T>* field = find(name)) {
      return field->values(record);
    }
    if constexpr (kHasTags) {
      return detail::tag_values(name, record.tags);
    } else {
      return {};
    }
  }

  std::vector<FilterField<T>> fields_;
};

// "true" or "false", as filters spell booleans.
inline std::string bool_text(bool value) {
  return value ? "true" : "false";
}

}  // namespace postern::api::ec2
