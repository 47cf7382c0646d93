// SPDX-License-Identifier: Apache-2.0
// The instance's file system, made by its PID 1 from inside its namespaces.
#pragma once

#include <vector>

#include "instances/init/wire.h"

namespace postern::instances::init {

// Mounts an overlay for each tree and /proc, /sys, /dev, /run over it, makes that the root, and
// lets go of the host's. `descriptors` as in wire.h. Ends the process with words to the launcher on
// failure.
void enter_root(const Start& start, const std::vector<int>& descriptors);

// A terminal of the instance's own as its /dev/console. The end that reads what is written there,
// and the terminal. Inside the new root.
struct ConsoleTerminal {
  int master = -1;
  int terminal = -1;
};
ConsoleTerminal open_console();

// Host name, /etc/hostname, /etc/hosts, /etc/resolv.conf, and the loopback interface. Inside the
// new root, with the instance's own rights: a link that an instance left in its /etc leads nowhere
// else.
void set_identity(const Start& start);

}  // namespace postern::instances::init
