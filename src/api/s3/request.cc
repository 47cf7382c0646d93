// SPDX-License-Identifier: Apache-2.0
#include "api/s3/request.h"

#include <algorithm>
#include <charconv>

#include "api/wire/sigv4_payload.h"
#include "api/wire/sigv4_text.h"
#include "api/wire/utf8.h"
#include "base/net.h"
#include "model/bucket.h"

namespace postern::api::s3 {
namespace {

std::string_view host_without_port(std::string_view host) {
  return host.starts_with('[') ? host.substr(0, host.find(']') + 1)
                               : host.substr(0, host.find(':'));
}

// s3.amazonaws.com, s3.eu-west-1.amazonaws.com. The rest of the host, which may be empty; nullopt:
// it is not below that.
std::optional<std::string> before_aws_name(std::string_view host) {
  constexpr std::string_view kDomain = ".amazonaws.com";
  if (!host.ends_with(kDomain)) {
    return std::nullopt;
  }
  host.remove_suffix(kDomain.size());
  const std::size_t dot = host.rfind('.');
  for (const std::string_view service : {host, host.substr(0, std::min(dot, host.size()))}) {
    if (service == "s3") {
      return "";
    }
    if (service.ends_with(".s3")) {
      return std::string(service.substr(0, service.size() - 3));
    }
  }
  return std::nullopt;
}

// The bucket that the host names; empty: none.
std::string bucket_of_host(std::string_view authority, const std::vector<std::string>& names) {
  const std::string host = wire::lower(host_without_port(authority));
  if (const auto before = before_aws_name(host)) {
    return *before;
  }
  std::vector<std::string> own = {"s3.localhost", "localhost"};
  own.insert(own.end(), names.begin(), names.end());
  for (const std::string& name : own) {
    const std::string suffix = '.' + wire::lower(name);
    if (host.ends_with(suffix)) {
      const std::string bucket = host.substr(0, host.size() - suffix.size());
      return model::is_bucket_name(bucket) ? bucket : "";
    }
  }
  return "";
}

// A path's escapes; a plus is a plus there.
std::string path_decoded(std::string_view path) {
  std::string without_plus;
  for (const char c : path) {
    without_plus += c == '+' ? "%2B" : std::string(1, c);
  }
  return wire::query_decoded(without_plus);
}

std::map<std::string, std::string, std::less<>> query_of(std::string_view query) {
  std::map<std::string, std::string, std::less<>> out;
  for (const std::string_view pair : wire::split(query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      out.emplace(wire::query_decoded(pair.substr(0, equals)),
                  wire::query_decoded(pair.substr(std::min(equals + 1, pair.size()))));
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> S3Request::parameter(std::string_view name) const {
  const auto at = query.find(name);
  return at == query.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::string> S3Request::header(std::string_view name) const {
  const std::string* found = http.header(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::optional<int>> S3Request::number(std::string_view name, int max) const {
  const auto text = parameter(name);
  if (!text || text->empty()) {
    return std::nullopt;
  }
  int out = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (error != std::errc{} || end != text->data() + text->size() || out < 0) {
    return refuse(faults::S3InvalidArgument, "Provided {} not an integer or within integer range",
                  name);
  }
  return std::min(out, max);
}

Result<S3Request> read_request(const wire::HttpRequest& http,
                               const std::vector<std::string>& host_names) {
  constexpr std::size_t kKeyMax = 1024;
  S3Request out{.http = http, .query = query_of(http.query())};
  const std::string* host = http.header("Host");
  out.bucket = host != nullptr ? bucket_of_host(*host, host_names) : "";
  std::string_view path = http.path();
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  if (out.bucket.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    out.bucket = path_decoded(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  out.key = path_decoded(path);
  if (!wire::is_utf8(out.key) || out.key.find('\0') != std::string::npos) {
    return refuse(faults::S3InvalidURI, "Couldn't parse the specified URI.");
  }
  if (out.key.size() > kKeyMax) {
    return refuse(faults::S3KeyTooLong, "Your key is too long");
  }
  return out;
}

Result<Payload> payload_of(const S3Request& request) {
  const std::string declared = request.header("x-amz-content-sha256").value_or("");
  if (!wire::is_chunked(declared)) {
    return Payload{.bytes = request.http.body, .trailers = {}};
  }
  const auto chunks = wire::read_chunks(request.http.body);
  Payload out;
  if (chunks) {
    out.bytes = chunks->bytes();
    out.trailers = chunks->trailers;
  }
  const auto length = request.header("x-amz-decoded-content-length");
  if (!chunks || (length && *length != fmt::format("{}", out.bytes.size()))) {
    return refuse(faults::S3IncompleteBody,
                  "You did not provide the number of bytes specified by the Content-Length HTTP "
                  "header");
  }
  return out;
}

}  // namespace postern::api::s3
