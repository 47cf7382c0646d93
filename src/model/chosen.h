// SPDX-License-Identifier: Apache-2.0
// What the operator has chosen: read by the rules, put by the daemon. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/transaction.h"

namespace postern::model {

const Settings& settings_of(const World& world);

void set_timing(Transaction& tx, Timing timing);

// The networks into which topics' messages are delivered.
void set_subscriber_networks(Transaction& tx, std::vector<Cidr> networks);

// How much of each thing an account may have, beside what AWS says.
void set_quotas(Transaction& tx, std::vector<ChosenQuota> quotas);

// Whether the host has what TLS listeners need.
void set_tls_relay(Transaction& tx, bool there);

// Whether there is the image with systemd.
void set_built_image(Transaction& tx, bool there);

// The folders of the operator's that stand for buckets to flow logs.
void set_buckets(Transaction& tx, std::vector<std::string> names);
bool has_operators_bucket(const World& world, std::string_view name);

}  // namespace postern::model
