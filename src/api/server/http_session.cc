// SPDX-License-Identifier: Apache-2.0
#include "api/server/http_session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "api/server/event_stream.h"
#include "api/server/web_socket.h"
#include "api/wire/times.h"
#include "base/log.h"

namespace postern::api::server {
namespace {

namespace http = boost::beast::http;

using Parser = http::request_parser<http::buffer_body>;
using Answer = http::response<http::string_body>;

wire::HttpResponse plain(int status, std::string words) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain;charset=UTF-8"}},
          .body = std::move(words)};
}

// The request without its body.
wire::HttpRequest head_of(const Parser& parser) {
  const auto& message = parser.get();
  wire::HttpRequest out{.method = std::string(message.method_string()),
                        .target = std::string(message.target())};
  for (const auto& field : message) {
    out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  return out;
}

// Runs a function of the handler's; an exception becomes a 500.
template <class Answer>
Answer run(const std::function<Answer(const wire::HttpRequest&)>& handler,
           const wire::HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    log::error("a request ended by an exception", {{"what", thrown.what()}});
    return plain(500, "An internal error has occurred.\n");
  }
}

// What is sent for `response`. Its body is left out for HEAD.
Answer answer_of(wire::HttpResponse response, std::string_view method, TimePoint now, bool keep) {
  Answer answer;
  answer.version(11);
  answer.result(static_cast<unsigned>(response.status));
  answer.set(http::field::server, "Postern");
  answer.set(http::field::date, wire::format_http_date(now));
  for (const wire::HttpHeader& header : response.headers) {
    answer.insert(header.name, header.value);
  }
  // Of what a HEAD asks for, the length may be all that is known.
  if (method != "HEAD" || answer.find(http::field::content_length) == answer.end()) {
    answer.content_length(response.body.size());
  }
  answer.keep_alive(keep);
  if (method != "HEAD") {
    answer.body() = std::move(response.body);
  }
  return answer;
}

// The answer to bytes that are no request; nullopt when there is nobody to answer to.
std::optional<wire::HttpResponse> answer_to_broken(beast::error_code error) {
  if (error == http::error::header_limit) {
    return plain(431, "The request's header is too large.\n");
  }
  // What is left of the parser's errors: the bytes are not HTTP.
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return plain(400, fmt::format("This is not an HTTP request: {}.\n", error.message()));
  }
  return std::nullopt;
}

// How reading a body went.
struct Body {
  bool whole = false;      // read to its end: the connection can go on
  bool too_large = false;  // then `bytes` is empty
  bool broken = false;     // the client went away or took too long
  std::string bytes;
};

asio::awaitable<Body> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                const HttpLimits& limits, std::size_t bytes_max) {
  Body body;
  const auto announced = parser.content_length();
  if (announced && *announced > bytes_max) {
    body.too_large = true;
    // Who asks first (100-continue) has not sent anything yet.
    if (*announced > limits.discarded_bytes ||
        beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      co_return body;
    }
  }
  std::array<char, 16384> chunk{};
  std::size_t total = 0;
  while (!parser.is_done()) {
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    auto [error, count] = co_await http::async_read(stream, buffer, parser, kAsTuple);
    const std::size_t got = chunk.size() - parser.get().body().size;
    total += got;
    if (total > bytes_max) {
      body.too_large = true;
      body.bytes = {};
    } else {
      body.bytes.append(chunk.data(), got);
    }
    if (error && error != http::error::need_buffer) {
      body.broken = true;
      co_return body;
    }
    if (total > limits.discarded_bytes) {
      co_return body;
    }
  }
  body.whole = true;
  co_return body;
}

// Says that the body may come, to a client that asked.
asio::awaitable<void> invite_body(Stream& stream, const Parser& parser, std::size_t bytes_max) {
  const bool asked = beast::iequals(parser.get()[http::field::expect], "100-continue");
  if (asked && parser.content_length().value_or(0) <= bytes_max) {
    http::response<http::empty_body> go_on(http::status::continue_, 11);
    co_await http::async_write(stream, go_on, kAsTuple);
  }
}

// A request's place among those with large bodies, until it has been answered.
class LargeBody {
 public:
  explicit LargeBody(Shared& shared) : shared_(&shared) { ++shared_->large_bodies; }
  LargeBody(LargeBody&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  LargeBody& operator=(LargeBody&&) = delete;
  ~LargeBody() {
    if (shared_ != nullptr) {
      --shared_->large_bodies;
    }
  }

 private:
  Shared* shared_;
};

// nullopt: the request's body may not be large, or says that it is not.
asio::awaitable<std::optional<LargeBody>> wait_for_large_body(Stream& stream, Shared& shared,
                                                              const Parser& parser) {
  constexpr std::chrono::milliseconds kPause{20};
  const auto announced = parser.content_length();
  const bool small = announced && *announced <= shared.limits.body_bytes;
  if (small || !shared.handler.takes_large || !shared.handler.takes_large(head_of(parser))) {
    co_return std::nullopt;
  }
  asio::steady_timer timer(stream.get_executor());
  while (shared.large_bodies >= shared.limits.large_bodies) {
    timer.expires_after(kPause);
    co_await timer.async_wait(kAsTuple);
  }
  co_return LargeBody(shared);
}

// Closes so that the client can still read what it was sent: with its bytes unread, the kernel
// would send RST and take our answer with it.
asio::awaitable<void> close_gently(Stream& stream) {
  constexpr std::chrono::seconds kLinger{2};
  beast::error_code ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream.expires_after(kLinger);
  std::array<char, 16384> rest{};
  for (;;) {
    auto [error, count] = co_await stream.async_read_some(asio::buffer(rest), kAsTuple);
    if (error) {
      co_return;
    }
  }
}

// Waits for the first bytes of a request. False when there will be none.
asio::awaitable<bool> wait_for_request(Stream& stream, beast::flat_buffer& buffer, Shared& shared) {
  if (buffer.size() > 0) {
    co_return true;
  }
  if (shared.stopping) {
    co_return false;
  }
  const auto at = shared.idle.insert(shared.idle.end(), [&stream] { stream.cancel(); });
  stream.expires_after(shared.limits.idle);
  auto [error, count] = co_await stream.async_read_some(buffer.prepare(4096), kAsTuple);
  shared.idle.erase(at);
  buffer.commit(count);
  co_return !error;
}

asio::awaitable<bool> send(Stream& stream, const Shared& shared, wire::HttpResponse response,
                           std::string_view method, bool keep) {
  Answer answer = answer_of(std::move(response), method, shared.clock.now(), keep);
  stream.expires_after(shared.limits.answer);
  auto [error, count] = co_await http::async_write(stream, answer, kAsTuple);
  co_return !error;
}

// Has a function of the handler's answer, on a worker thread. It outlives the call, as `request`
// does.
template <class Answer>
asio::awaitable<Answer> ask(Shared& shared,
                            const std::function<Answer(const wire::HttpRequest&)>& handler,
                            const wire::HttpRequest& request) {
  auto work = [&handler, &request]() -> asio::awaitable<Answer> {
    co_return run(handler, request);
  };
  co_return co_await asio::co_spawn(shared.workers, work, asio::use_awaitable);
}

// Sends the answer to a request that asked for more than one. Whether the connection goes on.
asio::awaitable<bool> send_refusal(Stream& stream, const Shared& shared, const Parser& parser,
                                   wire::HttpResponse refusal) {
  const bool keep = parser.keep_alive() && !shared.stopping;
  const std::string method(parser.get().method_string());
  co_return co_await send(stream, shared, std::move(refusal), method, keep) && keep;
}

// A request for a WebSocket, which has the connection from then on. False: the connection has
// ended.
asio::awaitable<bool> serve_upgrade(Stream& stream, Shared& shared, const Parser& parser,
                                    const wire::HttpRequest& request) {
  Upgrade upgrade = co_await ask(shared, shared.handler.upgrade, request);
  if (auto* refused = std::get_if<wire::HttpResponse>(&upgrade)) {
    co_return co_await send_refusal(stream, shared, parser, std::move(*refused));
  }
  co_await join(std::move(stream), parser.get(), std::move(std::get<WebSocketPeer>(upgrade)),
                shared);
  co_return false;
}

bool is_for_events(const wire::HttpRequest& request) {
  const std::string* accept = request.header("Accept");
  return request.method == "GET" && accept != nullptr && *accept == "text/event-stream";
}

// The same for a stream of events.
asio::awaitable<bool> serve_events(Stream& stream, Shared& shared, const Parser& parser,
                                   const wire::HttpRequest& request) {
  Subscription events = co_await ask(shared, shared.handler.subscribe, request);
  if (auto* refused = std::get_if<wire::HttpResponse>(&events)) {
    co_return co_await send_refusal(stream, shared, parser, std::move(*refused));
  }
  co_await pour(stream, std::move(std::get<EventStream>(events)), shared);
  co_return false;
}

// One request and its answer. False when the connection has ended or shall end.
asio::awaitable<bool> serve_one(Stream& stream, beast::flat_buffer& buffer, Shared& shared,
                                const Origin& origin) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(shared.limits.header_bytes));
  parser.body_limit(boost::none);  // read_body() counts
  stream.expires_after(shared.limits.header);
  auto [error, count] = co_await http::async_read_header(stream, buffer, parser, kAsTuple);
  if (error) {
    if (auto answer = answer_to_broken(error)) {
      if (co_await send(stream, shared, std::move(*answer), "GET", false)) {
        co_await close_gently(stream);
      }
    }
    co_return false;
  }
  const auto large = co_await wait_for_large_body(stream, shared, parser);
  const std::size_t bytes_max = large ? shared.limits.large_body_bytes : shared.limits.body_bytes;
  stream.expires_after(shared.limits.body);
  co_await invite_body(stream, parser, bytes_max);
  Body body = co_await read_body(stream, buffer, parser, shared.limits, bytes_max);
  if (body.broken) {
    co_return false;
  }
  wire::HttpRequest request = head_of(parser);
  request.body = std::move(body.bytes);
  request.endpoint = origin.endpoint;
  request.endpoint_client = origin.client;
  stream.expires_never();  // the handler has its own time
  if (shared.handler.upgrade && beast::websocket::is_upgrade(parser.get())) {
    co_return co_await serve_upgrade(stream, shared, parser, request);
  }
  if (shared.handler.subscribe && is_for_events(request)) {
    co_return co_await serve_events(stream, shared, parser, request);
  }
  const HttpHandler& handler = shared.handler;
  wire::HttpResponse response =
      co_await ask(shared, body.too_large ? handler.refuse_large : handler.answer, request);
  const bool keep = body.whole && parser.keep_alive() && !shared.stopping;
  if (!co_await send(stream, shared, std::move(response), request.method, keep)) {
    co_return false;
  }
  if (!body.whole) {
    co_await close_gently(stream);
  }
  co_return keep;
}

}  // namespace

asio::awaitable<void> serve(Stream stream, Shared& shared, Origin origin) {
  // Room for a header and a part of a body; the parser takes bodies out as they come.
  beast::flat_buffer buffer(shared.limits.header_bytes + 65536);
  while (co_await wait_for_request(stream, buffer, shared)) {
    if (!co_await serve_one(stream, buffer, shared, origin)) {
      break;
    }
  }
}

}  // namespace postern::api::server
