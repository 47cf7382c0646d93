// SPDX-License-Identifier: Apache-2.0
// Forwarder: asks the host's resolvers for a client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "base/ids.h"
#include "dns/server/server.h"
#include "dns/wire/message.h"

namespace postern::dns {

enum class Transport { Udp, Tcp };

// How the client asked, and how many bytes its reply may have.
struct ReplyForm {
  Transport transport = Transport::Udp;
  std::size_t bytes_max = 0;
};

class Forwarder {
 public:
  Forwarder(boost::asio::io_context& io, IdSource& ids, Settings settings)
      : io_(io), ids_(ids), settings_(std::move(settings)) {}

  bool has_upstreams() const { return !settings_.upstreams.empty(); }

  // The reply for the client: what the first upstream that answers says, or SERVFAIL. Upstreams are
  // asked over the client's own transport, each query from a port and with an id of its own.
  boost::asio::awaitable<Bytes> ask(Query query, ReplyForm form);

 private:
  using MaybeBytes = std::optional<Bytes>;

  boost::asio::awaitable<MaybeBytes> ask_udp(Upstream upstream, const Query& query, ReplyForm form);
  boost::asio::awaitable<MaybeBytes> ask_tcp(Upstream upstream, const Query& query, ReplyForm form);

  boost::asio::io_context& io_;
  IdSource& ids_;
  Settings settings_;
};

}  // namespace postern::dns
