// SPDX-License-Identifier: Apache-2.0
// Real sockets in real namespaces: what BPF_PROG_TEST_RUN does not show, such as checksums that are
// still to be computed, segments put together, and what a receiver's stack takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <thread>

#include "dataplane/bpf/test_socket.h"
#include "dataplane/bpf/test_traffic.h"

namespace postern::dataplane::testing {
namespace {

// A counter of this namespace's stack, such as Tcp InCsumErrors.
long stack_counter(const std::string& protocol, const std::string& name) {
  std::ifstream file("/proc/thread-self/net/snmp");
  std::string names, values;
  while (std::getline(file, names) && std::getline(file, values)) {
    std::istringstream keys(names), numbers(values);
    std::string key, number;
    keys >> key;
    numbers >> number;
    if (key != protocol + ":") {
      continue;
    }
    while (keys >> key && numbers >> number) {
      if (key == name) {
        return std::stol(number);
      }
    }
  }
  return -1;
}

class Exchanged : public Traffic {
 protected:
  // A connection through the endpoint: `size` bytes there and back, as they were.
  void exchange(std::size_t size) {
    const std::string bytes = content(size);
    Fd listener;
    target_->run([&] { listener = listen_at("10.0.1.10", 8080); });
    std::thread server([&] {
      const Fd socket(accept(listener.get(), nullptr, nullptr));
      send_all(socket, read_all(socket));
    });
    client_->run([&] {
      const Fd socket = new_socket(SOCK_STREAM);
      EXPECT_EQ(connect_to(socket, "10.0.1.100", 80), 0);
      std::thread writer([&] {
        send_all(socket, bytes);
        shutdown(socket.get(), SHUT_WR);
      });
      writer.join();
      EXPECT_TRUE(read_all(socket) == bytes);
    });
    server.join();
  }
};

TEST_F(Exchanged, Bytes_arrive_as_they_were_whatever_the_links_leave_to_later) {
  for (const bool client_offloads : {true, false}) {
    for (const bool target_offloads : {true, false}) {
      SCOPED_TRACE(::testing::Message() << client_offloads << target_offloads);
      client_->set_offloads(client_offloads);
      target_->set_offloads(target_offloads);
      exchange(4 << 20);
    }
  }
  client_->set_offloads(true);
  target_->set_offloads(true);
  for (const Guest* guest : {client_, target_}) {
    guest->run([] {
      EXPECT_EQ(stack_counter("Tcp", "InCsumErrors"), 0);
      EXPECT_EQ(stack_counter("Tcp", "InErrs"), 0);
    });
  }
}

TEST_F(Traffic, A_target_that_does_not_listen_refuses) {
  client_->run([] {
    EXPECT_EQ(connect_to(new_socket(SOCK_STREAM), "10.0.1.100", 80), ECONNREFUSED);

    const Fd udp = new_socket(SOCK_DGRAM);
    EXPECT_EQ(connect_to(udp, "10.0.1.100", 53), 0);
    EXPECT_EQ(send(udp.get(), "x", 1, 0), 1);
    char byte;
    EXPECT_EQ(recv(udp.get(), &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNREFUSED);
    EXPECT_EQ(stack_counter("Icmp", "InCsumErrors"), 0);
  });
}

// [NLB guide: a client that sends data after the idle time-out receives a TCP RST]
TEST_F(Traffic, Whoever_speaks_after_the_idle_time_is_reset) {
  for (const bool client_speaks : {true, false}) {
    for (const bool offloads : {true, false}) {
      SCOPED_TRACE(::testing::Message() << client_speaks << offloads);
      client_->set_offloads(offloads);
      target_->set_offloads(offloads);
      Fd listener, at_client, at_target;
      target_->run([&] { listener = listen_at("10.0.1.10", 8080); });
      client_->run([&] {
        at_client = new_socket(SOCK_STREAM);
        ASSERT_EQ(connect_to(at_client, "10.0.1.100", 80), 0);
      });
      at_target = Fd(accept(listener.get(), nullptr, nullptr));
      send_all(at_client, "x");
      char byte;
      ASSERT_EQ(recv(at_target.get(), &byte, 1, 0), 1);
      testing::fabric().pass(400);
      const Fd& speaker = client_speaks ? at_client : at_target;
      send_all(speaker, content(20000));
      EXPECT_EQ(recv(speaker.get(), &byte, 1, 0), -1);
      EXPECT_EQ(errno, ECONNRESET);
    }
  }
  client_->set_offloads(true);
  target_->set_offloads(true);
}

TEST_F(Traffic, Segments_through_an_endpoint_fit_its_MTU) {
  Fd listener;
  target_->run([&] { listener = listen_at("10.0.1.10", 8080); });
  client_->run([&] {
    const Fd socket = new_socket(SOCK_STREAM);
    ASSERT_EQ(connect_to(socket, "10.0.1.100", 80), 0);
    int mss = 0;
    socklen_t size = sizeof mss;
    getsockopt(socket.get(), IPPROTO_TCP, TCP_MAXSEG, &mss, &size);
    EXPECT_LE(mss, 8460);
    EXPECT_GT(mss, 8400);
  });
}

}  // namespace
}  // namespace postern::dataplane::testing
