// SPDX-License-Identifier: Apache-2.0
// Structured log lines: the message is constant, the facts are fields.
//   log::info("endpoint programmed", {{"endpoint", id}, {"revision", r}});
// error: someone must act; warn: degraded but going on; info: state changed; debug: off by default.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace postern::log {

enum class Level { Debug, Info, Warn, Error };

struct Field {
  template <class T>
  Field(std::string_view name_in, const T& value_in)
      : name(name_in), value(fmt::format("{}", value_in)) {}
  std::string_view name;
  std::string value;
};
using Fields = std::initializer_list<Field>;

// Lines go to standard error from `level` up.
void set_level(Level level);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

}  // namespace postern::log
