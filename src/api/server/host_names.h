// SPDX-License-Identifier: Apache-2.0
// The names by which this host may be called in a browser.
//
// A page of another site can have its own name point at our address after it was loaded, and is
// then of the same origin as we are ("DNS rebinding"). It cannot choose what a browser sends as
// Host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::api::server {

// Whether a Host header's value, with or without a port, is an address, localhost or a name below
// it, or one of `names`.
bool is_own_host(std::string_view host, const std::vector<std::string>& names);

}  // namespace postern::api::server
