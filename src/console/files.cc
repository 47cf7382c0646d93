// SPDX-License-Identifier: Apache-2.0
#include "console/files.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::console {
namespace {

using api::wire::HttpRequest;
using api::wire::HttpResponse;

constexpr std::string_view kIndex = "index.html";
// Files here have a hash of their content in their names.
constexpr std::string_view kHashed = "assets/";

const Asset* find(std::span<const Asset> files, std::string_view path) {
  const auto at = std::ranges::find(files, path, &Asset::path);
  return at == files.end() ? nullptr : &*at;
}

HttpResponse plain(int status, std::string words) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain;charset=UTF-8"}, {"Cache-Control", "no-store"}},
          .body = std::move(words)};
}

bool accepts_gzip(const HttpRequest& request) {
  const std::string* encodings = request.header("Accept-Encoding");
  return encodings != nullptr && encodings->find("gzip") != std::string::npos;
}

}  // namespace

HttpResponse file_answer(std::span<const Asset> files, std::string_view absence,
                         const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse out = plain(405, "The console's files are only read.\n");
    out.headers.push_back({"Allow", "GET, HEAD"});
    return out;
  }
  if (files.empty()) {
    return plain(503, fmt::format("{}\n", absence));
  }
  const std::string_view path = request.path().substr(kRoot.size());
  const Asset* file = find(files, path);
  const bool hashed = path.starts_with(kHashed);
  if (file == nullptr) {
    if (hashed) {
      return plain(404, "There is no such file: it is of another version of the console.\n");
    }
    file = find(files, kIndex);
  }
  HttpResponse out{
      .status = 200,
      .headers = {{"ETag", std::string(file->etag)},
                  {"Vary", "Accept-Encoding"},
                  {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"}}};
  const std::string* known = request.header("If-None-Match");
  if (known != nullptr && *known == file->etag) {
    out.status = 304;
    return out;
  }
  if (!accepts_gzip(request)) {
    return plain(406, "The console's files are sent with Content-Encoding: gzip only.\n");
  }
  out.headers.push_back({"Content-Type", std::string(file->type)});
  out.headers.push_back({"Content-Encoding", "gzip"});
  out.body = file->gzip;
  return out;
}

}  // namespace postern::console
