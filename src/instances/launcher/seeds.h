// SPDX-License-Identifier: Apache-2.0
// What a new instance is told by files: its user data and its key. Pure.
#pragma once

#include <vector>

#include "instances/image/image.h"
#include "instances/launcher/launcher.h"

namespace postern::instances {

// The user data where it is looked for. An image with an init of its own has cloud-init, and gets
// the data as cloud-init's NoCloud source has it; postern-init reads a plain file.
// https://cloudinit.readthedocs.io/en/22.4.2/topics/datasources/nocloud.html
std::vector<Seed> user_data_seeds(const HostSpec& spec, bool for_cloud_init);

// The public key, for everybody in `logins`. Nothing without a key.
std::vector<Seed> key_seeds(const HostSpec& spec, const std::vector<Login>& logins);

}  // namespace postern::instances
