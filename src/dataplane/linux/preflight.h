// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace postern::dataplane {

// Whether this machine can carry the data plane: the rights, the bpf system call, bpffs, network
// namespaces and veth. The error is one sentence for the person who starts the daemon. Changes
// nothing.
Result<> check_machine();

}  // namespace postern::dataplane
