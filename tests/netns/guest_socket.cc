// SPDX-License-Identifier: Apache-2.0
#include "netns/guest_socket.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <fstream>
#include <list>

#include "dataplane/linux/net_namespace.h"

namespace postern::dataplane {
namespace {

sockaddr_in socket_address(const At& at) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(at.port);
  inet_pton(AF_INET, at.address.c_str(), &made.sin_addr);
  return made;
}

Fd open_in(int netns_fd, int type, int protocol = 0) {
  auto made = open_socket_in(netns_fd, AF_INET, type, protocol);
  EXPECT_TRUE(made) << made.error().message();
  return std::move(*made);
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool wait_for(int fd, short events) {
  pollfd polled{.fd = fd, .events = events, .revents = 0};
  return poll(&polled, 1, static_cast<int>(kPatience.count())) == 1;
}

std::string receive(int fd) {
  std::array<char, 4096> buffer{};
  if (!wait_for(fd, POLLIN)) {
    return "";
  }
  const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : "";
}

void send_all(int fd, const std::string& text) {
  EXPECT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

}  // namespace

Server::Server(int netns_fd, std::string name, std::uint16_t port, Manner manner)
    : name_(std::move(name)),
      manner_(manner),
      listening_(open_in(netns_fd, SOCK_STREAM)),
      stop_(eventfd(0, 0)) {
  const int yes = 1;
  setsockopt(listening_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in anywhere = socket_address({"0.0.0.0", port});
  EXPECT_EQ(bind(listening_.get(), generic(anywhere), sizeof anywhere), 0);
  EXPECT_EQ(listen(listening_.get(), 64), 0);
  thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

std::string Server::last_client() const {
  return IpAddress::v4(last_client_).text();
}

void Server::serve() const {
  std::list<Fd> clients;
  while (true) {
    std::vector<pollfd> polled = {{stop_.get(), POLLIN, 0}, {listening_.get(), POLLIN, 0}};
    for (const Fd& client : clients) {
      polled.push_back({client.get(), POLLIN, 0});
    }
    poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) {
      return;
    }
    for (std::size_t at = 2; at < polled.size(); ++at) {
      std::array<char, 4096> buffer{};
      if (polled[at].revents == 0) {
        continue;
      }
      const ssize_t size = recv(polled[at].fd, buffer.data(), buffer.size(), 0);
      if (size > 0) {
        send(polled[at].fd, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
      } else {
        clients.remove_if([&](const Fd& client) { return client.get() == polled[at].fd; });
      }
    }
    if (polled[1].revents != 0) {
      sockaddr_in from{};
      socklen_t size = sizeof from;
      Fd client(accept(listening_.get(), reinterpret_cast<sockaddr*>(&from), &size));
      if (client) {
        last_client_ = ntohl(from.sin_addr.s_addr);
        send(client.get(), name_.data(), name_.size(), MSG_NOSIGNAL);
        if (manner_ == Manner::Echoes) {
          clients.push_back(std::move(client));
        }
      }
    }
  }
}

std::optional<Connection> Connection::open(int netns_fd, const At& to, const std::string& from) {
  Fd fd = open_in(netns_fd, SOCK_STREAM | SOCK_NONBLOCK);
  if (!from.empty()) {
    const sockaddr_in source = socket_address({from, 0});
    EXPECT_EQ(bind(fd.get(), generic(source), sizeof source), 0);
  }
  const sockaddr_in destination = socket_address(to);
  if (connect(fd.get(), generic(destination), sizeof destination) != 0 && errno != EINPROGRESS) {
    return std::nullopt;
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (!wait_for(fd.get(), POLLOUT) ||
      getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    return std::nullopt;
  }
  return Connection(std::move(fd));
}

std::string Connection::greeting() const {
  return receive(fd_.get());
}

bool Connection::echoes(const std::string& text) const {
  if (send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(text.size())) {
    return false;
  }
  std::string back;
  while (back.size() < text.size()) {
    const std::string part = receive(fd_.get());
    if (part.empty()) {
      return false;
    }
    back += part;
  }
  return back == text;
}

std::string ask(int netns_fd, const At& to, const std::string& from) {
  const auto connection = Connection::open(netns_fd, to, from);
  return connection ? connection->greeting() : "";
}

void set_local_ports(int netns_fd, int first, int last) {
  const auto done = run_in_namespace(netns_fd, [&] {
    std::ofstream("/proc/sys/net/ipv4/ip_local_port_range") << first << ' ' << last;
  });
  EXPECT_TRUE(done) << done.error().message();
}

bool ping(int netns_fd, const std::string& to) {
  const Fd fd = open_in(netns_fd, SOCK_RAW, IPPROTO_ICMP);
  icmphdr request{};
  request.type = ICMP_ECHO;
  request.un.echo.id = htons(77);
  request.un.echo.sequence = htons(1);
  // The words' ones' complement sum: type 8 and code 0, id 77, sequence 1.
  request.checksum = htons(static_cast<std::uint16_t>(~(0x0800 + 77 + 1)));
  const sockaddr_in destination = socket_address({to, 0});
  sendto(fd.get(), &request, sizeof request, 0, generic(destination), sizeof destination);
  const std::string answer = receive(fd.get());
  return answer.size() >= 28 && answer[20] == ICMP_ECHOREPLY;
}

Fd udp_at(int netns_fd, const At& at) {
  Fd fd = open_in(netns_fd, SOCK_DGRAM);
  const sockaddr_in here = socket_address(at);
  EXPECT_EQ(bind(fd.get(), generic(here), sizeof here), 0);
  return fd;
}

std::optional<std::string> ask_udp(int netns_fd, const At& to, const std::string& question) {
  const Fd fd = open_in(netns_fd, SOCK_DGRAM);
  const sockaddr_in destination = socket_address(to);
  EXPECT_EQ(connect(fd.get(), generic(destination), sizeof destination), 0);
  send_all(fd.get(), question);
  const std::string answer = receive(fd.get());
  return answer.empty() ? std::nullopt : std::optional(answer);
}

void answer_udp(const Fd& socket, const std::string& answer) {
  std::array<char, 4096> buffer{};
  sockaddr_in from{};
  socklen_t size = sizeof from;
  if (wait_for(socket.get(), POLLIN) && recvfrom(socket.get(), buffer.data(), buffer.size(), 0,
                                                 reinterpret_cast<sockaddr*>(&from), &size) > 0) {
    sendto(socket.get(), answer.data(), answer.size(), 0, generic(from), size);
  }
}

}  // namespace postern::dataplane
