// SPDX-License-Identifier: Apache-2.0
#include "daemon/seen_sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

namespace postern::daemon {
namespace {

using explain::Socket;

TEST(SeenSockets, Listening_ones_are_read_and_connected_ones_are_not) {
  const auto found = waiting_sockets(
      "  sl  local_address rem_address   st tx_queue rx_queue\n"
      "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0\n"
      "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0\n"
      "   2: 0A01000A:0050 1401000A:C350 01 00000000:00000000 00:00000000 00000000 0\n",
      6);
  EXPECT_THAT(found, ::testing::ElementsAre(Socket{6, *IpAddress::parse("0.0.0.0"), 80},
                                            Socket{6, *IpAddress::parse("127.0.0.1"), 8080}));
}

TEST(SeenSockets, An_IPv6_address_is_words_of_the_hosts_order) {
  const auto found = waiting_sockets(
      "head\n"
      "   0: 00000000000000000000000000000000:0016 0:0 0A\n"
      "   1: 00000000000000000000000001000000:0035 0:0 0A\n"
      "   2: nonsense 0:0 0A\n",
      6);
  EXPECT_THAT(found, ::testing::ElementsAre(Socket{6, IpAddress(), 22},
                                            Socket{6, *IpAddress::parse("::1"), 53}));
}

TEST(SeenSockets, A_socket_of_this_process_is_seen) {
  const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(listen(fd.get(), 1), 0);
  socklen_t size = sizeof at;
  ASSERT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  const auto found = seen_sockets(getpid());
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_THAT(*found,
              ::testing::Contains(Socket{6, *IpAddress::parse("127.0.0.1"), ntohs(at.sin_port)}));
}

TEST(SeenSockets, Of_a_process_that_is_gone_nothing_can_be_said) {
  EXPECT_FALSE(seen_sockets(999999999));
}

}  // namespace
}  // namespace postern::daemon
