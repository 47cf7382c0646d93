// SPDX-License-Identifier: Apache-2.0
// HTTPS checks of a real TLS server on loopback. [NLB guide, "Health checks": HTTPS]
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

#include "health/prober/check.h"

namespace postern::health {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

class LoopbackSockets final : public sockets::VpcSockets {
 public:
  Result<Fd> open(std::string_view, const sockets::Request& request) override {
    return sockets::open_here(request);
  }
};

// A certificate of nobody for "elsewhere", which was over long ago.
void use_bad_certificate(ssl::context& tls) {
  static EVP_PKEY* const kKey = EVP_RSA_gen(2048);  // takes a while
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), -3600);
  X509_set_pubkey(certificate, kKey);
  const unsigned char name[] = "elsewhere";
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name, -1, -1,
                             0);
  X509_sign(certificate, kKey, EVP_sha256());
  SSL_CTX_use_certificate(tls.native_handle(), certificate);
  SSL_CTX_use_PrivateKey(tls.native_handle(), kKey);
  X509_free(certificate);
}

struct Behaviour {
  std::string answer = "HTTP/1.1 200 OK\r\n\r\n";
  int first_version = 0;  // of TLS; 0: the oldest there is
  int last_version = 0;
  bool plain = false;   // no TLS at all
  bool silent = false;  // takes the connection, and says nothing
};

// Serves one connection as it is told to.
class Server {
 public:
  explicit Server(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    use_bad_certificate(tls_);
    SSL_CTX_set_security_level(tls_.native_handle(), 0);
    SSL_CTX_set_min_proto_version(tls_.native_handle(), behaviour_.first_version);
    SSL_CTX_set_max_proto_version(tls_.native_handle(), behaviour_.last_version);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    boost::system::error_code ignored;
    tcp::socket last(io_);
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    boost::system::error_code error;
    tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    if (behaviour_.silent) {
      tcp::socket other(io_);
      acceptor_.accept(other, error);  // until the test is over
    } else if (behaviour_.plain) {
      asio::write(socket, asio::buffer(behaviour_.answer), error);
    } else {
      ssl::stream<tcp::socket&> stream(socket, tls_);
      stream.handshake(ssl::stream_base::server, error);
      std::array<char, 1000> request{};
      stream.read_some(asio::buffer(request), error);
      asio::write(stream, asio::buffer(behaviour_.answer), error);
    }
  }

  Behaviour behaviour_;
  asio::io_context io_;
  ssl::context tls_{ssl::context::tls_server};
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::make_address("127.103.0.6"), 0)};
  std::thread thread_;
};

CheckResult check_of(const Server& server) {
  asio::io_context io;
  LoopbackSockets sockets;
  auto result = asio::co_spawn(io,
                               check(io, sockets,
                                     {.source = *IpAddress::parse("127.103.0.20"),
                                      .address = *IpAddress::parse("127.103.0.6"),
                                      .port = server.port(),
                                      .protocol = CheckProtocol::Https,
                                      .path = "/",
                                      .host = "127.103.0.20:443",
                                      .matcher = "200-299",
                                      .timeout = std::chrono::seconds(1)}),
                               asio::use_future);
  io.run();
  return result.get();
}

TEST(HttpsCheck, Passes_and_fails_as_the_table_says) {
  struct Case {
    const char* name;
    Behaviour behaviour;
    CheckResult result;
  };
  for (const Case& c : {
           Case{"any certificate will do", {}, CheckResult::Passed},
           Case{"TLS 1.2", {.last_version = TLS1_2_VERSION}, CheckResult::Passed},
           Case{"TLS 1.1 alone", {.last_version = TLS1_1_VERSION}, CheckResult::Passed},
           Case{"TLS 1.3 alone", {.first_version = TLS1_3_VERSION}, CheckResult::Failed},
           Case{"another code", {.answer = "HTTP/1.1 302 Found\r\n\r\n"}, CheckResult::Failed},
           Case{"no HTTP", {.answer = "hello\r\n\r\n"}, CheckResult::Failed},
           Case{"no TLS", {.plain = true}, CheckResult::Failed},
           Case{"nothing in time", {.silent = true}, CheckResult::Failed},
       }) {
    SCOPED_TRACE(c.name);
    const Server server(c.behaviour);
    EXPECT_EQ(check_of(server), c.result);
  }
}

}  // namespace
}  // namespace postern::health
