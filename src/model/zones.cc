// SPDX-License-Identifier: Apache-2.0
#include "model/zones.h"

#include <fmt/format.h>

#include <map>

namespace postern::model {
namespace {

// A letter and the number of the place that it usually is. [VPC user guide, "AZ IDs"; recorded
// answers of DescribeAvailabilityZones]
struct Letter {
  char letter;
  int place;
};

const std::vector<Letter>& letters_of(std::string_view region) {
  static const std::map<std::string_view, std::vector<Letter>> kRegions = {
      {"ap-northeast-1", {{'a', 4}, {'c', 1}, {'d', 2}}},
      {"ap-northeast-2", {{'a', 1}, {'b', 2}, {'c', 3}, {'d', 4}}},
      {"ca-central-1", {{'a', 1}, {'b', 2}, {'d', 4}}},
      {"us-east-1", {{'a', 1}, {'b', 2}, {'c', 4}, {'d', 6}, {'e', 3}, {'f', 5}}},
      {"us-west-1", {{'a', 3}, {'c', 1}}},
      {"us-west-2", {{'a', 1}, {'b', 2}, {'c', 3}, {'d', 4}}},
  };
  static const std::vector<Letter> kOthers = {{'a', 1}, {'b', 2}, {'c', 3}};
  const auto at = kRegions.find(region);
  return at == kRegions.end() ? kOthers : at->second;
}

// "ne" for northeast, "c" for central: the directions by their first letters.
std::string short_word(std::string_view word) {
  static const std::map<std::string_view, std::string_view> kTwo = {
      {"northeast", "ne"}, {"northwest", "nw"}, {"southeast", "se"}, {"southwest", "sw"}};
  const auto at = kTwo.find(word);
  return std::string(at != kTwo.end() ? at->second : word.substr(0, 1));
}

// apne1 for ap-northeast-1, usgw1 for us-gov-west-1.
std::string short_region(std::string_view region) {
  std::string out;
  std::string_view rest = region;
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t end = std::min(rest.find('-'), rest.size());
    const std::string_view word = rest.substr(0, end);
    const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
    out += first || number ? std::string(word) : short_word(word);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

}  // namespace

// Every account has the usual mapping, so `account` makes no difference yet.
std::vector<Zone> zones(const Id<Account>& /*account*/, std::string_view region) {
  std::vector<Zone> out;
  for (const Letter& letter : letters_of(region)) {
    out.push_back({.name = fmt::format("{}{}", region, letter.letter),
                   .id = fmt::format("{}-az{}", short_region(region), letter.place)});
  }
  return out;
}

std::optional<std::string> zone_id(const Id<Account>& account, std::string_view region,
                                   std::string_view zone) {
  for (const Zone& candidate : zones(account, region)) {
    if (candidate.name == zone) {
      return candidate.id;
    }
  }
  return std::nullopt;
}

std::optional<std::string> zone_name(const Id<Account>& account, std::string_view region,
                                     std::string_view zone_id) {
  for (const Zone& candidate : zones(account, region)) {
    if (candidate.id == zone_id) {
      return candidate.name;
    }
  }
  return std::nullopt;
}

const std::vector<std::string>& common_regions() {
  static const std::vector<std::string> kRegions = {
      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
      "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",
      "eu-west-2",      "eu-west-3",      "sa-east-1",      "us-east-1",  "us-east-2",
      "us-west-1",      "us-west-2"};
  return kRegions;
}

}  // namespace postern::model
