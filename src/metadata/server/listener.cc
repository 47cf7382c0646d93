// SPDX-License-Identifier: Apache-2.0
#include "metadata/server/listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/unicast.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"
#include "sockets/asio.h"

namespace postern::metadata {
namespace {

namespace http = boost::beast::http;
using api::wire::HttpRequest;
using api::wire::HttpResponse;
using boost::asio::awaitable;
using boost::asio::ip::tcp;
using sockets::kAwait;

using Parser = http::request_parser<http::string_body>;

// [EC2 user guide, "Use the Instance Metadata Service": the IPv4 address of every instance's]
const IpAddress kAddress = IpAddress::v4(0xa9fea9fe);  // 169.254.169.254
constexpr std::uint16_t kPort = 80;
constexpr std::uint32_t kHeaderBytesMax = 8 << 10;
constexpr std::uint64_t kBodyBytesMax = 1 << 10;
// From one answer to the next request's last byte.
constexpr std::chrono::seconds kIdle{15};
// As packets of the host's own have it.
constexpr int kOrdinaryHops = 64;

HttpRequest request_of(const Parser& parser) {
  const auto& message = parser.get();
  HttpRequest out{.method = std::string(message.method_string()),
                  .target = std::string(message.target())};
  for (const auto& field : message) {
    out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  return out;
}

http::response<http::string_body> message_of(HttpResponse response, bool head, bool keep) {
  http::response<http::string_body> out;
  out.version(11);
  out.result(static_cast<unsigned>(response.status));
  out.set(http::field::server, "EC2ws");
  for (const auto& header : response.headers) {
    out.insert(header.name, header.value);
  }
  out.content_length(response.body.size());
  out.keep_alive(keep);
  if (!head) {
    out.body() = std::move(response.body);
  }
  return out;
}

// An answer that may not leave the instance dies where somebody passes it on.
void set_hops(tcp::socket& socket, int hops) {
  boost::system::error_code ignored;
  socket.set_option(boost::asio::ip::unicast::hops(hops), ignored);
}

}  // namespace

Result<std::shared_ptr<Listener>> Listener::open(Shared& shared, const model::Vpc& vpc) {
  auto listener = std::make_shared<Listener>(shared, vpc.id);
  TRY_ASSIGN(Fd fd, shared.parts.sockets.open(vpc.id.value,
                                              {sockets::Kind::TcpListener, kAddress, kPort}));
  TRY(sockets::hand_over(std::move(fd), tcp::v4(), listener->acceptor_));
  boost::asio::co_spawn(shared.io, listener->accept_all(listener), boost::asio::detached);
  return listener;
}

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

awaitable<void> Listener::accept_all(Self self) {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (error) {
      co_await sockets::pause(shared_.io);
    } else if (connections_ < kConnectionsMax) {
      boost::asio::co_spawn(shared_.io,
                            serve(self, std::make_shared<tcp::socket>(std::move(socket))),
                            boost::asio::detached);
    }
  }
}

awaitable<void> Listener::serve([[maybe_unused]] Self self, Socket socket) {
  const sockets::Counted counted(connections_);
  boost::system::error_code gone;
  const auto peer = socket->remote_endpoint(gone);
  if (gone || !peer.address().is_v4()) {
    co_return;
  }
  const IpAddress address = sockets::from_asio(peer.address());
  boost::beast::flat_buffer buffer;
  for (bool keep = true; keep;) {
    const sockets::Deadline deadline(socket, kIdle);
    Parser parser;
    parser.header_limit(kHeaderBytesMax);
    parser.body_limit(kBodyBytesMax);
    const auto [error, size] = co_await http::async_read(*socket, buffer, parser, kAwait);
    if (error && (error == http::error::end_of_stream || !socket->is_open() ||
                  error.category() != make_error_code(http::error::bad_method).category())) {
      co_return;
    }
    keep = !error && parser.get().keep_alive();
    Said said = error ? Said{refusal(400), std::nullopt} : say(address, request_of(parser));
    const bool head = !error && parser.get().method() == http::verb::head;
    set_hops(*socket, said.hop_limit.value_or(kOrdinaryHops));
    const auto message = message_of(std::move(said.response), head, keep);
    const auto [not_sent, sent] = co_await http::async_write(*socket, message, kAwait);
    keep = keep && !not_sent;
  }
  boost::system::error_code ignored;
  socket->shutdown(tcp::socket::shutdown_send, ignored);
}

Said Listener::say(const IpAddress& peer, const HttpRequest& request) {
  auto world = shared_.parts.world.get();
  const model::Instance* instance = instance_at(*world, vpc_, peer);
  if (instance == nullptr) {
    return {refusal(404), std::nullopt};  // of the host's own that is attached, say
  }
  Answer found = answer(*world, *instance, request, shared_.parts.clock.now());
  if (std::holds_alternative<NeedsKeys>(found)) {
    world = shared_.parts.renew_keys(instance->id);
    instance = instance_at(*world, vpc_, peer);
    if (instance != nullptr) {
      found = answer(*world, *instance, request, shared_.parts.clock.now());
    }
  }
  if (auto* said = std::get_if<Said>(&found)) {
    return std::move(*said);
  }
  log::warn("an instance's keys could not be renewed", {{"vpc", vpc_}, {"address", peer.text()}});
  return {refusal(404), std::nullopt};
}

}  // namespace postern::metadata
