// SPDX-License-Identifier: Apache-2.0
// Sockets inside the namespaces of a test: servers, clients, and a ping.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "base/fd.h"
#include "base/net.h"

namespace postern::dataplane {

// Long enough for anything on one host; only what is denied waits it out.
inline constexpr std::chrono::milliseconds kPatience{400};

struct At {
  std::string address;
  std::uint16_t port = 0;
};

enum class Manner { Echoes, HangsUp };

// A TCP server in a namespace: says its name to whoever connects, then sends back what it gets, or
// closes the connection at once.
class Server {
 public:
  Server(int netns_fd, std::string name, std::uint16_t port, Manner manner = Manner::Echoes);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where the last client came from, as the server sees it.
  std::string last_client() const;

 private:
  void serve() const;

  std::string name_;
  Manner manner_;
  Fd listening_;
  Fd stop_;
  mutable std::atomic<std::uint32_t> last_client_ = 0;
  std::thread thread_;
};

// A TCP connection from a namespace.
class Connection {
 public:
  // nullopt if it is not answered in time, or refused. `from`: an address to bind to, or empty.
  static std::optional<Connection> open(int netns_fd, const At& to, const std::string& from = "");

  // The server's name; empty once it has closed the connection.
  std::string greeting() const;
  // Whether `text` comes back in time.
  bool echoes(const std::string& text) const;

 private:
  explicit Connection(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// Who answers at `to`; empty if nobody does.
std::string ask(int netns_fd, const At& to, const std::string& from = "");

// The source ports that the namespace's sockets choose from.
void set_local_ports(int netns_fd, int first, int last);

// Whether an ICMP echo request is answered.
bool ping(int netns_fd, const std::string& to);

// A UDP socket bound to `at` in a namespace.
Fd udp_at(int netns_fd, const At& at);
// Sends a datagram and gives what comes back in time.
std::optional<std::string> ask_udp(int netns_fd, const At& to, const std::string& question);
// Answers one datagram with `answer`.
void answer_udp(const Fd& socket, const std::string& answer);

}  // namespace postern::dataplane
