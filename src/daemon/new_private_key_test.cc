// SPDX-License-Identifier: Apache-2.0
#include "daemon/new_private_key.h"

#include <gtest/gtest.h>

namespace postern::daemon {
namespace {

TEST(NewPrivateKey, Is_of_the_kind_asked_for_and_nobody_elses) {
  struct Case {
    api::ec2::KeyType type;
    const char* begins;
    std::size_t public_size;  // of ssh's line: 2048 bits, 256 bits
  };
  for (const Case& c : {Case{api::ec2::KeyType::Rsa, "ssh-rsa ", 382},
                        Case{api::ec2::KeyType::Ed25519, "ssh-ed25519 ", 82}}) {
    SCOPED_TRACE(c.begins);
    const auto key = new_private_key(c.type);
    ASSERT_TRUE(key) << key.error().message();
    const auto written = api::ec2::write_key(*key, api::ec2::KeyFormat::Pem, "c");
    ASSERT_TRUE(written);
    EXPECT_TRUE(written->public_key.starts_with(c.begins)) << written->public_key;
    EXPECT_EQ(written->public_key.size(), c.public_size);
    EXPECT_NE(new_private_key(c.type).value(), *key);
  }
}

}  // namespace
}  // namespace postern::daemon
