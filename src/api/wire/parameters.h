// SPDX-License-Identifier: Apache-2.0
// The parameters of a request as a tree: bytes of a form or a query string in, names split at dots.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace postern::api::wire {

// One name's value, the names below it, or both. `TagSpecification.1.Tag.2.Key=a` is five nodes.
struct Parameter {
  std::string path;  // as the caller wrote it: TagSpecification.1.Tag.2.Key
  std::optional<std::string> value;
  std::map<std::string, Parameter, std::less<>> children;
  mutable bool known = false;  // something asked for it

  // The child of that name, marked as known; null if absent.
  const Parameter* child(std::string_view name) const;
  // The numbered children in the order of their numbers, which is not that of the bytes: clients
  // sort names as text, so .10 comes before .2. Marked as known.
  std::vector<const Parameter*> numbered() const;
  // All children by their names, marked as known.
  std::vector<const Parameter*> all() const;
  // The value of child `name`, marked as known.
  std::optional<std::string> text(std::string_view name) const;
  // The path of a parameter with a value that nothing asked for; nullopt if there is none.
  std::optional<std::string> first_unknown() const;
};

// Decodes application/x-www-form-urlencoded bytes. MalformedQueryString for a bad escape, for a
// name that is given twice or nests deeper than 16 levels, and beyond 10,000 parameters.
Result<Parameter> parse_parameters(std::string_view form);

// The names and values below `root`, marked as known: each name without that of `root`. And the
// tree of such names.
std::vector<std::pair<std::string, std::string>> flatten(const Parameter& root);
Parameter unflatten(const std::vector<std::pair<std::string, std::string>>& flat);

// All names and values below `root` but those of `without`, in one canonical text.
std::string canonical_text(const Parameter& root, const std::vector<std::string_view>& without);

}  // namespace postern::api::wire
