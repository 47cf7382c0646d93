// SPDX-License-Identifier: Apache-2.0
// The image `ami-host`: the host's own system, without what is private to the host.
//
// An instance sees the host's programs and packages as they are, and needs no download. It does not
// see the host's people, passwords, keys, data, logs or state:
//   /usr, /bin, /lib…    as they are
//   /etc                 without every file and folder that the host keeps from other users,
//   without
//                        SSH host keys; accounts are the system's, all locked;
//                        one certificate authority more is trusted
//   /var/lib             the package manager's state; other folders are there, and empty
//   /var/log, cache…     their folders, empty
//   /root, /home, /opt, /srv, /mnt, /media, /boot, /tmp   empty
//   anything else at the top level                        not there
//   other file systems mounted below these                not there, but /usr, /usr/local, /var,
//   /var/lib
#pragma once

#include <string>
#include <vector>

#include "instances/image/image.h"

namespace postern::instances {

// Reads what the system at `root` ("/" for the host's own) is made of now. `private_paths` are
// folders below it that are hidden too: the daemon's own. `trusted` is a certificate authority, as
// PEM, that programs there are to trust beside the host's. Takes milliseconds; nothing of it is
// kept. Needs the right to mount.
Result<Image> host_image(const std::string& root, const std::vector<std::string>& private_paths,
                         const std::string& trusted = {});

}  // namespace postern::instances
