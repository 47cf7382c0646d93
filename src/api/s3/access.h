// SPDX-License-Identifier: Apache-2.0
// Whether the caller may, and in which bucket.
#pragma once

#include <string>
#include <string_view>

#include "api/s3/operations.h"

namespace postern::api::s3 {

// The bucket of that name. NoSuchBucket; AccessDenied for a folder of the operator's, which is
// nobody's.
Result<const model::Bucket*> find_bucket(const model::World& world, const std::string& name);

// AccessDenied if the header names another owner.
// [S3 user guide, "Verifying bucket ownership with bucket owner condition"]
Result<> check_expected_owner(const S3Request& request, std::string_view header,
                              const model::Bucket& bucket);

// AccessDenied unless the caller's policies and the bucket's let it. `bucket` null: there is none
// to ask. `secure` is aws:SecureTransport.
Result<> authorize(const HttpCall& http, const S3Request& request, const model::Bucket* bucket,
                   std::string_view permission, std::string_view resource, bool secure);

// The same of another object than the request's own.
Result<> authorize_object(const S3Call& call, const model::Bucket& bucket,
                          std::string_view permission, std::string_view key);
bool may_list(const S3Call& call);

// As canned ACLs and headers call it: 64 digits, the same for an account always.
std::string canonical_id(const model::Id<model::Account>& account);

}  // namespace postern::api::s3
