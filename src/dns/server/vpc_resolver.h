// SPDX-License-Identifier: Apache-2.0
// VpcResolver: the resolver's sockets in one VPC and what is said over them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <memory>
#include <span>
#include <vector>

#include "base/inbox.h"
#include "dns/server/decision.h"
#include "dns/server/forwarder.h"
#include "sockets/vpc_sockets.h"

namespace postern::dns {

// What the resolvers of all VPCs share. Used on the server's thread only.
struct Shared {
  boost::asio::io_context& io;
  const Published<model::World>& world;
  Forwarder& forwarder;
  std::uint32_t rotation = 0;  // questions for addresses so far
};

class VpcResolver : public std::enable_shared_from_this<VpcResolver> {
 public:
  // Of one VPC, so that none can use up what all need.
  static constexpr std::size_t kUpstreamQueriesMax = 128;
  static constexpr std::size_t kTcpSessionsMax = 32;

  // Opens the sockets and begins to answer. `shared` outlives the resolver.
  static Result<std::shared_ptr<VpcResolver>> open(Shared& shared, sockets::VpcSockets& sockets,
                                                   const model::Vpc& vpc);

  VpcResolver(Shared& shared, model::Id<model::Vpc> vpc) : shared_(shared), vpc_(std::move(vpc)) {}

  // Stops answering. What is in work ends by itself.
  void close();

 private:
  using Self = std::shared_ptr<VpcResolver>;  // every coroutine holds its resolver
  using UdpSocket = std::shared_ptr<boost::asio::ip::udp::socket>;
  using TcpListener = std::shared_ptr<boost::asio::ip::tcp::acceptor>;
  using TcpSocket = std::shared_ptr<boost::asio::ip::tcp::socket>;
  using UdpPeer = boost::asio::ip::udp::endpoint;

  Result<> open_at(sockets::VpcSockets& sockets, const IpAddress& address);
  void start();
  Decision decide_on(const Query& query, const boost::asio::ip::address& client);

  boost::asio::awaitable<void> serve_udp(Self self, UdpSocket socket);
  void take_udp(const UdpSocket& socket, const UdpPeer& peer,
                std::span<const std::uint8_t> message);
  boost::asio::awaitable<void> forward_udp(Self self, UdpSocket socket, UdpPeer peer, Query query);

  boost::asio::awaitable<void> serve_tcp(Self self, TcpListener listener);
  boost::asio::awaitable<void> run_session(Self self, TcpSocket socket);
  boost::asio::awaitable<std::optional<Bytes>> reply_tcp(Bytes message,
                                                         boost::asio::ip::address client);

  // Asks upstream as long as not too many queries wait there; else SERVFAIL at once.
  boost::asio::awaitable<Bytes> forward(Query query, ReplyForm form);

  Shared& shared_;
  const model::Id<model::Vpc> vpc_;
  std::vector<UdpSocket> udp_;
  std::vector<TcpListener> tcp_;
  std::size_t upstream_queries_ = 0;
  std::size_t tcp_sessions_ = 0;
};

}  // namespace postern::dns
