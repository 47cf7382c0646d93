// SPDX-License-Identifier: Apache-2.0
// RunDir: where a daemon keeps what outlives it. Daemons with different ones share a host.
#pragma once

#include <string>
#include <string_view>

namespace postern::dataplane {

class RunDir {
 public:
  explicit RunDir(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  // Our own bpffs. Names in it may not contain a dot.
  std::string bpf() const { return path_ + "/bpf"; }
  std::string map(std::string_view name) const { return bpf() + "/" + std::string(name); }
  // Where the maps are while connections of an older layout's are being taken over. [older_maps.h]
  std::string next() const { return bpf() + "/next"; }
  std::string links() const { return bpf() + "/links"; }
  // Network namespaces: `fabric`, one for each VPC's services and one for each instance, by id.
  std::string namespaces() const { return path_ + "/netns"; }
  std::string network_namespace(std::string_view name) const {
    return namespaces() + "/" + std::string(name);
  }
  std::string fabric() const { return network_namespace("fabric"); }

 private:
  std::string path_;
};

}  // namespace postern::dataplane
