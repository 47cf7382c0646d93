// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/inotify.h"

#include <fstream>

#include "base/log.h"

namespace postern::instances {

Result<> allow_inotify(int least, const std::string& file) {
  int limit = 0;
  if (!(std::ifstream(file) >> limit) || limit >= least) {
    return {};  // without the file there is no such limit
  }
  if (!(std::ofstream(file) << least << std::flush)) {
    return unavailable(
        "an image with systemd needs fs.inotify.max_user_instances to be {} or more; it is {} and "
        "cannot be raised from here: sysctl -w fs.inotify.max_user_instances={}",
        least, limit, least);
  }
  log::info("raised fs.inotify.max_user_instances for instances with systemd",
            {{"from", limit}, {"to", least}});
  return {};
}

}  // namespace postern::instances
