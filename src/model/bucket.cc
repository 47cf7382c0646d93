// SPDX-License-Identifier: Apache-2.0
#include "model/bucket.h"

#include <algorithm>
#include <array>

#include "base/net.h"

namespace postern::model {
namespace {

constexpr std::string_view kArnPrefix = "arn:aws:s3:::";
constexpr std::string_view kReserved = "AWSLogs";
// What a key has beside this is far shorter than the rest of S3's 1024 bytes.
constexpr std::size_t kPrefixMax = 512;
constexpr std::size_t kFolderNameMax = 255;

bool is_edge(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_visible(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
}

bool is_folder_name(std::string_view name) {
  return !name.empty() && name.size() <= kFolderNameMax && name != "." && name != ".." &&
         std::ranges::all_of(name, is_visible);
}

}  // namespace

bool is_bucket_name(std::string_view name) {
  constexpr auto kPrefixes = std::to_array<std::string_view>({"xn--", "sthree-", "amzn-s3-demo-"});
  constexpr auto kSuffixes =
      std::to_array<std::string_view>({"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"});
  return name.size() >= 3 && name.size() <= 63 && is_edge(name.front()) && is_edge(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_edge(c) || c == '-' || c == '.'; }) &&
         name.find("..") == std::string_view::npos && !IpAddress::parse(std::string(name)) &&
         std::ranges::none_of(kPrefixes, [&](auto prefix) { return name.starts_with(prefix); }) &&
         std::ranges::none_of(kSuffixes, [&](auto suffix) { return name.ends_with(suffix); });
}

Result<BucketPlace> parse_bucket_arn(std::string_view arn) {
  const std::string_view path =
      arn.starts_with(kArnPrefix) ? arn.substr(kArnPrefix.size()) : std::string_view();
  const std::size_t slash = std::min(path.find('/'), path.size());
  BucketPlace place{.bucket = std::string(path.substr(0, slash)), .prefix = ""};
  if (!is_bucket_name(place.bucket)) {
    return refuse(faults::InvalidParameter, "LogDestination {} is not the ARN of an S3 bucket",
                  arn);
  }
  std::string_view rest = path.substr(std::min(slash + 1, path.size()));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view folder = rest.substr(0, end);
    if (folder == kReserved) {
      return refuse(faults::InvalidParameter,
                    "LogDestination {} has the subfolder AWSLogs, which is reserved", arn);
    }
    if (!is_folder_name(folder)) {
      return refuse(faults::InvalidParameter,
                    "LogDestination {} has a subfolder that no folder can be called", arn);
    }
    place.prefix += folder;
    place.prefix += '/';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (place.prefix.size() > kPrefixMax) {
    return refuse(faults::InvalidParameter, "LogDestination's subfolder is longer than {} bytes",
                  kPrefixMax);
  }
  return place;
}

}  // namespace postern::model
