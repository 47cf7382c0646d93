// SPDX-License-Identifier: Apache-2.0
#include "model/older_worlds.h"

#include "model/new_credentials.h"
#include "model/new_vpc.h"

namespace postern::model {
namespace {

void complete_vpcs(Transaction& tx) {
  const Table<Vpc> vpcs = tx.world().all<Vpc>();
  for (const auto& [id, vpc] : vpcs) {
    if (default_acl(tx.world(), id) == nullptr) {
      add_default_acl(tx, *vpc);
    }
    if (vpc->main_route_table_association_id.empty()) {
      Vpc changed = *vpc;
      changed.main_route_table_association_id = tx.ids().ec2_id("rtbassoc-");
      add_main_route_table(tx, changed);
      tx.put(std::move(changed));
    }
    const Id<DhcpOptions> options(vpc->dhcp_options_id);
    if (options.value != kNoDhcpOptions && tx.world().find(options) == nullptr) {
      tx.put(default_dhcp_options(options, vpc->owner, vpc->region));
    }
  }
}

void complete_subnets(Transaction& tx) {
  const Table<Subnet> subnets = tx.world().all<Subnet>();
  for (const auto& [id, found] : subnets) {
    Subnet subnet = *found;
    if (subnet.number == 0) {
      subnet.number = tx.next_number();
      tx.put(subnet);
    }
    const NetworkAcl* acl = default_acl(tx.world(), subnet.vpc);
    if (subnet.network_acl.empty() && acl != nullptr) {
      associate_acl(tx, std::move(subnet), acl->id);
    }
  }
}

void complete_instances(Transaction& tx) {
  const Table<Instance> instances = tx.world().all<Instance>();
  for (const auto& [id, found] : instances) {
    if (found->root_volume.id.empty() || found->metadata_secret.empty()) {
      Instance instance = *found;
      if (instance.root_volume.id.empty()) {
        instance.root_volume.id = tx.ids().ec2_id("vol-");
      }
      if (instance.metadata_secret.empty()) {
        instance.metadata_secret = new_secret_key(tx.ids());
      }
      tx.put(std::move(instance));
    }
  }
}

void complete_listeners(Transaction& tx) {
  const Table<Listener> listeners = tx.world().all<Listener>();
  for (const auto& [id, found] : listeners) {
    if (!found->target_group.empty()) {
      Listener listener = *found;
      listener.default_action = forward_to(listener.target_group);
      listener.default_action.order = listener.action_order;
      listener.target_group = {};
      listener.action_order = 0;
      tx.put(std::move(listener));
    }
  }
}

}  // namespace

void complete_older_world(Transaction& tx) {
  complete_vpcs(tx);
  complete_subnets(tx);
  complete_instances(tx);
  complete_listeners(tx);
}

}  // namespace postern::model
