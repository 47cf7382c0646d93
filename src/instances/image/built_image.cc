// SPDX-License-Identifier: Apache-2.0
#include "instances/image/built_image.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "instances/image/accounts.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Everything in the folder `variant`, as it is there. Parents come first.
Result<std::vector<Seed>> copies(const std::string& variant) {
  std::vector<Seed> seeds;
  std::error_code failed;
  fs::recursive_directory_iterator all(variant, failed);
  for (const auto end = fs::end(all); !failed && all != end; all.increment(failed)) {
    const std::string path = all->path();
    struct stat there{};
    if (lstat(path.c_str(), &there) != 0) {
      return unavailable_errno(fmt::format("reading {}", path));
    }
    Seed seed{.kind = Seed::Kind::Folder,
              .path = path.substr(variant.size()),
              .mode = there.st_mode & 07777,
              .uid = there.st_uid,
              .gid = there.st_gid};
    if (S_ISREG(there.st_mode)) {
      seed.kind = Seed::Kind::File;
      seed.content = read_text(path);
    } else if (S_ISLNK(there.st_mode)) {
      seed.kind = Seed::Kind::Link;
      seed.content = fs::read_symlink(path, failed);
    }
    seeds.push_back(std::move(seed));
  }
  if (failed) {
    return unavailable("reading the image's variant {}: {}", variant, failed.message());
  }
  return seeds;
}

}  // namespace

std::optional<std::string> newest_build(const std::string& folder) {
  std::error_code failed;
  const fs::path name = fs::read_symlink(folder + "/current", failed);
  const std::string build = folder + "/" + name.string();
  return !failed && fs::is_directory(build + "/root", failed) ? std::optional(build) : std::nullopt;
}

std::vector<Login> logins_of(std::string_view passwd) {
  std::vector<Login> logins;
  for (const Person& person : people(passwd)) {
    logins.push_back({.home = person.home, .uid = person.uid, .gid = person.gid});
  }
  return logins;
}

Result<Image> built_image(const std::string& build, std::string_view variant,
                          const std::string& trusted) {
  const std::string root = build + "/root";
  const std::string folder = fmt::format("{}/variants/{}", build, variant);
  Image image{.trees = {{.at = "/", .from = root}}, .seeds = {}};
  TRY_ASSIGN(image.seeds, copies(folder));
  std::ranges::move(trust_seeds(read_text(root + kTrustedBundle), trusted),
                    std::back_inserter(image.seeds));
  image.logins = logins_of(read_text(folder + "/etc/passwd"));
  image.init = "/usr/lib/systemd/systemd";
  return image;
}

}  // namespace postern::instances
