// SPDX-License-Identifier: Apache-2.0
#include "api/wire/parameters.h"

#include <algorithm>
#include <charconv>

namespace postern::api::wire {
namespace {

constexpr std::size_t kParametersMax = 10'000;
constexpr int kNamePartsMax = 16;

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') {
    return lower - 'a' + 10;
  }
  return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return std::nullopt;
    }
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

std::optional<unsigned long> as_index(std::string_view name) {
  unsigned long index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc{} || end != name.data() + name.size()) {
    return std::nullopt;
  }
  return index;
}

// The node of that name below `root`, made if it is not there; null beyond the deepest level.
Parameter* node_of(Parameter& root, const std::string& name) {
  Parameter* at = &root;
  int depth = 0;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    if (++depth > kNamePartsMax) {
      return nullptr;
    }
    at = &at->children[name.substr(begin, end - begin)];
    if (at->path.empty()) {
      at->path = name.substr(0, end);
    }
    begin = end + 1;
  }
  return at;
}

Result<> insert(Parameter& root, const std::string& name, std::string value) {
  Parameter* const at = node_of(root, name);
  if (at == nullptr) {
    return refuse(faults::MalformedQueryString, "The parameter {} nests too deeply", name);
  }
  if (at->value) {
    return refuse(faults::MalformedQueryString, "The parameter {} is given more than once", name);
  }
  at->value = std::move(value);
  return {};
}

void append_canonical(const Parameter& parameter, std::string& out) {
  if (parameter.value) {
    out += fmt::format("{}={}:{}\n", parameter.path, parameter.value->size(), *parameter.value);
  }
  for (const auto& [name, child] : parameter.children) {
    append_canonical(child, out);
  }
}

void append_flat(const Parameter& parameter, const std::string& name,
                 std::vector<std::pair<std::string, std::string>>& out) {
  parameter.known = true;
  if (parameter.value) {
    out.emplace_back(name, *parameter.value);
  }
  for (const auto& [below, child] : parameter.children) {
    append_flat(child, name.empty() ? below : name + "." + below, out);
  }
}

}  // namespace

const Parameter* Parameter::child(std::string_view name) const {
  const auto at = children.find(name);
  if (at == children.end()) {
    return nullptr;
  }
  at->second.known = true;
  return &at->second;
}

std::vector<const Parameter*> Parameter::numbered() const {
  std::vector<std::pair<unsigned long, const Parameter*>> found;
  for (const auto& [name, child] : children) {
    if (const auto index = as_index(name)) {
      child.known = true;
      found.emplace_back(*index, &child);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<const Parameter*> out;
  for (const auto& [index, child] : found) {
    out.push_back(child);
  }
  return out;
}

std::vector<const Parameter*> Parameter::all() const {
  std::vector<const Parameter*> out;
  for (const auto& [name, child] : children) {
    child.known = true;
    out.push_back(&child);
  }
  return out;
}

std::optional<std::string> Parameter::text(std::string_view name) const {
  const Parameter* found = child(name);
  return found != nullptr ? found->value : std::nullopt;
}

std::optional<std::string> Parameter::first_unknown() const {
  for (const auto& [name, child] : children) {
    if (child.value && !child.known) {
      return child.path;
    }
    if (auto below = child.first_unknown()) {
      return below;
    }
  }
  return std::nullopt;
}

Result<Parameter> parse_parameters(std::string_view form) {
  Parameter root;
  std::size_t count = 0;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (pair.empty()) {
      continue;
    }
    if (++count > kParametersMax) {
      return refuse(faults::MalformedQueryString, "The request has more than {} parameters",
                    kParametersMax);
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(equals < pair.size() ? pair.substr(equals + 1) : "");
    if (!name || !value || name->empty()) {
      return refuse(faults::MalformedQueryString, "The query string is malformed");
    }
    TRY(insert(root, *name, std::move(*value)));
  }
  return root;
}

std::vector<std::pair<std::string, std::string>> flatten(const Parameter& root) {
  std::vector<std::pair<std::string, std::string>> out;
  append_flat(root, "", out);
  return out;
}

Parameter unflatten(const std::vector<std::pair<std::string, std::string>>& flat) {
  Parameter root;
  for (const auto& [name, value] : flat) {
    if (Parameter* const at = node_of(root, name)) {
      at->value = value;
    }
  }
  return root;
}

std::string canonical_text(const Parameter& root, const std::vector<std::string_view>& without) {
  std::string out;
  for (const auto& [name, child] : root.children) {
    if (std::find(without.begin(), without.end(), name) == without.end()) {
      append_canonical(child, out);
    }
  }
  return out;
}

}  // namespace postern::api::wire
