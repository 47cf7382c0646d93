// SPDX-License-Identifier: Apache-2.0
// A real HAProxy on the loopback. Needs root, since it becomes another user.
#include "relay/haproxy/haproxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "api/acm/test_certificates.h"
#include "base/scratch_directory.h"
#include "relay/haproxy/command.h"

namespace postern::relay {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class HaproxyTest : public testing::Test {
 protected:
  ~HaproxyTest() override { Haproxy(folder_).end_now(); }

  static std::string pem(const std::string& name) {
    const auto key = api::acm::testing::ec_key();
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return api::acm::testing::certificate(
               {.name = name,
                .key = key,
                .signer = nullptr,
                .from = TimePoint(std::chrono::duration_cast<TimePoint::duration>(now - 1h)),
                .until = TimePoint(std::chrono::duration_cast<TimePoint::duration>(now + 1h))}) +
           api::acm::testing::pem(key);
  }
  static Relay relay(const std::string& content, int port = 43117) {
    return {.vpc = 1,
            .fronts = {{.listener = 7,
                        .node = *IpAddress::parse("127.0.0.1"),
                        .port = port,
                        .certificates = {"one.pem"},
                        .ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
                        .alpn_policy = "HTTP2Preferred",
                        .tls_to_targets = true,
                        .tells_targets = true}},
            .files = {{"one.pem", content}}};
  }
  Result<> keep(const Relay& relay) {
    return Haproxy(folder_).keep(relay, [this](const std::function<void()>& action) -> Result<> {
      ++started_;
      action();
      return {};
    });
  }
  std::optional<pid_t> master() const { return listener_at(folder_ + "/" + kMasterSocket); }
  std::optional<pid_t> worker() const { return listener_at(folder_ + "/" + kWorkerSocket); }

  ScratchDirectory directory_;
  std::string folder_ = directory_.path();
  int started_ = 0;
};

TEST_F(HaproxyTest, Is_started_once_and_changes_over_without_ending) {
  const std::string first = pem("one.example.com");
  const auto kept = keep(relay(first));
  ASSERT_TRUE(kept) << kept.error().message();
  const auto begun = master();
  ASSERT_TRUE(begun);
  ASSERT_TRUE(keep(relay(first)));
  EXPECT_EQ(started_, 1);

  const auto changed = keep(relay(pem("two.example.com"), 43118));
  ASSERT_TRUE(changed) << changed.error().message();
  EXPECT_EQ(master(), begun);
  EXPECT_EQ(started_, 1);
}

TEST_F(HaproxyTest, Is_started_again_when_it_was_killed) {
  const Relay wanted = relay(pem("one.example.com"));
  ASSERT_TRUE(keep(wanted));
  const auto begun = master();
  Haproxy(folder_).end_now();
  for (int times = 0; master() && times < 200; ++times) {
    std::this_thread::sleep_for(10ms);
  }
  ASSERT_TRUE(keep(wanted));
  EXPECT_EQ(started_, 2);
  EXPECT_NE(master(), begun);
}

TEST_F(HaproxyTest, What_it_cannot_do_is_said_in_its_words_and_leaves_what_runs) {
  ASSERT_TRUE(keep(relay(pem("one.example.com"))));
  const auto runs = worker();
  const auto refused = keep(relay("no certificate"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("one.pem"));
  EXPECT_EQ(worker(), runs);
}

TEST_F(HaproxyTest, Keys_are_roots_alone) {
  ASSERT_TRUE(keep(relay(pem("one.example.com"))));
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder_ + "/one.pem").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace postern::relay
