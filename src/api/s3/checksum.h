// SPDX-License-Identifier: Apache-2.0
// Checksums of a body: what the client says it has is compared with what came.
#pragma once

#include <map>
#include <string>

#include "api/s3/request.h"

namespace postern::api::s3 {

// Whether it is one of those below.
bool is_checksum_algorithm(std::string_view name);

// In the headers' form: base64 of the big-endian value. `algorithm`: crc32, crc32c, crc64nvme,
// sha1, sha256. [S3 user guide, "Checking object integrity"]
std::string checksum(std::string_view algorithm, std::string_view bytes);

// BadDigest or InvalidDigest unless the request's Content-MD5 and x-amz-checksum-… (header or
// trailer) are those of the payload. Gives the latter, to be kept.
Result<std::map<std::string, std::string>> check_digests(const S3Request& request,
                                                         const Payload& payload);

}  // namespace postern::api::s3
