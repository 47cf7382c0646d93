// SPDX-License-Identifier: Apache-2.0
#include "api/wire/sigv4_canonical.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/wire/digest.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::wire {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Without spaces around it, and with one space for every run of them.
std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    if (!is_blank(c)) {
      out += c;
    } else if (out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment == "..") {
      if (!kept.empty()) {
        kept.pop_back();
      }
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : kept) {
    out += '/' + percent_encoded(segment);
  }
  if (out.empty() || path.ends_with('/')) {
    out += '/';
  }
  return out;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = query_normalised(pair.substr(0, equals));
    if (pair.empty() || name == "X-Amz-Signature") {
      continue;
    }
    pairs.emplace_back(std::move(name),
                       query_normalised(equals < pair.size() ? pair.substr(equals + 1) : ""));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  }
  return out;
}

// The values of every header of that name, in the order received.
std::string canonical_header(const HttpRequest& request, std::string_view name) {
  std::string values;
  bool first = true;
  for (const HttpHeader& header : request.headers) {
    if (same_header(header.name, name)) {
      values += (first ? "" : ",") + collapsed(header.value);
      first = false;
    }
  }
  return fmt::format("{}:{}\n", name, values);
}

std::string canonical(const HttpRequest& request, const std::vector<std::string>& signed_headers,
                      std::string_view path, std::string_view payload) {
  std::string headers;
  for (const std::string& name : signed_headers) {
    headers += canonical_header(request, name);
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path,
                     canonical_query(request.query()), headers, join(signed_headers, ';'), payload);
}

}  // namespace

std::string canonical_request(const HttpRequest& request,
                              const std::vector<std::string>& signed_headers) {
  return canonical(request, signed_headers, canonical_path(request.path()),
                   sha256_hex(request.body));
}

std::string s3_canonical_request(const HttpRequest& request,
                                 const std::vector<std::string>& signed_headers,
                                 std::string_view payload) {
  const std::string_view path = request.path();
  return canonical(request, signed_headers, path.empty() ? "/" : path, payload);
}

}  // namespace postern::api::wire
