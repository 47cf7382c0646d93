// SPDX-License-Identifier: Apache-2.0
// For tests: a World with an account, its VPC 10.0.0.0/16 with the subnet 10.0.1.0/24, and another
// account's.
#pragma once

#include "daemon/attach_rule.h"
#include "model/new_vpc.h"

namespace postern::daemon {

struct AttachWorld {
  static constexpr const char* kRegion = "ap-northeast-1";

  explicit AttachWorld(model::Transaction& tx) {
    alice = add(tx, "111111111111", "alice", "subnet-11111111");
    add(tx, "222222222222", "bob", "subnet-22222222");
  }

  static model::Vpc add(model::Transaction& tx, const std::string& account, const std::string& name,
                        const std::string& subnet) {
    const model::Id<model::Account> owner(account);
    tx.put(model::Account{.id = owner, .name = name});
    const model::Vpc vpc = model::add_vpc(
        tx, {.owner = owner, .region = kRegion, .cidr = *Cidr::parse("10.0.0.0/16")});
    tx.put(model::Subnet{.id = model::Id<model::Subnet>(subnet),
                         .owner = owner,
                         .region = kRegion,
                         .vpc = vpc.id,
                         .cidr = *Cidr::parse("10.0.1.0/24"),
                         .zone = "ap-northeast-1a",
                         .zone_id = "apne1-az4"});
    return vpc;
  }

  static AttachWish wish(model::HolderKind kind = model::HolderKind::Process,
                         const std::string& place = "4711") {
    return {.account = "alice", .subnet = "subnet-11111111", .kind = kind, .place = place};
  }

  model::Vpc alice;
};

}  // namespace postern::daemon
