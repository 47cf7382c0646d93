// SPDX-License-Identifier: Apache-2.0
// The canonical request: the text that a signature is made over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/wire/http.h"

namespace postern::api::wire {

// `request` with its headers of `signed_headers` (lower case, in the signer's order) and without
// X-Amz-Signature. The path is encoded once more, as all services but S3 have it.
std::string canonical_request(const HttpRequest& request,
                              const std::vector<std::string>& signed_headers);

// As S3 has it: the path as it came, and what the request says of its payload.
std::string s3_canonical_request(const HttpRequest& request,
                                 const std::vector<std::string>& signed_headers,
                                 std::string_view payload);

}  // namespace postern::api::wire
