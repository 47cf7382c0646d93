// SPDX-License-Identifier: Apache-2.0
#include "api/wire/utf8.h"

#include <gtest/gtest.h>

namespace postern::api::wire {
namespace {

TEST(Utf8, Is_told_from_other_bytes) {
  for (const char* text : {"", "abc", "\t\r\n\x01", "\u00e9", "\u6771\u4eac", "\U0001F5FC"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
  for (const char* bytes : {"\xff", "\xc3", "\xc3(", "\xa9", "\xed\xa0\x80" /* a surrogate */,
                            "\xc0\xaf" /* too long */, "\xf4\x90\x80\x80" /* too large */}) {
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace postern::api::wire
