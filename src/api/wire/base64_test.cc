// SPDX-License-Identifier: Apache-2.0
#include "api/wire/base64.h"

#include <gtest/gtest.h>

namespace postern::api::wire {
namespace {

// [RFC 4648, section 10]
TEST(Base64, Vectors_of_the_RFC_go_both_ways) {
  struct Case {
    const char* bytes;
    const char* text;
  };
  const Case cases[] = {{"", ""},
                        {"f", "Zg=="},
                        {"fo", "Zm8="},
                        {"foo", "Zm9v"},
                        {"foob", "Zm9vYg=="},
                        {"fooba", "Zm9vYmE="},
                        {"foobar", "Zm9vYmFy"}};
  for (const Case& c : cases) {
    EXPECT_EQ(base64_encode(c.bytes), c.text);
    EXPECT_EQ(base64_decode(c.text), c.bytes);
  }
}

TEST(Base64, Bytes_that_are_no_text_survive) {
  std::string bytes;
  for (int n = 0; n < 256; ++n) {
    bytes.push_back(static_cast<char>(n));
  }
  EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
}

TEST(Base64, Line_breaks_are_skipped_and_anything_else_is_refused) {
  EXPECT_EQ(base64_decode("Zm9v\nYmFy\r\n"), "foobar");
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9!", "#!/bin/sh\n", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

}  // namespace
}  // namespace postern::api::wire
