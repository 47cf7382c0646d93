// SPDX-License-Identifier: Apache-2.0
// Haproxy: the HAProxy of one VPC. It is nobody's child and outlives the daemon; who makes a
// Haproxy of the same folder again finds the same process by its sockets there.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "relay/plan/plan.h"

namespace postern::relay {

inline constexpr const char* kHaproxyProgram = "/usr/sbin/haproxy";

// Whether TLS listeners can be served on this host.
bool has_haproxy();

class Haproxy {
 public:
  // Runs something on a thread that is in the VPC's services namespace. Unavailable as long as that
  // is not there.
  using InVpc = std::function<Result<>(const std::function<void()>&)>;

  explicit Haproxy(std::string folder) : folder_(std::move(folder)) {}

  // Makes it do what `relay` says: starts it, or lets it change over without losing a connection,
  // or does nothing since it does so already. Returns once it does.
  Result<> keep(const Relay& relay, const InVpc& in_vpc) const;

  // Lets no new connection in; it ends with its last one.
  void end_gently() const;
  // Ends it and every connection.
  void end_now() const;

 private:
  std::optional<std::string> generation() const;
  Result<> write_files(const Relay& relay) const;
  void remove_old_files(const Relay& relay) const;
  Result<> start(const InVpc& in_vpc) const;
  Result<> change_over() const;
  Result<> wait_for(const std::string& generation) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
};

}  // namespace postern::relay
