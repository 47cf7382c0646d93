// SPDX-License-Identifier: Apache-2.0
// A client for tests that sends what it is told, byte by byte if need be.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "api/wire/http.h"
#include "base/fd.h"

namespace postern::api::server {

class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(to);
  }
  explicit LoopbackClient(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof(to.sun_path) - 1);
    connect_to(to);
  }

  // Of a connection that is there.
  explicit LoopbackClient(Fd fd) : fd_(std::move(fd)), connected_(true) {}

  bool is_connected() const { return connected_; }

  // False when the other side has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next answer; status 0 when the connection has ended, or nothing has come for ten seconds.
  wire::HttpResponse receive(bool has_body = true) {
    wire::HttpResponse out{.status = 0};
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) {
        return out;
      }
    }
    const std::string head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    std::size_t length = 0;
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t line_end = head.find("\r\n", at);
      const std::string line = head.substr(at, line_end - at);
      const std::size_t colon = line.find(": ");
      out.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
      if (wire::same_header(out.headers.back().name, "Content-Length")) {
        length = std::stoul(out.headers.back().value);
      }
      at = line_end + 2;
    }
    while (has_body && received_.size() < length && read_more()) {
    }
    out.body = received_.substr(0, has_body ? length : 0);
    received_.erase(0, out.body.size());
    out.status = std::stoi(head.substr(head.find(' ') + 1));
    return out;
  }

  // The next bytes as they are; fewer when the connection has ended, or nothing has come for ten
  // seconds.
  std::string receive_bytes(std::size_t count) {
    while (received_.size() < count && read_more()) {
    }
    const std::string out = received_.substr(0, count);
    received_.erase(0, out.size());
    return out;
  }

  wire::HttpResponse exchange(std::string_view bytes) {
    return send(bytes) ? receive() : wire::HttpResponse{.status = 0};
  }

  // Whether the other side ends the connection within ten seconds, saying no more.
  bool is_ended() { return received_.empty() && !read_more() && ended_; }

 private:
  template <class Address>
  void connect_to(const Address& to) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    connected_ = connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }

  bool read_more() {
    char bytes[65536];
    const ssize_t got = recv(fd_.get(), bytes, sizeof bytes, 0);
    ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got > 0) {
      received_.append(bytes, static_cast<std::size_t>(got));
    }
    return got > 0;
  }

  Fd fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

// The value of that header in an answer; empty if there is none.
inline std::string header_of(const wire::HttpResponse& response, std::string_view name) {
  for (const wire::HttpHeader& header : response.headers) {
    if (wire::same_header(header.name, name)) {
      return header.value;
    }
  }
  return "";
}

}  // namespace postern::api::server
