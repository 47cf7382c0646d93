// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/seeds.h"

#include <boost/json.hpp>

#include "instances/init/paths.h"

namespace postern::instances {
namespace {

constexpr const char* kSource = "/var/lib/cloud/seed/nocloud";

std::string without_newlines(std::string key) {
  while (key.ends_with('\n')) {
    key.pop_back();
  }
  return key;
}

// YAML, of which JSON is a part.
std::string meta_data(const HostSpec& spec) {
  boost::json::object data = {{"instance-id", spec.id},
                              {"local-hostname", spec.hostname + "." + spec.domain}};
  if (!spec.public_key.empty()) {
    data["public-keys"] = boost::json::array{boost::json::value(without_newlines(spec.public_key))};
  }
  return boost::json::serialize(data) + "\n";
}

Seed secret(const std::string& path, std::string content) {
  return {.kind = Seed::Kind::File, .path = path, .mode = 0600, .content = std::move(content)};
}

}  // namespace

std::vector<Seed> user_data_seeds(const HostSpec& spec, bool for_cloud_init) {
  std::vector<Seed> seeds;
  if (for_cloud_init) {
    seeds.push_back(secret(std::string(kSource) + "/meta-data", meta_data(spec)));
    seeds.push_back(secret(std::string(kSource) + "/user-data", spec.user_data));
  } else if (!spec.user_data.empty()) {
    seeds.push_back(secret(init::kUserDataFile, spec.user_data));
  }
  return seeds;
}

std::vector<Seed> key_seeds(const HostSpec& spec, const std::vector<Login>& logins) {
  std::vector<Seed> seeds;
  for (const Login& login : spec.public_key.empty() ? std::vector<Login>() : logins) {
    seeds.push_back({.kind = Seed::Kind::Folder,
                     .path = login.home + "/.ssh",
                     .mode = 0700,
                     .uid = login.uid,
                     .gid = login.gid});
    seeds.push_back({.kind = Seed::Kind::File,
                     .path = login.home + "/.ssh/authorized_keys",
                     .mode = 0600,
                     .uid = login.uid,
                     .gid = login.gid,
                     .content = without_newlines(spec.public_key) + "\n"});
  }
  return seeds;
}

}  // namespace postern::instances
