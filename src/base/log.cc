// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace postern::log {
namespace {

spdlog::logger& logger() {
  static const auto kLogger = [] {
    auto made = spdlog::stderr_logger_mt("postern");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *kLogger;
}

// A value with anything but plain characters is quoted, so that a line can be split again.
std::string quoted(const std::string& value) {
  const bool plain = !value.empty() && value.find_first_of(" \"\\\n\r\t=") == std::string::npos;
  if (plain) {
    return value;
  }
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '"' || c == '\\') {
        out += '\\';
      }
      out += c;
    }
  }
  return out + '"';
}

void write(spdlog::level::level_enum level, std::string_view message, Fields fields) {
  if (!logger().should_log(level)) {
    return;
  }
  std::string line(message);
  for (const Field& field : fields) {
    line += fmt::format(" {}={}", field.name, quoted(field.value));
  }
  logger().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void set_level(Level level) {
  static constexpr spdlog::level::level_enum kLevels[] = {
      spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  logger().set_level(kLevels[static_cast<int>(level)]);
}

void debug(std::string_view message, Fields fields) { write(spdlog::level::debug, message, fields); }
void info(std::string_view message, Fields fields) { write(spdlog::level::info, message, fields); }
void warn(std::string_view message, Fields fields) { write(spdlog::level::warn, message, fields); }
void error(std::string_view message, Fields fields) { write(spdlog::level::err, message, fields); }

}  // namespace postern::log
