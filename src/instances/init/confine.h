// SPDX-License-Identifier: Apache-2.0
// What every process of an instance has to do without: capabilities and system calls.
//
// Plain system calls only: postern-init uses this inside the instance, `enter` in the CLI.
#pragma once

#include <string>
#include <string_view>

namespace postern::instances::init {

// Takes from this process and all that it starts the capabilities that no instance has, by way of
// the bounding set. What remains counts in the instance's own user namespace only, and is what
// Docker gives and what administering one's own network, mounts and processes needs.
// The words of what failed, or "".
[[nodiscard]] std::string drop_capabilities();

// Puts this process and all that it starts under `program`, an array of sock_filter as
// denied_calls_filter() (instances/launcher/filter.h) makes it. no_new_privs stays off, so that
// sudo works: needs CAP_SYS_ADMIN in the instance's user namespace. The words of what failed, or
// "".
[[nodiscard]] std::string install_filter(std::string_view program);

}  // namespace postern::instances::init
