// SPDX-License-Identifier: Apache-2.0
#include "instances/init/say.h"

#include <time.h>
#include <unistd.h>

namespace postern::instances::init {

void say(const std::string& words) {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char stamp[32];
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
  const std::string line = std::string(stamp) + " postern-init: " + words + "\n";
  (void)!write(STDOUT_FILENO, line.data(), line.size());
}

}  // namespace postern::instances::init
