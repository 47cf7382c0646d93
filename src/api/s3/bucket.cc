// SPDX-License-Identifier: Apache-2.0
// ListBuckets, CreateBucket, DeleteBucket, HeadBucket, GetBucketLocation.
#include <algorithm>

#include "api/s3/access.h"
#include "api/s3/bucket_access.h"
#include "api/s3/document.h"
#include "api/s3/operations.h"
#include "model/chosen.h"

namespace postern::api::s3 {
namespace {

// Its name as LocationConstraint is empty. [S3 API reference, GetBucketLocation]
constexpr std::string_view kFirstRegion = "us-east-1";
// [S3 user guide, "Bucket quotas": general purpose buckets]
constexpr std::ptrdiff_t kBucketsMax = 10'000;

struct OwnerItem {
  std::string ID;
};
BOOST_DESCRIBE_STRUCT(OwnerItem, (), (ID))

struct BucketItem {
  std::string Name;
  TimePoint CreationDate;
  std::string BucketRegion;
};
BOOST_DESCRIBE_STRUCT(BucketItem, (), (Name, CreationDate, BucketRegion))

// Where the bucket is to be: in the region that is called, as the body has to say of all but the
// first one. [S3 API reference, CreateBucket]
Result<> check_location(const S3Call& call) {
  const std::string& region = call.http.caller.region;
  std::string wanted;
  if (!call.payload.bytes.empty()) {
    TRY_ASSIGN(const auto body, read_document("CreateBucketConfiguration", call.payload.bytes));
    wanted = body.text("LocationConstraint").value_or("");
    if (body.child("Tags") != nullptr || body.child("Bucket") != nullptr ||
        body.child("Location") != nullptr) {
      return refuse(faults::S3NotImplemented,
                    "The parameter CreateBucketConfiguration is not supported with other elements "
                    "than LocationConstraint");
    }
    TRY(all_known(body));
  }
  if (wanted.empty() && region == kFirstRegion) {
    return {};
  }
  if (wanted == kFirstRegion) {
    return refuse(faults::S3InvalidLocationConstraint,
                  "The specified location-constraint is not valid");
  }
  if (wanted != region) {
    return refuse(faults::S3IllegalLocationConstraint,
                  "The {} location constraint is incompatible for the region specific endpoint "
                  "this request was sent to.",
                  wanted.empty() ? "unspecified" : wanted);
  }
  return {};
}

Result<> check_name_is_free(const model::World& world, const model::Caller& caller,
                            const std::string& name) {
  const auto* found = world.find(model::Id<model::Bucket>(name));
  if (found != nullptr && found->owner == caller.account) {
    return refuse(faults::S3BucketAlreadyOwnedByYou,
                  "Your previous request to create the named bucket succeeded and you already own "
                  "it.");
  }
  if (found != nullptr || model::has_operators_bucket(world, name)) {
    return refuse(faults::S3BucketAlreadyExists,
                  "The requested bucket name is not available. The bucket namespace is shared by "
                  "all users of the system. Please select a different name and try again.");
  }
  return {};
}

// In the first region making one's own bucket again is no error. [S3 API reference, CreateBucket:
// BucketAlreadyOwnedByYou]
bool is_made_again(const S3Call& call) {
  const auto* found = call.http.world.find(model::Id<model::Bucket>(call.request.bucket));
  return found != nullptr && found->owner == call.http.caller.account &&
         found->region == kFirstRegion && call.http.caller.region == kFirstRegion;
}

Result<> check_there_is_room(const model::World& world, const model::Caller& caller) {
  const auto& all = world.all<model::Bucket>();
  const auto own = std::count_if(
      all.begin(), all.end(), [&](const auto& row) { return row.second->owner == caller.account; });
  return own < kBucketsMax ? Result<>()
                           : refuse(faults::S3TooManyBuckets,
                                    "You have attempted to create more buckets than allowed");
}

// [S3 user guide, "Blocking public access": all four are on for new buckets]
Result<> add_bucket(model::Transaction& tx, const model::Caller& caller, const std::string& name,
                    const std::string& ownership) {
  TRY(check_name_is_free(tx.world(), caller, name));
  TRY(check_there_is_room(tx.world(), caller));
  tx.put(model::Bucket{.id = model::Id<model::Bucket>(name),
                       .owner = caller.account,
                       .region = caller.region,
                       .storage = tx.ids().uuid(),
                       .ownership = ownership,
                       .public_access_block = model::PublicAccessBlock{},
                       .created_at = tx.now()});
  return {};
}

wire::HttpResponse made(const std::string& name) {
  return {.status = 200, .headers = {{"Location", '/' + name}}, .body = ""};
}

}  // namespace

Result<wire::HttpResponse> list_buckets(const S3Call& call) {
  constexpr int kMax = 10'000;
  const std::string prefix = call.request.parameter("prefix").value_or("");
  const std::string region = call.request.parameter("bucket-region").value_or("");
  const std::string after = call.request.parameter("continuation-token").value_or("");
  TRY_ASSIGN(const auto wanted, call.request.number("max-buckets", kMax));
  if (wanted == 0) {
    return refuse(faults::S3InvalidArgument,
                  "Argument max-buckets must be an integer between 1 "
                  "and 10000");
  }
  std::vector<const model::Bucket*> found;
  bool more = false;
  for (const auto& [id, bucket] : call.http.world.all<model::Bucket>()) {
    if (bucket->owner != call.http.caller.account || !id.value.starts_with(prefix) ||
        id.value <= after || (!region.empty() && bucket->region != region)) {
      continue;
    }
    more = found.size() == static_cast<std::size_t>(wanted.value_or(kMax));
    if (more) {
      break;
    }
    found.push_back(bucket.get());
  }
  return document("ListAllMyBucketsResult", [&](wire::XmlWriter& xml) {
    encode(xml, "Owner", OwnerItem{.ID = canonical_id(call.http.caller.account)});
    xml.element("Buckets", [&] {
      for (const model::Bucket* bucket : found) {
        encode(xml, "Bucket",
               BucketItem{.Name = bucket->id.value,
                          .CreationDate = bucket->created_at,
                          .BucketRegion = bucket->region});
      }
    });
    if (more) {
      xml.text("ContinuationToken", found.back()->id.value);
    }
    if (!prefix.empty()) {
      xml.text("Prefix", prefix);
    }
  });
}

Result<wire::HttpResponse> create_bucket(const S3Call& call) {
  const std::string& name = call.request.bucket;
  if (!model::is_bucket_name(name)) {
    return refuse(faults::S3InvalidBucketName, "The specified bucket is not valid.");
  }
  const std::string ownership =
      call.request.header("x-amz-object-ownership").value_or(std::string(kOwnerEnforced));
  TRY(check_ownership(ownership));
  TRY(check_acl(call));
  TRY(check_location(call));
  if (is_made_again(call)) {
    return made(name);
  }
  TRY(call.http.write(
      [&](model::Transaction& tx) { return add_bucket(tx, call.http.caller, name, ownership); }));
  return made(name);
}

// The objects are asked before the World is changed: whoever puts one meanwhile is refused.
Result<wire::HttpResponse> delete_bucket(const S3Call& call) {
  const std::string storage = call.bucket->storage;
  TRY_ASSIGN(const bool closed, call.objects.close_empty(storage));
  if (!closed) {
    return refuse(faults::S3BucketNotEmpty, "The bucket you tried to delete is not empty");
  }
  const auto done =
      call.http.write([id = call.bucket->id, storage](model::Transaction& tx) -> Result<> {
        const auto* found = tx.world().find(id);
        if (found != nullptr && found->storage == storage) {
          tx.erase(id);
        }
        return {};
      });
  if (!done) {
    call.objects.reopen(storage);
    return std::unexpected(done.error());
  }
  return wire::HttpResponse{.status = 204};
}

Result<wire::HttpResponse> head_bucket(const S3Call& call) {
  return wire::HttpResponse{.status = 200,
                            .headers = {{"x-amz-bucket-region", call.bucket->region},
                                        {"x-amz-access-point-alias", "false"}},
                            .body = ""};
}

Result<wire::HttpResponse> get_bucket_location(const S3Call& call) {
  return document("LocationConstraint", [&](wire::XmlWriter& xml) {
    xml.text("", call.bucket->region == kFirstRegion ? "" : call.bucket->region);
  });
}

}  // namespace postern::api::s3
