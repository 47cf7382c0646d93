// SPDX-License-Identifier: Apache-2.0
#include "daemon/attach_rule.h"

#include <algorithm>
#include <set>

#include "api/ec2/find.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/interface_address.h"
#include "base/check.h"
#include "core/accounts.h"
#include "model/addresses.h"
#include "model/holder_state.h"

namespace postern::daemon {
namespace {

using model::Holder;
using model::HolderKind;
using model::NetworkInterface;

constexpr std::size_t kDeviceNameMax = 15;  // IFNAMSIZ less the zero
constexpr int kDeviceIndex = 0;

template <class... Args>
std::unexpected<Error> refused(fmt::format_string<Args...> text, Args&&... args) {
  return refuse(faults::InvalidParameterValue, text, std::forward<Args>(args)...);
}

// Stricter than the kernel: the name is also part of a sysctl's path.
bool is_device_name(const std::string& name) {
  static const std::set<std::string> kTaken = {".", "..", "all", "default", "lo"};
  return !name.empty() && name.size() <= kDeviceNameMax && !kTaken.contains(name) &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string::npos;
}

Result<> check_path(const std::string& path) {
  if (!path.starts_with('/')) {
    return refused("{} is not an absolute path", path);
  }
  // Another process may have that number tomorrow, and would be given the interface.
  if (path.starts_with("/proc/")) {
    return refused("{} is of a process: name the process with --pid", path);
  }
  return {};
}

Result<> check_process(const std::string& pid) {
  if (pid.empty() || pid.size() > 9 || pid.find_first_not_of("0123456789") != std::string::npos) {
    return refused("{} is no process id", pid);
  }
  return {};
}

Result<> check_tap_wish(const AttachWish& wish) {
  if (!is_device_name(wish.place)) {
    return refused("{} is no name for a tap", wish.place);
  }
  if (wish.device || !wish.default_route) {
    return refused("what is behind a tap names its interface and sets its routes itself");
  }
  return {};
}

Holder new_holder(const AttachWish& wish, const Place& place) {
  const bool is_tap = wish.kind == HolderKind::Tap;
  const bool is_process = wish.kind == HolderKind::Process;
  return {.kind = wish.kind,
          .place = wish.place,
          .device = is_tap ? wish.place : wish.device.value_or("eth0"),
          .default_route = wish.default_route,
          .namespace_inode = is_process ? place.namespace_inode : 0};
}

// One that waits keeps its place. What a process holds is seen in its namespace.
Result<> check_not_held(const model::World& world, const Holder& wanted) {
  for (const NetworkInterface* interface : model::held_interfaces(world)) {
    const Holder& held = *model::holder_of(*interface);
    if (wanted.kind != HolderKind::Process && held.kind == wanted.kind &&
        held.place == wanted.place && held.device == wanted.device) {
      return refused("{} has {} already: detach that first", wanted.place, interface->id);
    }
  }
  return {};
}

Result<> check_routes(const Holder& holder, const Place& place, const model::Vpc& vpc) {
  const std::vector<Cidr> own = model::cidrs_of(vpc);
  for (const PlaceRoute& route : place.routes) {
    if (route.destination.prefix() == 0) {
      if (holder.default_route) {
        return refused(
            "there is a default route already (by {}): add --no-default-route to keep it, and only "
            "the VPC ({}) goes through the new interface; or remove it first",
            route.device, vpc.cidr.text());
      }
      continue;
    }
    const auto clashes = [&](const Cidr& cidr) { return route.destination.overlaps(cidr); };
    if (const auto cidr = std::ranges::find_if(own, clashes); cidr != own.end()) {
      return refused("{} is reached by {} there, which overlaps the VPC's {}",
                     route.destination.text(), route.device, cidr->text());
    }
  }
  return {};
}

Result<> check_namespace(const Holder& holder, const Place& place, const model::Vpc& vpc) {
  if (place.is_postern) {
    return refused("the network namespace of {} is one of Postern's own", holder.place);
  }
  if (place.is_host && holder.default_route) {
    return refused(
        "{} is in the host's own network namespace, whose default route stays: add "
        "--no-default-route, and the host itself is in the VPC",
        holder.place);
  }
  if (std::ranges::count(place.devices, holder.device) != 0) {
    return refused("there is a {} already: choose another name with --name", holder.device);
  }
  return check_routes(holder, place, vpc);
}

Result<> check_tap(const std::string& name, const Place& place) {
  if (!place.tap_exists) {
    return {};
  }
  if (!place.is_tap) {
    return refused("{} is a device of the host's, but no tap", name);
  }
  if (place.tap_is_port) {
    return refused("the tap {} is in a bridge or bond: take it out first", name);
  }
  if (place.tap_has_address) {
    return refused("the tap {} has an address of the host's: remove it first", name);
  }
  if (place.tap_has_filters) {
    return refused("the tap {} has tc filters: remove them first", name);
  }
  return {};
}

model::Attachment new_attachment(model::Transaction& tx, const model::Subnet& subnet,
                                 Holder holder) {
  return {.id = tx.ids().ec2_id("eni-attach-"),
          .instance_owner_id = subnet.owner.value,
          .device_index = kDeviceIndex,
          .delete_on_termination = true,
          .attached_at = tx.now(),
          .holder = std::move(holder)};
}

}  // namespace

Result<> check_wish(const AttachWish& wish) {
  if (wish.device && !is_device_name(*wish.device)) {
    return refused("{} is no name for an interface", *wish.device);
  }
  switch (wish.kind) {
    case HolderKind::Process:
      return check_process(wish.place);
    case HolderKind::Namespace:
      return check_path(wish.place);
    case HolderKind::Tap:
      return check_tap_wish(wish);
  }
  POSTERN_CHECK(false, "every kind of holder has its form");
}

Result<> check_place(const Holder& holder, const Place& place, const model::Vpc& vpc) {
  return holder.kind == HolderKind::Tap ? check_tap(holder.place, place)
                                        : check_namespace(holder, place, vpc);
}

Result<NetworkInterface> attach(model::Transaction& tx, const std::string& region,
                                const AttachWish& wish, const Place& place) {
  const model::World& world = tx.world();
  TRY(check_wish(wish));
  Holder holder = new_holder(wish, place);
  const model::Account* account = core::find_account(world, wish.account);
  if (account == nullptr) {
    return refused("there is no account {}", wish.account);
  }
  const model::Caller caller{.account = account->id, .region = region};
  TRY_ASSIGN(const model::Subnet* const found,
             api::ec2::find<model::Subnet>(world, caller, wish.subnet));
  const model::Subnet subnet = *found;
  const model::Vpc* vpc = world.find(subnet.vpc);
  POSTERN_CHECK(vpc != nullptr, "a subnet's VPC is there");
  TRY(check_not_held(world, holder));
  TRY(check_place(holder, place, *vpc));
  TRY_ASSIGN(const auto address, api::ec2::wanted_address(wish.private_ip, {}));
  TRY_ASSIGN(auto groups, api::ec2::interface_groups(world, caller, subnet, wish.security_groups));
  TRY(api::ec2::check_interface_limit(world, caller, 1));
  std::string words = fmt::format("postern attach {}", holder.place);
  model::Attachment attachment = new_attachment(tx, subnet, std::move(holder));
  return model::add_interface(tx, subnet, address,
                              {.groups = std::move(groups),
                               .description = std::move(words),
                               .requester_id = subnet.owner.value,
                               .attachment = std::move(attachment)});
}

}  // namespace postern::daemon
