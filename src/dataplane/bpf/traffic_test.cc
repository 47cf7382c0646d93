// SPDX-License-Identifier: Apache-2.0
// Real sockets in real namespaces: what BPF_PROG_TEST_RUN does not show, such as checksums that are
// still to be computed, segments put together, and what a receiver's stack takes.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <thread>

#include "dataplane/bpf/test_guest.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

sockaddr_in endpoint_of(const char* address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, address, &out.sin_addr);
  return out;
}

Fd new_socket(int type) {
  Fd out(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  setsockopt(out.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(out.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return out;
}

// 0 or errno.
int connect_to(const Fd& socket, const char* address, std::uint16_t port) {
  const sockaddr_in to = endpoint_of(address, port);
  const auto* generic = reinterpret_cast<const sockaddr*>(&to);
  return connect(socket.get(), generic, sizeof to) == 0 ? 0 : errno;
}

Fd listen_at(const char* address, std::uint16_t port) {
  Fd out = new_socket(SOCK_STREAM);
  const int on = 1;
  setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in at = endpoint_of(address, port);
  EXPECT_EQ(bind(out.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(listen(out.get(), 16), 0);
  return out;
}

std::string read_all(const Fd& socket) {
  std::string out;
  std::string buffer(1 << 16, '\0');
  ssize_t got;
  while ((got = recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0) {
    out.append(buffer, 0, static_cast<std::size_t>(got));
  }
  EXPECT_EQ(got, 0) << "ended by an error";
  return out;
}

void write_all(const Fd& socket, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t sent = send(socket.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    done += static_cast<std::size_t>(sent);
  }
}

// Bytes that no shift or loss leaves as they are.
std::string content(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t state = 1;
  for (char& each : out) {
    state = state * 1664525 + 1013904223;
    each = static_cast<char>(state >> 24);
  }
  return out;
}

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

// The client and target 1 of the topology, at links of their own: these go with their guests.
constexpr std::uint32_t kClientLink = 26, kTargetLink = 27;

class Traffic : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const std::uint32_t port : {kClientLink, kTargetLink}) {
      attach(testing::fabric(), port);
    }
    client_ = new Guest(kClientLink, "10.0.1.10");
    target_ = new Guest(kTargetLink, "10.0.1.10");
  }
  Traffic() {
    world_.instance(kConsumer, "10.0.1.10", kClientEni, kClientLink, {kClientGroup});
    world_.instance(kProvider, "10.0.1.10", kTarget1Eni, kTargetLink, {kTargetGroupOfRules});
  }
  static void TearDownTestSuite() {
    delete client_;
    delete target_;
  }

  // A connection through the endpoint: `size` bytes there and back, as they were.
  void exchange(std::size_t size) {
    const std::string bytes = content(size);
    Fd listener;
    target_->run([&] { listener = listen_at("10.0.1.10", 8080); });
    std::thread server([&] {
      const Fd socket(accept(listener.get(), nullptr, nullptr));
      write_all(socket, read_all(socket));
    });
    client_->run([&] {
      const Fd socket = new_socket(SOCK_STREAM);
      EXPECT_EQ(connect_to(socket, "10.0.1.100", 80), 0);
      std::thread writer([&] {
        write_all(socket, bytes);
        shutdown(socket.get(), SHUT_WR);
      });
      writer.join();
      EXPECT_TRUE(read_all(socket) == bytes);
    });
    server.join();
  }

  TestWorld world_{testing::fabric()};
  static Guest* client_;
  static Guest* target_;
};
Guest* Traffic::client_ = nullptr;
Guest* Traffic::target_ = nullptr;

TEST_F(Traffic, Bytes_arrive_as_they_were_whatever_the_links_leave_to_later) {
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
      write_all(at_client, "x");
      char byte;
      ASSERT_EQ(recv(at_target.get(), &byte, 1, 0), 1);
      testing::fabric().pass(400);
      const Fd& speaker = client_speaks ? at_client : at_target;
      write_all(speaker, content(20000));
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
