// SPDX-License-Identifier: Apache-2.0
// GetObject, HeadObject.
#include <algorithm>
#include <array>
#include <charconv>

#include "api/s3/access.h"
#include "api/s3/object.h"
#include "api/wire/sigv4_text.h"
#include "api/wire/times.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;

std::string quoted(std::string_view etag) {
  return fmt::format("\"{}\"", etag);
}

// Of a list of entity tags, or `*`.
bool names_etag(std::string_view list, const std::string& etag) {
  return std::ranges::any_of(wire::split(list, ','), [&](std::string_view one) {
    std::string_view tag = wire::trimmed(one);
    if (tag.starts_with("W/")) {
      tag.remove_prefix(2);
    }
    return tag == "*" || tag == etag || tag == quoted(etag);
  });
}

// Whether the object was changed after a header's time. nullopt: there is no such header.
Result<std::optional<bool>> changed_since(const S3Request& request, const std::string& name,
                                          const model::ObjectVersion& object) {
  const auto text = request.header(name);
  if (!text) {
    return std::nullopt;
  }
  const auto time = wire::parse_timestamp(*text);
  if (!time) {
    return refuse(faults::S3InvalidArgument, "The header {} is no time of HTTP's", name);
  }
  return std::chrono::floor<std::chrono::seconds>(object.modified_at) > *time;
}

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(out)
                                                                  : std::nullopt;
}

// What it was stored with, and what the query wants said instead.
void add_stored_headers(const S3Call& call, const model::ObjectVersion& object, bool whole,
                        HttpResponse& response) {
  const bool with_checksums =
      whole && wire::lower(call.request.header("x-amz-checksum-mode").value_or("")) == "enabled";
  for (const auto& [name, value] : object.headers) {
    if (!name.starts_with("x-amz-checksum-") || with_checksums) {
      response.headers.push_back(
          {name, call.request.parameter("response-" + name).value_or(value)});
    }
  }
  for (const char* name : {"cache-control", "content-disposition", "content-encoding",
                           "content-language", "expires"}) {
    const auto wanted = call.request.parameter(fmt::format("response-{}", name));
    if (wanted && !object.headers.contains(name)) {
      response.headers.push_back({name, *wanted});
    }
  }
}

// Their number, to who may read them. [S3 API reference, GetObject, HeadObject]
void add_tag_count(const S3Call& call, const model::ObjectVersion& object, HttpResponse& response) {
  const auto permission = tagging_permission(call.request.parameter("versionId"));
  if (!object.tags.empty() && authorize_object(call, *call.bucket, permission, object.key)) {
    response.headers.push_back({"x-amz-tagging-count", fmt::format("{}", object.tags.size())});
  }
}

HttpResponse about(const S3Call& call, const model::ObjectVersion& object,
                   const std::optional<ByteRange>& range) {
  HttpResponse out{.status = range ? 206 : 200,
                   .headers = {{"ETag", quoted(object.etag)},
                               {"Last-Modified", wire::format_http_date(object.modified_at)},
                               {"Accept-Ranges", "bytes"},
                               {"x-amz-server-side-encryption", "AES256"}},
                   .body = ""};
  if (range) {
    out.headers.push_back(
        {"Content-Range", fmt::format("bytes {}-{}/{}", range->first,
                                      range->first + range->length - 1, object.size)});
  }
  add_stored_headers(call, object, !range, out);
  add_tag_count(call, object, out);
  add_version(*call.bucket, object, out);
  return out;
}

// The answer without its bytes, and which they are. Without bytes too if a condition says so.
struct Plan {
  HttpResponse response;
  ByteRange bytes;
};
Result<Plan> plan(const S3Call& call, const model::ObjectVersion& object) {
  TRY_ASSIGN(const auto conditions, check_conditions(call.request, "", object));
  if (conditions == Conditions::Failed) {
    return refuse(faults::S3PreconditionFailed,
                  "At least one of the pre-conditions you specified did not hold");
  }
  if (conditions == Conditions::NotModified) {
    return Plan{
        .response = {.status = 304,
                     .headers = {{"ETag", quoted(object.etag)},
                                 {"Last-Modified", wire::format_http_date(object.modified_at)}},
                     .body = ""},
        .bytes = {}};
  }
  TRY_ASSIGN(const auto range, range_of(call.request, object.size));
  return Plan{.response = about(call, object, range),
              .bytes = range.value_or(ByteRange{.first = 0, .length = object.size})};
}

}  // namespace

Result<model::ObjectVersion> find_object(const S3Call& call) {
  const auto version = call.request.parameter("versionId");
  TRY_ASSIGN(const auto found, call.objects.find(call.bucket->storage, call.request.key, version));
  if (!found && version) {
    return refuse(faults::S3NoSuchVersion, "The specified version does not exist.");
  }
  if (!found || (found->deleted && !version)) {
    return no_such_key(call);
  }
  if (found->deleted) {
    return refuse(faults::S3MethodNotAllowed,
                  "The specified method is not allowed against this resource.");
  }
  return *found;
}

std::unexpected<Error> no_such_key(const S3Call& call) {
  return may_list(call) ? refuse(faults::S3NoSuchKey, "The specified key does not exist.")
                        : refuse(faults::AccessDenied, "Access Denied");
}

void add_version(const model::Bucket& bucket, const model::ObjectVersion& object,
                 HttpResponse& response) {
  if (!bucket.versioning.empty()) {
    response.headers.push_back({"x-amz-version-id", object.version});
  }
}

Result<Conditions> check_conditions(const S3Request& request, std::string_view prefix,
                                    const model::ObjectVersion& object) {
  const auto named = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  const auto match = request.header(named("if-match"));
  const auto none_match = request.header(named("if-none-match"));
  TRY_ASSIGN(const auto changed_after,
             changed_since(request, named("if-unmodified-since"), object));
  TRY_ASSIGN(const auto modified, changed_since(request, named("if-modified-since"), object));
  if (match ? !names_etag(*match, object.etag) : changed_after.value_or(false)) {
    return Conditions::Failed;
  }
  if (none_match ? names_etag(*none_match, object.etag) : !modified.value_or(true)) {
    return Conditions::NotModified;
  }
  return Conditions::Hold;
}

Result<std::optional<ByteRange>> range_of(const S3Request& request, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::string text = request.header("range").value_or("");
  const std::size_t dash = text.find('-');
  if (!text.starts_with(kUnit) || dash == std::string::npos ||
      text.find(',') != std::string::npos) {
    return std::nullopt;
  }
  const auto first = digits(std::string_view(text).substr(kUnit.size(), dash - kUnit.size()));
  const auto last = digits(std::string_view(text).substr(dash + 1));
  const bool suffix = dash == kUnit.size();
  if ((suffix && !last) || (!suffix && !first) || (!suffix && last && *last < *first)) {
    return std::nullopt;
  }
  const std::uint64_t begin = suffix ? size - std::min(*last, size) : *first;
  const std::uint64_t end = suffix || !last ? size : std::min(*last, size - 1) + 1;
  if (begin >= size) {
    return refuse(faults::S3InvalidRange, "The requested range is not satisfiable");
  }
  return ByteRange{.first = begin, .length = end - begin};
}

// An object may be put anew between its being found and its being read: then the new one is read.
Result<HttpResponse> get_object(const S3Call& call) {
  while (true) {
    TRY_ASSIGN(const auto object, find_object(call));
    TRY_ASSIGN(auto planned, plan(call, object));
    if (planned.response.status == 304) {
      return std::move(planned.response);
    }
    auto bytes = call.objects.read(object, planned.bytes.first, planned.bytes.length);
    if (bytes) {
      planned.response.body = std::move(*bytes);
      return std::move(planned.response);
    }
    TRY_ASSIGN(const auto now, find_object(call));
    if (now.file == object.file) {
      return std::unexpected(std::move(bytes).error());
    }
  }
}

Result<HttpResponse> head_object(const S3Call& call) {
  TRY_ASSIGN(const auto object, find_object(call));
  TRY_ASSIGN(auto planned, plan(call, object));
  if (planned.response.status != 304) {
    planned.response.headers.push_back({"Content-Length", fmt::format("{}", planned.bytes.length)});
  }
  return std::move(planned.response);
}

}  // namespace postern::api::s3
