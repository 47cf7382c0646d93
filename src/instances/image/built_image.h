// SPDX-License-Identifier: Apache-2.0
// The image that scripts/build_image makes: Debian with systemd as PID 1, one tree in variants.
//
//   <folder>/current                 a link to the newest <build>
//   <folder>/<build>/root            the system
//   <folder>/<build>/variants/<v>    what lies over it in an instance of the variant <v>
//
// An instance goes on with the build that it was started of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "instances/image/image.h"

namespace postern::instances {

// The newest build below `folder`; nullopt if there is none.
std::optional<std::string> newest_build(const std::string& folder);

// Those of /etc/passwd's accounts that people log in to: ids from 1000 on, and not nobody.
std::vector<Login> logins_of(std::string_view passwd);

// The variant of that build. `trusted` as of host_image().
Result<Image> built_image(const std::string& build, std::string_view variant,
                          const std::string& trusted = {});

}  // namespace postern::instances
