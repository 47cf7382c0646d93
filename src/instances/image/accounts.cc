// SPDX-License-Identifier: Apache-2.0
#include "instances/image/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace postern::instances {
namespace {

constexpr unsigned kFirstPerson = 1000;
constexpr unsigned kNobody = 65534;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  return std::from_chars(text.begin(), text.end(), value).ec == std::errc() ? std::optional(value)
                                                                            : std::nullopt;
}

enum class Whose { System, People };

// The lines of an account file that are entries: `count` fields, the third an id of theirs.
std::vector<std::vector<std::string_view>> entries_of(Whose whose, std::string_view text,
                                                      std::size_t count) {
  std::vector<std::vector<std::string_view>> entries;
  for (const std::string_view line : split(text, '\n')) {
    auto fields = split(line, ':');
    const auto id = fields.size() == count ? number(fields[2]) : std::nullopt;
    if (id && (*id < kFirstPerson || *id == kNobody) == (whose == Whose::System)) {
      entries.push_back(std::move(fields));
    }
  }
  return entries;
}

std::vector<std::vector<std::string_view>> system_entries(std::string_view text,
                                                          std::size_t count) {
  return entries_of(Whose::System, text, count);
}

constexpr std::size_t kPasswdFields = 7;
constexpr std::size_t kGroupFields = 4;

}  // namespace

std::string system_users(std::string_view passwd) {
  std::string out;
  for (const auto& f : system_entries(passwd, kPasswdFields)) {
    out += fmt::format("{}:x:{}:{}:{}:{}:{}\n", f[0], f[2], f[3], f[4], f[5], f[6]);
  }
  return out;
}

std::string system_groups(std::string_view group, std::string_view users) {
  std::vector<std::string_view> names;
  for (const auto& fields : system_entries(users, kPasswdFields)) {
    names.push_back(fields[0]);
  }
  std::string out;
  for (const auto& f : system_entries(group, kGroupFields)) {
    auto members = split(f[3], ',');
    std::erase_if(members, [&](std::string_view name) { return !std::ranges::count(names, name); });
    out += fmt::format("{}:x:{}:{}\n", f[0], f[2], fmt::join(members, ","));
  }
  return out;
}

std::vector<Person> people(std::string_view passwd) {
  std::vector<Person> found;
  for (const auto& f : entries_of(Whose::People, passwd, kPasswdFields)) {
    found.push_back({.name = std::string(f[0]),
                     .uid = *number(f[2]),
                     .gid = number(f[3]).value_or(kNobody),
                     .home = std::string(f[5])});
  }
  return found;
}

std::string locked_users(std::string_view passwd) {
  std::string out;
  for (const auto& fields : system_entries(passwd, kPasswdFields)) {
    out += fmt::format("{}:*::0:99999:7:::\n", fields[0]);
  }
  return out;
}

std::string locked_groups(std::string_view group) {
  std::string out;
  for (const auto& fields : system_entries(group, kGroupFields)) {
    out += fmt::format("{}:*::\n", fields[0]);
  }
  return out;
}

}  // namespace postern::instances
