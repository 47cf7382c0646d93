// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_rule.h"

#include "core/accounts.h"
#include "model/instance_state.h"
#include "model/zones.h"

namespace postern::daemon {
namespace {

using model::Account;
using model::Fault;
using model::FaultKind;
using model::Id;
using model::Instance;
using model::LoadBalancer;
using model::NetworkInterface;
using model::World;

template <class... Args>
std::unexpected<Error> refused(fmt::format_string<Args...> text, Args&&... args) {
  return refuse(faults::InvalidParameterValue, text, std::forward<Args>(args)...);
}

struct Subject {
  FaultKind kind = FaultKind::Interface;
  std::string id;
};

// A wish in its World.
class Finder {
 public:
  Finder(const World& world, const std::string& region, const FaultWish& wish)
      : world_(world), region_(region), wish_(wish) {}

  Result<Subject> find() {
    if (!wish_.account.empty()) {
      account_ = core::find_account(world_, wish_.account);
      if (account_ == nullptr) {
        return refused("there is no account {}", wish_.account);
      }
    }
    if (wish_.what == "zone") {
      return zone();
    }
    if (wish_.what == "target") {
      return target();
    }
    if (wish_.what == "node") {
      return node();
    }
    if (wish_.what == "eni") {
      return interface(wish_.name);
    }
    return refused("a zone, a target, a node or an eni can fail, not a {}", wish_.what);
  }

 private:
  Result<Subject> zone() const {
    TRY_ASSIGN(std::string id, zone_id(wish_.name));
    return Subject{FaultKind::Zone, std::move(id)};
  }

  // A zone's id as it is, or a name as the account has it.
  Result<std::string> zone_id(const std::string& zone) const {
    for (const auto& [id, subnet] : world_.all<model::Subnet>()) {
      if (subnet->zone_id == zone) {
        return zone;
      }
    }
    if (account_ == nullptr) {
      return refused(
          "no subnet is in a zone of the id {}; a name of a zone needs --account, since it means "
          "another place for each",
          zone);
    }
    auto id = model::zone_id(account_->id, region_, zone);
    if (!id) {
      return refused("{} has no zone {}", region_, zone);
    }
    return std::move(*id);
  }

  bool is_meant(const Id<Account>& owner) const {
    return account_ == nullptr || account_->id == owner;
  }

  Result<Subject> target() const {
    const Instance* found = nullptr;
    for (const auto& [id, instance] : world_.all<Instance>()) {
      const auto tag = instance->tags.find("Name");
      const bool named = tag != instance->tags.end() && tag->second == wish_.name;
      const bool ends = instance->state == model::InstanceState::ShuttingDown ||
                        instance->state == model::InstanceState::Terminated;
      if (ends || !is_meant(instance->owner) || (id.value != wish_.name && !named)) {
        continue;
      }
      if (found != nullptr) {
        return refused("several instances are named {}: say which by its id", wish_.name);
      }
      found = instance.get();
    }
    if (found == nullptr) {
      return refused("there is no instance {}", wish_.name);
    }
    return interface(found->network_interface.value);
  }

  Result<Subject> node() const {
    const LoadBalancer* found = nullptr;
    for (const auto& [id, balancer] : world_.all<LoadBalancer>()) {
      if (!is_meant(balancer->owner) || (id.value != wish_.name && balancer->name != wish_.name)) {
        continue;
      }
      if (found != nullptr) {
        return refused("several load balancers are named {}: say whose with --account", wish_.name);
      }
      found = balancer.get();
    }
    if (found == nullptr) {
      return refused("there is no load balancer {}", wish_.name);
    }
    if (wish_.zone.empty() && found->zones.size() != 1) {
      return refused("{} has {} nodes: say which with --zone", found->name, found->zones.size());
    }
    for (const model::LoadBalancerZone& zone : found->zones) {
      if (wish_.zone.empty() || zone.zone == wish_.zone || zone.zone_id == wish_.zone) {
        return interface(zone.network_interface.value);
      }
    }
    return refused("{} has no node in {}", found->name, wish_.zone);
  }

  Result<Subject> interface(const std::string& id) const {
    const auto* found = world_.find(Id<NetworkInterface>(id));
    if (found == nullptr) {
      return refused("there is no network interface {}", id);
    }
    // Packets are lost and late on a link, and AWS's own interfaces have none.
    if (wish_.disturbs() &&
        (found->type != model::InterfaceType::Interface || !found->attachment)) {
      return refused(
          "{} has no link: only an instance's packets, or of what is attached, can be "
          "lost or late; this can fail",
          id);
    }
    return Subject{FaultKind::Interface, id};
  }

  const World& world_;
  const std::string& region_;
  const FaultWish& wish_;
  const Account* account_ = nullptr;
};

Result<> check(const FaultWish& wish) {
  if (wish.loss_percent < 0 || wish.loss_percent > 99) {
    return refused("a loss is 1 to 99 percent, not {}; without one nothing goes in or out",
                   wish.loss_percent);
  }
  if (wish.delay.count() < 0 || wish.delay > kDelayMax) {
    return refused("a delay is 1 to {} milliseconds, not {}", kDelayMax.count(),
                   wish.delay.count());
  }
  if (wish.lasts.count() < 1 || wish.lasts > kFaultLastsMax) {
    return refused("a fault lasts 1 to {} seconds, not {}", kFaultLastsMax.count(),
                   wish.lasts.count());
  }
  if (wish.disturbs() && wish.what != "eni" && wish.what != "target") {
    return refused("packets of a target or an eni are lost or late; a {} fails", wish.what);
  }
  if (!wish.zone.empty() && wish.what != "node") {
    return refused("only a node is named by its zone, not a {}", wish.what);
  }
  return {};
}

}  // namespace

Result<Fault> begin_fault(model::Transaction& tx, const std::string& region,
                          const FaultWish& wish) {
  TRY(check(wish));
  TRY_ASSIGN(const Subject subject, Finder(tx.world(), region, wish).find());
  Fault fault{.kind = subject.kind,
              .subject = subject.id,
              .about = fmt::format("{} {}", wish.what, wish.name),
              .loss_percent = wish.loss_percent,
              .delay_ms = static_cast<int>(wish.delay.count()),
              .begun_at = tx.now(),
              .ends_at = tx.now() + wish.lasts};
  for (const auto& [id, other] : tx.world().all<Fault>()) {
    if (other->kind == subject.kind && other->subject == subject.id) {
      fault.id = id;
    }
  }
  if (fault.id.empty()) {
    fault.id = Id<Fault>(tx.ids().ec2_id("fault-"));
  }
  tx.put(fault);
  return fault;
}

Result<> clear_fault(model::Transaction& tx, const std::string& id) {
  if (tx.world().find(Id<Fault>(id)) == nullptr) {
    return refused("there is no fault {}", id);
  }
  tx.erase(Id<Fault>(id));
  return {};
}

void clear_faults(model::Transaction& tx) {
  const model::Table<Fault> all = tx.world().all<Fault>();
  for (const auto& [id, fault] : all) {
    tx.erase(id);
  }
}

}  // namespace postern::daemon
