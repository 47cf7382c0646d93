// SPDX-License-Identifier: Apache-2.0
// ListObjects, ListObjectsV2, ListObjectVersions.
#include <set>

#include "api/s3/access.h"
#include "api/s3/document.h"
#include "api/s3/operations.h"
#include "api/wire/base64.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;
using wire::XmlWriter;

constexpr int kPageMax = 1000;

// What is asked for by all three.
struct Listing {
  std::string prefix;
  std::string delimiter;
  std::string after;
  std::string after_version;
  bool all_versions = false;
  int max = kPageMax;
  bool encoded = false;
};

struct Page {
  std::vector<model::ObjectVersion> objects;
  std::vector<std::string> prefixes;  // what keys with the delimiter have in common
  bool truncated = false;
  // Of the last thing on it, if it is truncated.
  std::string last;
  std::string last_version;
};

// What a key is listed as if the delimiter is in it, behind the prefix; empty: it is not.
std::string common_prefix(const Listing& listing, std::string_view key) {
  const std::size_t at = listing.delimiter.empty()
                             ? std::string_view::npos
                             : key.find(listing.delimiter, listing.prefix.size());
  return at == std::string_view::npos ? ""
                                      : std::string(key.substr(0, at + listing.delimiter.size()));
}

// Behind every key that begins with the text: no UTF-8 has that byte.
std::string behind_all(const std::string& text) {
  return text + '\xff';
}

// Whoever goes on behind a common prefix has had all that it stands for.
std::string begin_of(const Listing& listing) {
  return !listing.after.empty() && common_prefix(listing, listing.after) == listing.after
             ? behind_all(listing.after)
             : listing.after;
}

Result<Page> collect(const S3Call& call, const Listing& listing) {
  Page page;
  model::ObjectQuery query{.prefix = listing.prefix,
                           .after = begin_of(listing),
                           .after_version = listing.after_version,
                           .all_versions = listing.all_versions};
  int left = listing.max;
  while (listing.max > 0) {
    query.limit = static_cast<std::size_t>(left) + 1;
    TRY_ASSIGN(const auto found, call.objects.list(call.bucket->storage, query));
    if (found.empty()) {
      break;
    }
    for (const model::ObjectVersion& object : found) {
      if (left-- == 0) {
        page.truncated = true;
        return page;
      }
      page.last = common_prefix(listing, object.key);
      page.last_version.clear();
      if (!page.last.empty()) {
        page.prefixes.push_back(page.last);
        query.after = behind_all(page.last);
        query.after_version.clear();
        break;  // what else begins so is not to be read
      }
      page.objects.push_back(object);
      page.last = query.after = object.key;
      page.last_version = query.after_version = listing.all_versions ? object.version : "";
    }
  }
  return page;
}

Result<Listing> read_listing(const S3Call& call) {
  const std::string encoding = call.request.parameter("encoding-type").value_or("");
  if (!encoding.empty() && encoding != "url") {
    return refuse(faults::S3InvalidArgument, "Invalid Encoding Method specified in Request");
  }
  TRY_ASSIGN(const auto max, call.request.number("max-keys", kPageMax));
  return Listing{.prefix = call.request.parameter("prefix").value_or(""),
                 .delimiter = call.request.parameter("delimiter").value_or(""),
                 .max = max.value_or(kPageMax),
                 .encoded = encoding == "url"};
}

// With escapes if the client wants them: XML cannot carry every key.
std::string shown(const Listing& listing, std::string_view text) {
  if (!listing.encoded) {
    return std::string(text);
  }
  std::vector<std::string> parts;
  for (const std::string_view part : wire::split(text, '/')) {
    parts.push_back(wire::percent_encoded(part));
  }
  return wire::join(parts, '/');
}

void write_owner(XmlWriter& xml, const S3Call& call) {
  xml.element("Owner", [&] { xml.text("ID", canonical_id(call.bucket->owner)); });
}

void write_object(XmlWriter& xml, const Listing& listing, const model::ObjectVersion& object) {
  xml.text("Key", shown(listing, object.key));
  encode(xml, "LastModified", object.modified_at);
  xml.text("ETag", fmt::format("\"{}\"", object.etag));
  encode(xml, "Size", object.size);
  xml.text("StorageClass", "STANDARD");
}

// What all begin with.
void write_head(XmlWriter& xml, const S3Call& call, const Listing& listing, const Page& page) {
  xml.text("Name", call.request.bucket);
  xml.text("Prefix", shown(listing, listing.prefix));
  encode(xml, "MaxKeys", listing.max);
  if (!listing.delimiter.empty()) {
    xml.text("Delimiter", shown(listing, listing.delimiter));
  }
  if (listing.encoded) {
    xml.text("EncodingType", "url");
  }
  encode(xml, "IsTruncated", page.truncated);
}

void write_prefixes(XmlWriter& xml, const Listing& listing, const Page& page) {
  for (const std::string& prefix : page.prefixes) {
    xml.element("CommonPrefixes", [&] { xml.text("Prefix", shown(listing, prefix)); });
  }
}

void write_objects(XmlWriter& xml, const S3Call& call, const Listing& listing, const Page& page,
                   bool with_owner) {
  for (const model::ObjectVersion& object : page.objects) {
    xml.element("Contents", [&] {
      write_object(xml, listing, object);
      if (with_owner) {
        write_owner(xml, call);
      }
    });
  }
  write_prefixes(xml, listing, page);
}

}  // namespace

Result<HttpResponse> list_objects(const S3Call& call) {
  TRY_ASSIGN(Listing listing, read_listing(call));
  listing.after = call.request.parameter("marker").value_or("");
  TRY_ASSIGN(const Page page, collect(call, listing));
  return document("ListBucketResult", [&](XmlWriter& xml) {
    write_head(xml, call, listing, page);
    xml.text("Marker", shown(listing, listing.after));
    if (page.truncated && !listing.delimiter.empty()) {
      xml.text("NextMarker", shown(listing, page.last));
    }
    write_objects(xml, call, listing, page, true);
  });
}

Result<HttpResponse> list_objects_v2(const S3Call& call) {
  if (call.request.parameter("list-type") != "2") {
    return refuse(faults::S3InvalidArgument, "Invalid List Type specified in Request");
  }
  TRY_ASSIGN(Listing listing, read_listing(call));
  const std::string start_after = call.request.parameter("start-after").value_or("");
  const auto token = call.request.parameter("continuation-token");
  const auto place = token ? wire::base64_decode(*token) : std::optional(start_after);
  if (!place || (token && token->empty())) {
    return refuse(faults::S3InvalidArgument, "The continuation token provided is incorrect");
  }
  listing.after = *place;
  TRY_ASSIGN(const Page page, collect(call, listing));
  return document("ListBucketResult", [&](XmlWriter& xml) {
    write_head(xml, call, listing, page);
    encode(xml, "KeyCount", page.objects.size() + page.prefixes.size());
    if (token) {
      xml.text("ContinuationToken", *token);
    }
    if (page.truncated) {
      xml.text("NextContinuationToken", wire::base64_encode(page.last));
    }
    if (!start_after.empty()) {
      xml.text("StartAfter", shown(listing, start_after));
    }
    write_objects(xml, call, listing, page, call.request.parameter("fetch-owner") == "true");
  });
}

Result<HttpResponse> list_object_versions(const S3Call& call) {
  TRY_ASSIGN(Listing listing, read_listing(call));
  listing.all_versions = true;
  listing.after = call.request.parameter("key-marker").value_or("");
  listing.after_version = call.request.parameter("version-id-marker").value_or("");
  if (listing.after.empty() && !listing.after_version.empty()) {
    return refuse(faults::S3InvalidArgument,
                  "A version-id marker cannot be specified without a key marker.");
  }
  TRY_ASSIGN(const Page page, collect(call, listing));
  return document("ListVersionsResult", [&](XmlWriter& xml) {
    write_head(xml, call, listing, page);
    xml.text("KeyMarker", shown(listing, listing.after));
    xml.text("VersionIdMarker", listing.after_version);
    if (page.truncated) {
      xml.text("NextKeyMarker", shown(listing, page.last));
      xml.text("NextVersionIdMarker", page.last_version);
    }
    for (const model::ObjectVersion& object : page.objects) {
      xml.element(object.deleted ? "DeleteMarker" : "Version", [&] {
        if (object.deleted) {
          xml.text("Key", shown(listing, object.key));
          encode(xml, "LastModified", object.modified_at);
        } else {
          write_object(xml, listing, object);
        }
        xml.text("VersionId", object.version);
        encode(xml, "IsLatest", object.latest);
        write_owner(xml, call);
      });
    }
    write_prefixes(xml, listing, page);
  });
}

}  // namespace postern::api::s3
