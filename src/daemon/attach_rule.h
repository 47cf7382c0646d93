// SPDX-License-Identifier: Apache-2.0
// What `postern attach` may do: pure. A wish and what was found at the place become an interface,
// or a refusal that says what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "model/transaction.h"

namespace postern::daemon {

// What is asked for. The texts are as they were typed.
struct AttachWish {
  std::string account;  // id or name
  std::string subnet;
  std::vector<std::string> security_groups;  // none: the VPC's default group
  std::optional<std::string> private_ip;
  model::HolderKind kind = model::HolderKind::Process;
  std::string place;                  // a process id, an absolute path, a tap's name
  std::optional<std::string> device;  // the interface's name there
  bool default_route = true;
};

struct PlaceRoute {
  Cidr destination;
  std::string device;
};

// What is at the place.
struct Place {
  // A network namespace.
  std::uint64_t namespace_inode = 0;
  bool is_host = false;  // the host's own
  bool is_postern =
      false;  // one that this daemon made: an instance's, a VPC's services, the fabric
  std::vector<std::string> devices;
  std::vector<PlaceRoute> routes;
  // A tap.
  bool tap_exists = false;
  bool is_tap = false;  // and no other kind of device
  bool tap_is_port = false;
  bool tap_has_address = false;
  bool tap_has_filters = false;
};

// Whether the wish is one by itself, before anything is looked at.
Result<> check_wish(const AttachWish& wish);

// Whether the place can be given an interface in the subnet.
Result<> check_place(const model::Holder& holder, const Place& place, const model::Vpc& vpc);

// Puts the interface, in use from now on.
Result<model::NetworkInterface> attach(model::Transaction& tx, const std::string& region,
                                       const AttachWish& wish, const Place& place);

}  // namespace postern::daemon
