// SPDX-License-Identifier: Apache-2.0
// The launcher's message to PID 1: what goes in comes out, and nothing else is taken for one.
#include "instances/init/wire.h"

#include <gtest/gtest.h>

namespace postern::instances::init {
namespace {

const Start kStart{.trees = {"/", "/var"},
                   .hostname = "ip-10-0-1-5",
                   .hosts = "127.0.0.1 localhost\n",
                   .resolv_conf = "nameserver 10.0.0.2\n",
                   .filter = std::string("\0\1\2", 3),
                   .program = "/sbin/init",
                   .first_boot = true,
                   .has_cgroup = false};

TEST(Wire, A_start_message_comes_out_as_it_went_in) {
  EXPECT_EQ(decode_start(encode(kStart)), kStart);
}

TEST(Wire, A_message_cut_short_anywhere_or_too_long_is_refused) {
  const std::string bytes = encode(kStart);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(decode_start(std::string_view(bytes).substr(0, length)), std::nullopt) << length;
  }
  EXPECT_EQ(decode_start(bytes + "x"), std::nullopt);
}

TEST(Wire, More_trees_than_descriptors_fit_are_refused) {
  Start start = kStart;
  start.trees.assign(kTreesMax, "/");
  EXPECT_TRUE(decode_start(encode(start)).has_value());
  start.trees.emplace_back("/");
  EXPECT_EQ(decode_start(encode(start)), std::nullopt);
}

}  // namespace
}  // namespace postern::instances::init
