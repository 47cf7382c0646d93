// SPDX-License-Identifier: Apache-2.0
// `postern-init launch`: makes an instance's namespaces and the process that becomes its PID 1.
#pragma once

#include <cstdint>

namespace postern::instances::init {

// Ids 0 to 65535 of an instance are `base` and what follows on the host.
inline constexpr std::uint32_t kIdsOfAnInstance = 65536;

// Clones PID 1 into namespaces of its own, tells the launcher, and ends; so PID 1 is a child of the
// host's init. PID 1 goes on here: waits for the launcher, sets itself up, and becomes
// `postern-init boot` or the image's own init (by exec, so that nothing of the host's side remains
// in it).
[[noreturn]] void launch(std::uint32_t base);

}  // namespace postern::instances::init
