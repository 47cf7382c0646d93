// SPDX-License-Identifier: Apache-2.0
// A program at a terminal of ours, with a shell script in the CLI's place.
#include "console/terminals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "base/scratch_directory.h"

namespace postern::console {
namespace {

using api::server::WebSocketPeer;
using testing::HasSubstr;

class TerminalsTest : public testing::Test {
 protected:
  // Tells its words and its window's size, and again the size for each line that it reads.
  TerminalsTest() {
    std::ofstream(program_) << "#!/bin/sh\necho \"words $*\"\nstty size\n"
                               "while read line; do echo \"$line: $(stty size)\"; done\n";
    chmod(program_.c_str(), 0700);
  }

  WebSocketPeer open(const std::string& session) {
    auto peer = terminals_.open(session, "i-1");
    EXPECT_TRUE(peer) << peer.error().message();
    return std::move(*peer);
  }

  // What is shown until `until` is, or the terminal hangs up.
  static std::string shown(const WebSocketPeer& peer, const std::string& until) {
    std::string text;
    char bytes[256];
    pollfd wait{.fd = peer.stream.get(), .events = POLLIN, .revents = 0};
    while (text.find(until) == std::string::npos && poll(&wait, 1, 10'000) > 0) {
      const ssize_t n = read(peer.stream.get(), bytes, sizeof bytes);
      if (n <= 0) {
        return text + "<hung up>";
      }
      text.append(bytes, static_cast<std::size_t>(n));
    }
    return text;
  }

  ScratchDirectory folder_;
  std::string program_ = (folder_.path() / "postern").string();
  Terminals terminals_{program_, "http://127.0.0.1:1"};
};

TEST_F(TerminalsTest, The_CLI_logs_in_at_a_terminal_whose_size_the_browser_says) {
  const WebSocketPeer peer = open("s");
  EXPECT_THAT(shown(peer, "24 80"), HasSubstr("words --endpoint http://127.0.0.1:1 ssh i-1"));
  for (const char* message : {R"({"columns": 120, "rows": 40})", "{}", "no JSON", "[1]",
                              R"({"columns": -1, "rows": 99999999})"}) {
    peer.said(peer.stream.get(), message);
  }
  ASSERT_EQ(write(peer.stream.get(), "now\n", 4), 4);
  EXPECT_THAT(shown(peer, "now: 40 120"), HasSubstr("now: 40 120"));
}

TEST_F(TerminalsTest, A_sessions_end_hangs_up_its_own_terminals) {
  const WebSocketPeer ended = open("ended");
  const WebSocketPeer other = open("other");
  shown(ended, "24 80");
  shown(other, "24 80");
  terminals_.close("ended");
  EXPECT_THAT(shown(ended, "nothing"), HasSubstr("<hung up>"));
  ASSERT_EQ(write(other.stream.get(), "on\n", 3), 3);
  EXPECT_THAT(shown(other, "on: "), HasSubstr("on: "));
  terminals_.reap();
}

TEST_F(TerminalsTest, Who_ignores_hanging_up_itself_hangs_up_others) {
  const auto before = signal(SIGHUP, SIG_IGN);  // as nohup starts a daemon
  const WebSocketPeer peer = open("ended");
  signal(SIGHUP, before);
  shown(peer, "24 80");
  terminals_.close("ended");
  EXPECT_THAT(shown(peer, "nothing"), HasSubstr("<hung up>"));
  terminals_.reap();
}

}  // namespace
}  // namespace postern::console
