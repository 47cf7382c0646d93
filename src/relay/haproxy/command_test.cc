// SPDX-License-Identifier: Apache-2.0
#include "relay/haproxy/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace postern::relay {
namespace {

using testing::HasSubstr;

const std::string kOutput =
    std::filesystem::temp_directory_path() / ("postern-command-" + std::to_string(getpid()));

TEST(Command, A_program_that_ends_well_is_no_error) {
  EXPECT_TRUE(run_program({"/bin/true"}, kOutput));
}

TEST(Command, One_that_fails_is_told_of_in_its_own_words) {
  const auto failed = run_program({"/bin/sh", "-c", "echo no such luck; exit 3"}, kOutput);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("no such luck"));
}

TEST(Command, One_that_is_not_there_is_named) {
  const auto failed = run_program({"/nowhere/haproxy"}, kOutput);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("/nowhere/haproxy"));
}

TEST(Command, Nobody_answers_at_a_socket_that_is_not_there) {
  EXPECT_FALSE(ask("/nowhere/socket", "show info"));
  EXPECT_FALSE(listener_at("/nowhere/socket"));
  EXPECT_FALSE(ask(std::string(200, 'x'), "show info"));
}

}  // namespace
}  // namespace postern::relay
