// SPDX-License-Identifier: Apache-2.0
// The files of the console's pages, as they lie in the program: compressed once, by the build.
#pragma once

#include <span>
#include <string_view>

namespace postern::console {

struct Asset {
  std::string_view path;  // below /console/: "index.html", "assets/app-1f2e3d.js"
  std::string_view type;  // its Content-Type
  std::string_view etag;
  std::string_view gzip;  // its bytes
};

// All of them; none when this program was built without the console.
std::span<const Asset> assets();

// Why there are none: a sentence that says how to have them.
std::string_view absence();

}  // namespace postern::console
