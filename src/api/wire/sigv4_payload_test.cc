// SPDX-License-Identifier: Apache-2.0
// How S3's requests are signed: against AWS's own examples.
#include "api/wire/sigv4_payload.h"

#include <gtest/gtest.h>

#include "api/wire/digest.h"
#include "api/wire/sigv4.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::wire {
namespace {

constexpr std::string_view kExampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const std::string kCredential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

bool is_right(const HttpRequest& request) {
  const auto signature = read_signature(request);
  return signature &&
         check_signature(*signature, request, kExampleSecret, *parse_timestamp("20130524T000000Z"))
             .has_value();
}

std::string authorization(const std::string& headers, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=" + kCredential + ",SignedHeaders=" + headers +
         ",Signature=" + signature;
}

// [S3 API reference, "Authenticating requests: using the Authorization header": examples]
TEST(S3Signature, A_path_is_signed_as_it_came) {
  HttpRequest request{
      "PUT",
      "/test%24file.text",
      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
       {"Host", "examplebucket.s3.amazonaws.com"},
       {"x-amz-date", "20130524T000000Z"},
       {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
       {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
       {"Authorization",
        authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")}},
      "Welcome to Amazon S3."};
  EXPECT_TRUE(is_right(request));
  request.body = "Welcome to somebody else.";
  EXPECT_FALSE(is_right(request));
}

TEST(S3Signature, What_is_said_of_a_body_has_to_be_said) {
  HttpRequest request{"GET", "/b/k", {{"Host", "localhost"}}, ""};
  const SigningKey key{"AKIAIOSFODNN7EXAMPLE", std::string(kExampleSecret)};
  const TimePoint now = *parse_timestamp("20130524T000000Z");
  HttpRequest without = request;
  sign_request(without, key, {"us-east-1", "s3"}, now);
  EXPECT_FALSE(is_right(without));
  HttpRequest unsigned_payload = request;
  unsigned_payload.headers.push_back({"x-amz-content-sha256", "UNSIGNED-PAYLOAD"});
  sign_request(unsigned_payload, key, {"us-east-1", "s3"}, now);
  unsigned_payload.body = "whatever";
  EXPECT_TRUE(is_right(unsigned_payload));
  presign_request(request, key, {"us-east-1", "s3"}, now, std::chrono::hours(1));
  EXPECT_TRUE(is_right(request));
  request.target.replace(request.target.find("/k"), 2, "/l");
  EXPECT_FALSE(is_right(request));
}

// [S3 API reference, "Signature calculations for the Authorization header: transferring payload in
// multiple chunks": example, a body of 65 KB in chunks of 64 KB]
TEST(S3Signature, Chunks_are_signed_one_after_another) {
  const auto body = [](const std::string& last) {
    return "10000;chunk-signature="
           "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
           std::string(65536, 'a') +
           "\r\n400;chunk-signature="
           "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
           std::string(1024, 'a') + "\r\n0;chunk-signature=" + last + "\r\n\r\n";
  };
  const std::string right = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
  HttpRequest request{
      "PUT",
      "/examplebucket/chunkObject.txt",
      {{"Host", "s3.amazonaws.com"},
       {"x-amz-date", "20130524T000000Z"},
       {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
       {"Content-Encoding", "aws-chunked"},
       {"x-amz-decoded-content-length", "66560"},
       {"Content-Length", "66824"},
       {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
       {"Authorization",
        authorization("content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                      "x-amz-decoded-content-length;x-amz-storage-class",
                      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")}},
      body(right)};
  EXPECT_TRUE(is_right(request));
  request.body[100] = 'b';
  EXPECT_FALSE(is_right(request));
  request.body = body(std::string(64, '0'));
  EXPECT_FALSE(is_right(request));
  // Without the chunk that ends it, somebody may have cut it off.
  request.body = body(right);
  request.body.resize(request.body.find("\r\n0;") + 2);
  EXPECT_FALSE(is_right(request));
}

TEST(ChunkedBody, What_is_no_such_body_is_told) {
  EXPECT_EQ(read_chunks("0\r\n\r\n")->bytes(), "");
  EXPECT_EQ(read_chunks("a\r\n0123456789\r\n0\r\n\r\n")->bytes(), "0123456789");
  for (const char* broken : {"", "x\r\n\r\n", "5\r\nabc\r\n", "3\r\nabcd\r\n0\r\n\r\n", "0",
                             "ffffffffffffffffff\r\n", "3\r\nabc\r\n", "0\r\nrest"}) {
    EXPECT_FALSE(read_chunks(broken)) << broken;
  }
  const auto with_trailers = read_chunks(
      "0;chunk-signature=s\r\nx-amz-checksum-crc32: AA==\r\nx-amz-trailer-signature:t\r\n\r\n");
  ASSERT_TRUE(with_trailers);
  EXPECT_EQ(with_trailers->chunks[0].signature, "s");
  EXPECT_EQ(with_trailers->trailers[0].value, "AA==");
  EXPECT_EQ(with_trailers->trailer_signature, "t");
}

}  // namespace
}  // namespace postern::api::wire
