// SPDX-License-Identifier: Apache-2.0
#include "api/s3/checksum.h"

#include <gtest/gtest.h>

namespace postern::api::s3 {
namespace {

// [The check values of "123456789": RFC 3720 for CRC-32C, the catalogue of CRC algorithms for
// CRC-32/ISO-HDLC and CRC-64/NVME; FIPS 180 for SHA]
TEST(Checksum, Each_algorithm_gives_its_check_value) {
  EXPECT_EQ(checksum("crc32", "123456789"), "y/Q5Jg==");          // cbf43926
  EXPECT_EQ(checksum("crc32c", "123456789"), "4waSgw==");         // e3069283
  EXPECT_EQ(checksum("crc64nvme", "123456789"), "rosUhgp5mIg=");  // ae8b14860a799888
  EXPECT_EQ(checksum("sha1", "abc"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(checksum("sha256", "abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

std::string refused(std::vector<wire::HttpHeader> headers, const std::string& bytes) {
  headers.push_back({"Host", "localhost"});
  const wire::HttpRequest http{"PUT", "/b/k", std::move(headers), bytes};
  const S3Request request{.http = http, .bucket = "b", .key = "k", .query = {}};
  const auto checked = check_digests(request, {.bytes = bytes, .trailers = {}});
  return checked ? "" : std::string(checked.error().fault().code);
}

TEST(Checksum, What_a_request_says_of_its_body_is_compared_with_it) {
  EXPECT_EQ(refused({}, "abc"), "");
  EXPECT_EQ(refused({{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}, "abc"), "");
  EXPECT_EQ(refused({{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}, "abd"), "BadDigest");
  EXPECT_EQ(refused({{"Content-MD5", "abc"}}, "abc"), "InvalidDigest");
  EXPECT_EQ(refused({{"x-amz-checksum-crc32", "y/Q5Jg=="}}, "123456789"), "");
  EXPECT_EQ(refused({{"x-amz-checksum-crc32", "y/Q5Jg=="}}, "123456780"), "BadDigest");
  EXPECT_EQ(refused({{"x-amz-sdk-checksum-algorithm", "CRC32"}}, "abc"), "InvalidRequest");
  EXPECT_EQ(refused({{"x-amz-trailer", "x-amz-checksum-crc32"}}, "abc"), "InvalidRequest");
}

}  // namespace
}  // namespace postern::api::s3
