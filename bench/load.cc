// SPDX-License-Identifier: Apache-2.0
// The load of a benchmark: a server, and a client that measures one thing for some seconds.
//
//   bench_load serve PORT
//   bench_load throughput_1|throughput_8|request_response|connections|udp ADDRESS PORT SECONDS
//
// The client's first byte on a connection says what the server shall do with it. The client prints
// one JSON object; "busy" is the CPU time that the whole machine spent meanwhile, in seconds.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

enum Kind : char { kSink = 's', kEcho = 'e', kShort = 'c', kDatagrams = 'u' };

constexpr int kAtOnce = 32;  // connections that the connections test has open
constexpr auto kWarmUp = std::chrono::milliseconds(300);

[[noreturn]] void fail(const std::string& what) {
  std::cerr << "bench_load: " << what << ": " << std::strerror(errno) << "\n";
  std::exit(1);
}

int checked(int result, const char* what) {
  if (result < 0) {
    fail(what);
  }
  return result;
}

void set(int fd, int level, int option) {
  const int yes = 1;
  checked(setsockopt(fd, level, option, &yes, sizeof yes), "setsockopt");
}

sockaddr_in address_of(const char* address, const char* port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  if (inet_pton(AF_INET, address, &made.sin_addr) != 1) {
    fail(std::string("not an address: ") + address);
  }
  return made;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

void watch(int epoll, int fd, std::uint32_t events, int how = EPOLL_CTL_ADD) {
  epoll_event event{.events = events, .data = {.fd = fd}};
  checked(epoll_ctl(epoll, how, fd, &event), "epoll_ctl");
}

// ---- server

class Server {
 public:
  explicit Server(const char* port) {
    const sockaddr_in here = address_of("0.0.0.0", port);
    listening_ = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    set(listening_, SOL_SOCKET, SO_REUSEADDR);
    set(listening_, IPPROTO_TCP, TCP_NODELAY);
    checked(bind(listening_, generic(here), sizeof here), "bind");
    checked(listen(listening_, 4096), "listen");
    const int datagrams = checked(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    const int size = 4 << 20;
    setsockopt(datagrams, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    checked(bind(datagrams, generic(here), sizeof here), "bind");
    std::thread([this, datagrams] { count(datagrams); }).detach();
    watch(epoll_, listening_, EPOLLIN);
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> events(256);
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int at = 0; at < count; ++at) {
        const int fd = events[static_cast<std::size_t>(at)].data.fd;
        fd == listening_ ? accept_all() : serve(fd);
      }
    }
  }

 private:
  void accept_all() {
    for (int fd; (fd = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      watch(epoll_, fd, EPOLLIN);
    }
  }

  void serve(int fd) {
    const ssize_t size = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && errno == EAGAIN) {
      return;
    }
    if (size <= 0) {
      finish(fd);
      return;
    }
    const auto [at, is_new] = kinds_.try_emplace(fd, buffer_[0]);
    switch (at->second) {
      case kEcho:
        send(fd, buffer_.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
        break;
      case kShort:
        send(fd, buffer_.data(), 1, MSG_NOSIGNAL);
        finish(fd);
        break;
      case kDatagrams: {
        const std::uint64_t received = datagrams_.load();
        send(fd, &received, sizeof received, MSG_NOSIGNAL);
        break;
      }
      default:
        break;
    }
  }

  void finish(int fd) {
    kinds_.erase(fd);
    close(fd);
  }

  void count(int fd) {
    std::vector<char> space(2048 * 64);
    std::vector<iovec> parts(64);
    std::vector<mmsghdr> messages(64);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      parts[i] = {space.data() + 2048 * i, 2048};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    while (true) {
      const int got = recvmmsg(fd, messages.data(), 64, MSG_WAITFORONE, nullptr);
      datagrams_ += got > 0 ? static_cast<std::uint64_t>(got) : 0;
    }
  }

  int epoll_ = checked(epoll_create1(0), "epoll_create1");
  int listening_ = -1;
  std::vector<char> buffer_ = std::vector<char>(256 << 10);
  std::unordered_map<int, char> kinds_;
  std::atomic<std::uint64_t> datagrams_ = 0;
};

// ---- client

// CPU time of the whole machine that was not idle, in seconds.
double busy_seconds() {
  std::ifstream stat("/proc/stat");
  std::string word;
  stat >> word;
  double busy = 0;
  for (int column = 0; column < 8; ++column) {
    double ticks = 0;
    stat >> ticks;
    busy += column == 3 || column == 4 || column == 7 ? 0 : ticks;  // idle, iowait, stolen
  }
  return busy / static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Window {
 public:
  explicit Window(double seconds)
      : from_(Clock::now() + kWarmUp),
        to_(from_ +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))) {}

  // Whether the measured time has begun; the first time that it says so, it starts the meter.
  bool is_open(Clock::time_point now) {
    if (!begun_ && now >= from_) {
      begun_ = true;
      from_ = now;
      busy_ = busy_seconds();
    }
    return begun_;
  }
  bool is_over(Clock::time_point now) const { return begun_ && now >= to_; }

  // Prints the result: `amount` of things in the window's time.
  void report(double amount, double unit, std::uint64_t errors,
              std::vector<float> microseconds = {}) const {
    const double took = std::chrono::duration<double>(Clock::now() - from_).count();
    std::cout << "{\"rate\": " << amount / unit / took << ", \"amount\": " << amount
              << ", \"seconds\": " << took << ", \"busy\": " << busy_seconds() - busy_
              << ", \"errors\": " << errors;
    if (!microseconds.empty()) {
      std::ranges::sort(microseconds);
      std::cout << ", \"p50\": " << microseconds[microseconds.size() / 2]
                << ", \"p99\": " << microseconds[microseconds.size() * 99 / 100];
    }
    std::cout << "}\n";
  }

 private:
  Clock::time_point from_;
  Clock::time_point to_;
  bool begun_ = false;
  double busy_ = 0;
};

int connected(const sockaddr_in& to, int type) {
  const int fd = checked(socket(AF_INET, type, 0), "socket");
  checked(connect(fd, generic(to), sizeof to), "connect");
  return fd;
}

void throughput(const sockaddr_in& to, double seconds, int streams) {
  const int epoll = checked(epoll_create1(0), "epoll_create1");
  std::vector<char> data(256 << 10, kSink);
  for (int i = 0; i < streams; ++i) {
    const int fd = connected(to, SOCK_STREAM);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    watch(epoll, fd, EPOLLOUT);
  }
  Window window(seconds);
  double bytes = 0;
  std::vector<epoll_event> events(static_cast<std::size_t>(streams));
  for (auto now = Clock::now(); !window.is_over(now); now = Clock::now()) {
    const bool counts = window.is_open(now);
    const int ready = epoll_wait(epoll, events.data(), streams, 100);
    for (int i = 0; i < ready; ++i) {
      const ssize_t sent =
          send(events[static_cast<std::size_t>(i)].data.fd, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) {
        fail("send");
      }
      bytes += counts && sent > 0 ? static_cast<double>(sent) : 0;
    }
  }
  window.report(bytes, 1e9 / 8, 0);
}

void request_response(const sockaddr_in& to, double seconds) {
  const int fd = connected(to, SOCK_STREAM);
  set(fd, IPPROTO_TCP, TCP_NODELAY);
  Window window(seconds);
  std::vector<float> microseconds;
  microseconds.reserve(1 << 20);
  char byte = kEcho;
  for (auto now = Clock::now(); !window.is_over(now);) {
    const bool counts = window.is_open(now);
    if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1 || recv(fd, &byte, 1, 0) != 1) {
      fail("request");
    }
    const auto then = Clock::now();
    if (counts) {
      microseconds.push_back(std::chrono::duration<float, std::micro>(then - now).count());
    }
    now = then;
  }
  const auto amount = static_cast<double>(microseconds.size());
  window.report(amount, 1, 0, std::move(microseconds));
}

// Connects, sends a byte, gets one, sees the server close, closes.
void connections(const sockaddr_in& to, double seconds) {
  const int epoll = checked(epoll_create1(0), "epoll_create1");
  std::unordered_map<int, Clock::time_point> begun;
  std::uint64_t errors = 0;
  const auto begin = [&] {
    const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    begun[fd] = Clock::now();
    if (connect(fd, generic(to), sizeof to) != 0 && errno != EINPROGRESS) {
      fail("connect");
    }
    watch(epoll, fd, EPOLLOUT);
  };
  for (int i = 0; i < kAtOnce; ++i) {
    begin();
  }
  Window window(seconds);
  std::vector<float> microseconds;
  std::vector<epoll_event> events(kAtOnce);
  for (auto now = Clock::now(); !window.is_over(now); now = Clock::now()) {
    const bool counts = window.is_open(now);
    const int ready = epoll_wait(epoll, events.data(), kAtOnce, 100);
    for (int i = 0; i < ready; ++i) {
      const auto [what, data] = events[static_cast<std::size_t>(i)];
      char byte = kShort;
      if (!(what & (EPOLLERR | EPOLLHUP)) && what & EPOLLOUT) {
        send(data.fd, &byte, 1, MSG_NOSIGNAL);
        watch(epoll, data.fd, EPOLLIN, EPOLL_CTL_MOD);
        continue;
      }
      const ssize_t size = recv(data.fd, &byte, 1, 0);
      if (size > 0 || (size < 0 && errno == EAGAIN)) {
        continue;
      }
      errors += size < 0;
      if (counts && size == 0) {
        microseconds.push_back(
            std::chrono::duration<float, std::micro>(Clock::now() - begun[data.fd]).count());
      }
      close(data.fd);
      begin();
    }
  }
  const auto amount = static_cast<double>(microseconds.size());
  window.report(amount, 1, errors, std::move(microseconds));
}

std::uint64_t received_datagrams(int asking) {
  const char ask = kDatagrams;
  std::uint64_t received = 0;
  if (send(asking, &ask, 1, MSG_NOSIGNAL) != 1 ||
      recv(asking, &received, sizeof received, MSG_WAITALL) != sizeof received) {
    fail("asking what arrived");
  }
  return received;
}

void udp(const sockaddr_in& to, double seconds) {
  const int asking = connected(to, SOCK_STREAM);
  const int fd = connected(to, SOCK_DGRAM);
  const std::vector<char> payload(64, 'x');
  Window window(seconds);
  std::uint64_t before = 0;
  bool counts = false;
  for (auto now = Clock::now(); !window.is_over(now); now = Clock::now()) {
    if (!counts && window.is_open(now)) {
      counts = true;
      before = received_datagrams(asking);
    }
    for (int i = 0; i < 64; ++i) {
      send(fd, payload.data(), payload.size(), 0);
    }
  }
  window.report(static_cast<double>(received_datagrams(asking) - before), 1, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "serve") {
    Server(argv[2]).run();
  }
  if (words.size() != 4) {
    std::cerr << "bench_load: see the head of bench/load.cc\n";
    return 2;
  }
  const sockaddr_in to = address_of(argv[2], argv[3]);
  const double seconds = std::atof(argv[4]);
  if (words[0] == "throughput_1" || words[0] == "throughput_8") {
    throughput(to, seconds, words[0].back() - '0');
  } else if (words[0] == "request_response") {
    request_response(to, seconds);
  } else if (words[0] == "connections") {
    connections(to, seconds);
  } else if (words[0] == "udp") {
    udp(to, seconds);
  } else {
    std::cerr << "bench_load: no test " << words[0] << "\n";
    return 2;
  }
  return 0;
}
