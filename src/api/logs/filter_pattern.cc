// SPDX-License-Identifier: Apache-2.0
#include "api/logs/filter_pattern.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/policy.h"

namespace postern::api::logs {
namespace {

std::unexpected<Error> invalid() {
  return refuse(faults::InvalidParameterException, "Invalid filter pattern");
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

// Words with spaces between; what is in quotes or brackets is one.
std::vector<std::string_view> words_of(std::string_view message) {
  std::vector<std::string_view> words;
  while (!(message = trimmed(message)).empty()) {
    const char closing = message[0] == '"' ? '"' : message[0] == '[' ? ']' : ' ';
    const std::size_t end = message.find(closing, 1);
    const bool closed = closing != ' ' && end != std::string_view::npos;
    const std::size_t length = closed ? end + 1 : std::min(message.find(' '), message.size());
    words.push_back(closed ? message.substr(1, end - 1) : message.substr(0, length));
    message.remove_prefix(length);
  }
  return words;
}

bool compare(std::string_view test, std::string_view wanted, std::string_view word) {
  if (test == "=" || test == "!=") {
    return model::matches_wildcards(wanted, word) == (test == "=");
  }
  const auto number = number_of(word);
  const auto limit = number_of(wanted);
  if (!number || !limit) {
    return false;
  }
  return test == "<"    ? *number < *limit
         : test == "<=" ? *number <= *limit
         : test == ">"  ? *number > *limit
                        : *number >= *limit;
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('{') || text.find('%') != std::string_view::npos) {
    return refuse(
        faults::InvalidParameterException,
        "Invalid filter pattern: JSON patterns and regular expressions are not supported");
  }
  return text.starts_with('[') ? parse_fields(text) : parse_words(text);
}

Result<FilterPattern> FilterPattern::parse_words(std::string_view text) {
  FilterPattern out;
  while (!(text = trimmed(text)).empty()) {
    const char sign = text[0] == '?' || text[0] == '-' ? text[0] : '+';
    text.remove_prefix(sign == '+' ? 0 : 1);
    const bool quoted = text.starts_with('"');
    const std::size_t end = quoted ? text.find('"', 1) : std::min(text.find(' '), text.size());
    if (end == std::string_view::npos || end == 0 || (quoted && end == 1)) {
      return invalid();
    }
    auto& list = sign == '?' ? out.any_ : sign == '-' ? out.none_ : out.all_;
    list.emplace_back(quoted ? text.substr(1, end - 1) : text.substr(0, end));
    text.remove_prefix(quoted ? end + 1 : end);
  }
  return out;
}

Result<FilterPattern> FilterPattern::parse_fields(std::string_view text) {
  if (!text.ends_with(']')) {
    return invalid();
  }
  text = text.substr(1, text.size() - 2);
  FilterPattern out;
  out.fields_.emplace();
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    TRY_ASSIGN(auto field, parse_field(trimmed(text.substr(0, comma))));
    out.fields_->push_back(std::move(field));
    if (comma == text.size()) {
      break;
    }
    text.remove_prefix(comma + 1);
  }
  return std::ranges::count_if(*out.fields_, &Field::any_number) > 1
             ? Result<FilterPattern>(invalid())
             : out;
}

Result<FilterPattern::Field> FilterPattern::parse_field(std::string_view text) {
  if (text == "...") {
    return Field{.any_number = true};
  }
  constexpr std::array<std::string_view, 6> kTests = {"!=", "<=", ">=", "=", "<", ">"};
  const std::size_t at = text.find_first_of("!<>=");
  const std::string_view name = trimmed(text.substr(0, at));
  if (name.empty() || name.find_first_of(" \"&|") != std::string_view::npos ||
      text.find("&&") != std::string_view::npos || text.find("||") != std::string_view::npos) {
    return invalid();
  }
  if (at == std::string_view::npos) {
    return Field{};
  }
  const std::string_view rest = text.substr(at);
  const auto* test =
      std::ranges::find_if(kTests, [&](std::string_view one) { return rest.starts_with(one); });
  if (test == kTests.end()) {
    return invalid();
  }
  const std::string_view value = unquoted(trimmed(rest.substr(test->size())));
  const bool is_number = *test != "=" && *test != "!=";
  if (value.empty() || (is_number && !number_of(value))) {
    return invalid();
  }
  return Field{.test = std::string(*test), .value = std::string(value)};
}

bool FilterPattern::has_words(std::string_view message) const {
  const auto has = [&](const std::string& word) {
    return message.find(word) != std::string_view::npos;
  };
  return std::ranges::all_of(all_, has) && (any_.empty() || std::ranges::any_of(any_, has)) &&
         std::ranges::none_of(none_, has);
}

bool FilterPattern::fits(const Field& field, std::string_view word) {
  return field.test.empty() || compare(field.test, field.value, word);
}

bool FilterPattern::matches(std::string_view message) const {
  if (!fields_) {
    return has_words(message);
  }
  const auto words = words_of(message);
  const auto dots = std::ranges::find_if(*fields_, &Field::any_number);
  const auto before = static_cast<std::size_t>(dots - fields_->begin());
  const std::size_t behind = dots == fields_->end() ? 0 : fields_->size() - before - 1;
  if (dots == fields_->end() ? words.size() != fields_->size() : words.size() < before + behind) {
    return false;
  }
  return std::equal(fields_->begin(), dots, words.begin(), fits) &&
         std::equal(fields_->end() - static_cast<std::ptrdiff_t>(behind), fields_->end(),
                    words.end() - static_cast<std::ptrdiff_t>(behind), fits);
}

}  // namespace postern::api::logs
