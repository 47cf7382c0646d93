// SPDX-License-Identifier: Apache-2.0
// Which of the console's files a path means, and how a browser may keep it.
#pragma once

#include <span>

#include "api/wire/http.h"
#include "console/assets.h"

namespace postern::console {

// Where everything of the console is.
inline constexpr std::string_view kRoot = "/console/";

// The file at `request`'s path below kRoot. A path that is no file is a page: the application at
// index.html knows which. `absence` is what a person is told when there are no files at all.
api::wire::HttpResponse file_answer(std::span<const Asset> files, std::string_view absence,
                                    const api::wire::HttpRequest& request);

}  // namespace postern::console
