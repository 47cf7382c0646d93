// SPDX-License-Identifier: Apache-2.0
// Byte for byte as the draft has it; tests/test_capture.py has tshark read one.
#include "cli/pcapng.h"

#include <gtest/gtest.h>

#include <cstring>

namespace postern::cli {
namespace {

std::uint32_t word_at(const std::string& bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

TEST(Pcapng, A_file_is_blocks_that_say_their_length_twice) {
  const std::string file =
      pcapng({{.name = "eni-1", .description = "i-1"}}, {{.interface = 0,
                                                          .nanoseconds = 0x100000002,
                                                          .frame = {1, 2, 3, 4, 5},
                                                          .size = 60,
                                                          .comment = "FlowForwarded"}});
  EXPECT_EQ(file.size() % 4, 0U);
  std::vector<std::uint32_t> types;
  std::size_t at = 0;
  while (at < file.size()) {
    const std::uint32_t length = word_at(file, at + 4);
    ASSERT_LE(at + length, file.size());
    ASSERT_EQ(word_at(file, at + length - 4), length);
    types.push_back(word_at(file, at));
    at += length;
  }
  EXPECT_EQ(types, (std::vector<std::uint32_t>{0x0a0d0d0a, 1, 6}));
  EXPECT_EQ(word_at(file, 8), 0x1a2b3c4dU);
}

TEST(Pcapng, A_packet_has_its_time_in_two_words_and_its_comment_behind_it) {
  const std::string empty = pcapng({}, {});
  const std::string file = pcapng({}, {{.interface = 3,
                                        .nanoseconds = 0x100000002,
                                        .frame = {1, 2, 3, 4, 5},
                                        .size = 60,
                                        .comment = "why"}});
  const std::string packet = file.substr(empty.size());
  EXPECT_EQ(word_at(packet, 8), 3U);
  EXPECT_EQ(word_at(packet, 12), 1U);
  EXPECT_EQ(word_at(packet, 16), 2U);
  EXPECT_EQ(word_at(packet, 20), 5U);
  EXPECT_EQ(word_at(packet, 24), 60U);
  EXPECT_EQ(packet[28], 1);
  EXPECT_EQ(packet.substr(36, 7), std::string("\1\0\3\0why", 7));
}

}  // namespace
}  // namespace postern::cli
