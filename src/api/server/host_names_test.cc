// SPDX-License-Identifier: Apache-2.0
#include "api/server/host_names.h"

#include <gtest/gtest.h>

namespace postern::api::server {
namespace {

TEST(HostNames, Addresses_localhost_and_configured_names_are_our_own) {
  const std::vector<std::string> names = {"lab.example"};
  for (const char* host :
       {"127.0.0.1:4566", "127.0.0.1", "[::1]:4566", "localhost:4566", "LOCALHOST",
        "postern.localhost:80", "lab.example:4566", "Lab.Example"}) {
    EXPECT_TRUE(is_own_host(host, names)) << host;
  }
  for (const char* host : {"", "evil.example:4566", "lab.example.evil.example", "xlab.example",
                           "notlocalhost", "127.0.0.1.evil.example", ":4566"}) {
    EXPECT_FALSE(is_own_host(host, names)) << host;
  }
}

}  // namespace
}  // namespace postern::api::server
