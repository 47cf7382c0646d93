// SPDX-License-Identifier: Apache-2.0
#include "api/wire/decode.h"

#include <charconv>

namespace postern::api::wire {
namespace {

template <class T>
Result<> decode_number(Dialect dialect, const Parameter& from, T& out) {
  const std::string text = from.value.value_or("");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::unexpected(invalid_value(dialect, from.path, text, "an integer"));
  }
  return {};
}

// As messages spell a parameter, lowerCamel in each part: targets.1.member.port.
std::string in_messages(std::string_view path) {
  std::string text(path);
  bool first = true;
  for (char& c : text) {
    if (first && c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
    first = c == '.';
  }
  return text;
}

// What a service model asks of a member by itself is not met.
const Fault& violation(Dialect dialect) {
  return dialect == Dialect::Json ? faults::ValidationException : faults::ValidationError;
}

}  // namespace

std::vector<const Parameter*> items(Dialect dialect, const Parameter& list) {
  if (dialect == Dialect::RestXml || dialect == Dialect::Json || dialect == Dialect::QueryJson ||
      dialect == Dialect::QueryCbor) {
    return list.all();
  }
  const Parameter* numbers = dialect == Dialect::Query ? list.child("member") : &list;
  if (numbers == nullptr) {
    return {};  // `SecurityGroups=`: there, and empty
  }
  return numbers->numbered();
}

Error missing_parameter(Dialect dialect, std::string_view path) {
  if (dialect == Dialect::RestXml) {
    return Error(ErrorKind::Refusal, faults::InvalidInput,
                 fmt::format("The request must contain the parameter {}", path));
  }
  if (dialect == Dialect::Ec2) {
    return Error(ErrorKind::Refusal, faults::MissingParameter,
                 fmt::format("The request must contain the parameter {}", path));
  }
  return Error(ErrorKind::Refusal, violation(dialect),
               fmt::format("1 validation error detected: Value null at '{}' failed to satisfy "
                           "constraint: Member must not be null",
                           in_messages(path)));
}

Error invalid_value(Dialect dialect, std::string_view path, std::string_view value,
                    std::string_view expected) {
  if (dialect == Dialect::Ec2) {
    return Error(ErrorKind::Refusal, faults::InvalidParameterValue,
                 fmt::format("Value ({}) for parameter {} is invalid. It must be {}.", value, path,
                             expected));
  }
  if (dialect == Dialect::RestXml) {
    return Error(
        ErrorKind::Refusal, faults::InvalidInput,
        fmt::format("Value '{}' at '{}' is invalid. It must be {}.", value, path, expected));
  }
  return Error(ErrorKind::Refusal, violation(dialect),
               fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy "
                           "constraint: Member must be {}",
                           value, in_messages(path), expected));
}

Result<> decode_value(Dialect dialect, const Parameter& from, std::string& out) {
  if (!from.value) {
    return std::unexpected(invalid_value(dialect, from.path, "", "a string"));
  }
  out = *from.value;
  return {};
}

Result<> decode_value(Dialect dialect, const Parameter& from, bool& out) {
  const std::string text = from.value.value_or("");
  if (text != "true" && text != "false") {
    return std::unexpected(invalid_value(dialect, from.path, text, "true or false"));
  }
  out = text == "true";
  return {};
}

Result<> decode_value(Dialect dialect, const Parameter& from, int& out) {
  return decode_number(dialect, from, out);
}

Result<> decode_value(Dialect dialect, const Parameter& from, long& out) {
  return decode_number(dialect, from, out);
}

}  // namespace postern::api::wire
