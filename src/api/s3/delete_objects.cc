// SPDX-License-Identifier: Apache-2.0
// DeleteObjects: up to a thousand at once, each by itself allowed or not.
#include "api/s3/access.h"
#include "api/s3/document.h"
#include "api/s3/object.h"

namespace postern::api::s3 {
namespace {

constexpr std::size_t kAtOnceMax = 1000;

struct Wanted {
  std::string key;
  std::optional<std::string> version;
};

struct Wish {
  std::vector<Wanted> objects;
  bool quiet = false;
};

Result<Wish> read_wish(const Payload& payload) {
  TRY_ASSIGN(const auto body, read_document("Delete", payload.bytes));
  Wish out;
  TRY_ASSIGN(out.quiet, flag(body, "Quiet"));
  for (const wire::Parameter* object : repeated(body, "Object")) {
    for (const char* condition : {"ETag", "LastModifiedTime", "Size"}) {
      if (object->child(condition) != nullptr) {
        return refuse(faults::S3NotImplemented, "The parameter Delete.Objects.{} is not supported",
                      condition);
      }
    }
    out.objects.push_back(
        {.key = object->text("Key").value_or(""), .version = object->text("VersionId")});
    if (out.objects.back().key.empty()) {
      return malformed_xml();
    }
  }
  TRY(all_known(body));
  if (out.objects.empty() || out.objects.size() > kAtOnceMax) {
    return malformed_xml();
  }
  return out;
}

void write_deleted(wire::XmlWriter& xml, const Wanted& wanted, const Deletion& done) {
  xml.element("Deleted", [&] {
    xml.text("Key", wanted.key);
    if (wanted.version) {
      xml.text("VersionId", *wanted.version);
    }
    if (done.marker) {
      xml.text("DeleteMarker", "true");
      xml.text("DeleteMarkerVersionId", done.version);
    }
  });
}

void write_error(wire::XmlWriter& xml, const Wanted& wanted, const Error& error) {
  xml.element("Error", [&] {
    xml.text("Key", wanted.key);
    if (wanted.version) {
      xml.text("VersionId", *wanted.version);
    }
    xml.text("Code", error.fault().code);
    xml.text("Message", error.message());
  });
}

Result<Deletion> delete_one(const S3Call& call, const Wanted& wanted) {
  TRY(authorize_object(call, *call.bucket,
                       wanted.version ? "s3:DeleteObjectVersion" : "s3:DeleteObject", wanted.key));
  return delete_key(call, wanted.key, wanted.version);
}

}  // namespace

Result<wire::HttpResponse> delete_objects(const S3Call& call) {
  if (call.checksums.empty() && !call.request.header("content-md5")) {
    return refuse(faults::S3InvalidRequest,
                  "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  TRY_ASSIGN(const Wish wish, read_wish(call.payload));
  return document("DeleteResult", [&](wire::XmlWriter& xml) {
    for (const Wanted& wanted : wish.objects) {
      const auto done = delete_one(call, wanted);
      if (!done) {
        write_error(xml, wanted, done.error());
      } else if (!wish.quiet) {
        write_deleted(xml, wanted, *done);
      }
    }
  });
}

}  // namespace postern::api::s3
