// SPDX-License-Identifier: Apache-2.0
#include "console/files.h"

#include <gtest/gtest.h>

#include "api/server/loopback_client.h"

namespace postern::console {
namespace {

using api::server::header_of;
using api::wire::HttpRequest;
using api::wire::HttpResponse;

constexpr Asset kFiles[] = {
    {.path = "index.html", .type = "text/html", .etag = "\"1\"", .gzip = "page"},
    {.path = "assets/app-1f.js", .type = "text/javascript", .etag = "\"2\"", .gzip = "script"}};

HttpResponse get(const std::string& target, std::vector<api::wire::HttpHeader> headers = {}) {
  headers.push_back({"Accept-Encoding", "deflate, gzip"});
  return file_answer(kFiles, "absent",
                     {.method = "GET", .target = target, .headers = std::move(headers)});
}

TEST(ConsoleFiles, A_file_with_a_hash_in_its_name_is_kept_for_good) {
  const HttpResponse script = get("/console/assets/app-1f.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.body, "script");
  EXPECT_EQ(header_of(script, "Content-Type"), "text/javascript");
  EXPECT_EQ(header_of(script, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(script, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(ConsoleFiles, Every_page_is_the_application_and_is_asked_for_anew) {
  for (const char* target : {"/console/", "/console/vpc/endpoints/vpce-1?lang=ja"}) {
    const HttpResponse page = get(target);
    EXPECT_EQ(page.status, 200) << target;
    EXPECT_EQ(page.body, "page");
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-cache");
  }
}

TEST(ConsoleFiles, What_the_browser_has_is_not_sent_again) {
  const HttpResponse page = get("/console/", {{"If-None-Match", "\"1\""}});
  EXPECT_EQ(page.status, 304);
  EXPECT_EQ(page.body, "");
  EXPECT_EQ(get("/console/", {{"If-None-Match", "\"0\""}}).status, 200);
}

TEST(ConsoleFiles, A_script_of_an_older_console_is_not_a_page) {
  EXPECT_EQ(get("/console/assets/app-00.js").status, 404);
}

TEST(ConsoleFiles, Files_are_only_read_and_only_by_who_can_unpack_them) {
  HttpRequest request{.method = "POST", .target = "/console/", .headers = {}, .body = ""};
  EXPECT_EQ(file_answer(kFiles, "absent", request).status, 405);
  request.method = "GET";
  EXPECT_EQ(file_answer(kFiles, "absent", request).status, 406);
}

TEST(ConsoleFiles, Without_files_a_person_is_told_why) {
  const HttpResponse answer = file_answer(
      {}, "Built without.", {.method = "GET", .target = "/console/", .headers = {}, .body = ""});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "Built without.\n");
}

}  // namespace
}  // namespace postern::console
