// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/attribute_table.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace postern::api::elbv2 {
namespace {

const Attribute* find_attribute(const AttributeTable& table, std::string_view key) {
  const auto at = std::ranges::find(table, key, &Attribute::key);
  return at == table.end() ? nullptr : &*at;
}

bool is_other(const OtherKeys& others, std::string_view key) {
  return std::ranges::any_of(others, [&](std::string_view other) {
    return other.ends_with('.') ? key.starts_with(other) : key == other;
  });
}

bool takes_numbers(const Attribute& attribute) {
  return attribute.low <= attribute.high;
}

std::optional<int> as_number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

bool takes(const Attribute& attribute, const std::string& value) {
  if (attribute.free_text || std::ranges::find(attribute.words, value) != attribute.words.end()) {
    return true;
  }
  const auto as_int = as_number(value);
  return as_int && *as_int >= attribute.low && *as_int <= attribute.high;
}

// "one of 'true, false'", "'off' or between '1-100' inclusive"
std::string expected(const Attribute& attribute) {
  const std::string words = fmt::format("{}", fmt::join(attribute.words, ", "));
  if (!takes_numbers(attribute)) {
    return fmt::format("one of '{}'", words);
  }
  const std::string range = fmt::format("between '{}-{}' inclusive", attribute.low, attribute.high);
  return words.empty() ? range : fmt::format("'{}' or {}", words, range);
}

Result<> check_change(const AttributeTable& table, const OtherKeys& others,
                      const AttributeWords& words, const AttributeChange& change) {
  const Attribute* attribute = find_attribute(table, change.key);
  if (attribute == nullptr && is_other(others, change.key)) {
    return refuse(faults::InvalidConfigurationRequest, "{} attribute key '{}' is not supported {}",
                  words.noun, change.key, words.where);
  }
  if (attribute == nullptr) {
    return refuse(faults::ValidationError, "{} attribute key '{}' is not recognized", words.noun,
                  change.key);
  }
  if (!takes(*attribute, change.value)) {
    return refuse(faults::ValidationError, "'{}' value '{}' must be {}", change.key, change.value,
                  expected(*attribute));
  }
  const std::string_view only = attribute->frozen ? attribute->unset : attribute->only;
  if ((attribute->frozen || !only.empty()) && change.value != only) {
    return refuse(faults::InvalidConfigurationRequest,
                  "'{}' value '{}' is not supported: it can only be '{}'", change.key, change.value,
                  only);
  }
  return {};
}

}  // namespace

Attribute flag(std::string_view key, std::string_view unset) {
  return {.key = key, .unset = std::string(unset), .words = {"true", "false"}};
}

Attribute always_off(std::string_view key) {
  return {.key = key, .unset = "false", .words = {"true", "false"}, .only = "false"};
}

Attribute number(std::string_view key, std::string_view unset, int low, int high) {
  return {.key = key, .unset = std::string(unset), .low = low, .high = high};
}

Attribute number_or_off(std::string_view key, std::string_view unset, int high) {
  return {.key = key, .unset = std::string(unset), .words = {"off"}, .low = 1, .high = high};
}

Result<model::Attributes> changed_attributes(const AttributeTable& table, const OtherKeys& others,
                                             const AttributeWords& words,
                                             const model::Attributes& now,
                                             const std::vector<AttributeChange>& changes) {
  model::Attributes changed = now;
  std::set<std::string> seen;
  for (const AttributeChange& change : changes) {
    TRY(check_change(table, others, words, change));
    if (!seen.insert(change.key).second) {
      return refuse(faults::ValidationError, "{} attribute key '{}' was specified more than once",
                    words.noun, change.key);
    }
    changed.insert_or_assign(change.key, change.value);
  }
  return changed;
}

}  // namespace postern::api::elbv2
