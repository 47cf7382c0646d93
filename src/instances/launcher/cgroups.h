// SPDX-License-Identifier: Apache-2.0
// Cgroups of instances, apart from the daemon's own: a service manager that ends the daemon's
// cgroup does not end the instances, and each instance has a hierarchy to itself.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::instances {

// Where on this host instances' cgroups can be: the cgroup2 hierarchy, and on hosts with version 1
// the one that the service manager keeps its services in. May be empty.
struct CgroupRoots {
  std::string unified;  // mount point; empty if there is none
  std::string manager;  // mount point of name=systemd; empty on pure cgroup2 hosts
};

// From the text of /proc/self/mountinfo.
CgroupRoots find_cgroup_roots(std::string_view mountinfo);
CgroupRoots find_cgroup_roots();

// Makes the cgroup ROOT/GROUP/NAME and puts `pid` in. Its folder; "" (and a warning in the log)
// where this host does not allow that or `root` is "".
std::string make_cgroup(const std::string& root, std::string_view group, std::string_view name,
                        pid_t pid);

// Lets `owner`, an instance's root, make cgroups of its own inside `folder`, a cgroup2.
void delegate_cgroup(const std::string& folder, uid_t owner);

// Removes a cgroup and what an instance made inside. Its processes have
// ended.
Result<> remove_cgroup(const std::string& folder);

}  // namespace postern::instances
