// SPDX-License-Identifier: Apache-2.0
// What keeps other pages out of a person's console, and a hostile name out of its pages.
#pragma once

#include "api/wire/http.h"

namespace postern::console {

// The cookie that a signed-in browser sends; empty without one.
std::string session_cookie(const api::wire::HttpRequest& request);
// The headers' values that set and take it away. It is sent to the console only, by its own pages
// only, and no script can read it.
std::string set_cookie(const std::string& session, int seconds);
std::string clear_cookie();

// Whether the console's own page sends this. Another site's page cannot: it may not set our header
// without asking us first, which nobody answers. [Fetch standard, CORS-preflight]
bool is_from_own_page(const api::wire::HttpRequest& request);

// The same for a WebSocket, which has no headers of its own: the browser says whose page it is.
bool is_from_own_origin(const api::wire::HttpRequest& request);

// What a browser shall not do with the console's answers: run or load what is not ours, put the
// pages into a frame, tell others where it has been.
void protect(api::wire::HttpResponse& response);

}  // namespace postern::console
