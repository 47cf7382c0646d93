// SPDX-License-Identifier: Apache-2.0
// S3 as a service: a request to the rule that does it.
#pragma once

#include <string>
#include <vector>

#include "api/action/http_service.h"
#include "model/bucket.h"
#include "model/object.h"

namespace postern::api::s3 {

// Outlives the service.
struct S3Parts {
  model::ObjectKeeper& objects;
  // Below which names a bucket's own may stand, beside localhost: bucket.lab.example.
  std::vector<std::string> host_names;
  // Whether nobody else sees what comes to the API: it listens on the loopback only. What policies
  // call aws:SecureTransport, since the API itself speaks no TLS.
  bool secure = false;
};

HttpService s3_service(const S3Parts& parts);

// An object that AWS itself puts into the bucket, at that time.
model::ObjectVersion log_file(const model::Bucket& bucket, const std::string& key,
                              std::string_view bytes, TimePoint now);

}  // namespace postern::api::s3
