// SPDX-License-Identifier: Apache-2.0
// Filter patterns of FilterLogEvents: which messages are wanted. Pure.
// [CloudWatch Logs user guide, "Filter pattern syntax"]
//
//   REJECT OK            all of these words; ?a ?b any of these; -c not this one; "of several
//   words"
//   [.., action=REJECT]  messages of words with spaces between: each field by its place, with one
//                        comparison: = != (with * in it) < <= > >= (numbers). ... stands for any
//                        fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::api::logs {

class FilterPattern {
 public:
  // InvalidParameterException for what is none; so it is for JSON patterns ({…}) and regular
  // expressions (%…%), and for conditions with && and ||, which are not served.
  static Result<FilterPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

 private:
  struct Field {
    bool any_number = false;  // ...
    std::string test;         // empty: any value
    std::string value;
  };

  static Result<Field> parse_field(std::string_view text);
  static Result<FilterPattern> parse_fields(std::string_view text);
  static Result<FilterPattern> parse_words(std::string_view text);
  bool has_words(std::string_view message) const;
  static bool fits(const Field& field, std::string_view word);

  std::vector<std::string> all_;
  std::vector<std::string> any_;
  std::vector<std::string> none_;
  std::optional<std::vector<Field>> fields_;
};

}  // namespace postern::api::logs
