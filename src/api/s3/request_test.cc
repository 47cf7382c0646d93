// SPDX-License-Identifier: Apache-2.0
// Which bucket and which object a request is about, and which of S3's actions it asks for.
#include "api/s3/request.h"

#include <gtest/gtest.h>

#include "api/s3/operations.h"

namespace postern::api::s3 {
namespace {

wire::HttpRequest get(const std::string& host, const std::string& target) {
  return {"GET", target, {{"Host", host}}, ""};
}

// [S3 user guide, "Virtual hosting of general purpose buckets"]
TEST(S3Request, A_bucket_stands_in_the_path_or_in_the_host) {
  struct Case {
    const char* host;
    const char* target;
    const char* bucket;
    const char* key;
  };
  for (const Case& c : {
           Case{"127.0.0.1:4566", "/", "", ""},
           Case{"127.0.0.1:4566", "/logs", "logs", ""},
           Case{"127.0.0.1:4566", "/logs/", "logs", ""},
           Case{"127.0.0.1:4566", "/logs/a/b.txt?x=1", "logs", "a/b.txt"},
           Case{"[::1]:4566", "/logs/a", "logs", "a"},
           Case{"localhost:4566", "/logs//a//", "logs", "/a//"},
           Case{"logs.localhost:4566", "/a/b", "logs", "a/b"},
           Case{"logs.s3.localhost", "/a", "logs", "a"},
           Case{"s3.localhost", "/logs/a", "logs", "a"},
           Case{"dotted.name.localhost", "/a", "dotted.name", "a"},
           Case{"Logs.LAB.example:80", "/a", "logs", "a"},
           Case{"lab.example", "/logs/a", "logs", "a"},
           Case{"logs.other.example", "/logs/a", "logs", "a"},
           Case{"logs.s3.eu-west-1.amazonaws.com", "/a", "logs", "a"},
           Case{"logs.s3.amazonaws.com", "/a", "logs", "a"},
           Case{"s3.eu-west-1.amazonaws.com", "/logs/a", "logs", "a"},
           Case{"s3.amazonaws.com", "/", "", ""},
           Case{"localhost", "/logs/a%2Fb+c%20d%3F", "logs", "a/b+c d?"},
       }) {
    SCOPED_TRACE(std::string(c.host) + c.target);
    const wire::HttpRequest http = get(c.host, c.target);
    const auto request = read_request(http, {"lab.example"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->bucket, c.bucket);
    EXPECT_EQ(request->key, c.key);
  }
}

TEST(S3Request, A_key_has_up_to_1024_bytes_of_UTF_8) {
  const auto code = [](const std::string& key) -> std::string {
    const wire::HttpRequest http = get("localhost", "/logs/" + key);
    const auto request = read_request(http, {});
    return request ? "" : std::string(request.error().fault().code);
  };
  EXPECT_EQ(code(std::string(1024, 'k')), "");
  EXPECT_EQ(code(std::string(1025, 'k')), "KeyTooLongError");
  EXPECT_EQ(code("%FF"), "InvalidURI");
  EXPECT_EQ(code("a%00b"), "InvalidURI");
}

TEST(S3Request, Chunks_are_put_together) {
  wire::HttpRequest http{"PUT",
                         "/logs/a",
                         {{"Host", "localhost"},
                          {"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                          {"x-amz-decoded-content-length", "5"}},
                         "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"};
  const auto payload = payload_of(*read_request(http, {}));
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->bytes, "abcde");
  ASSERT_EQ(payload->trailers.size(), 1U);
  EXPECT_EQ(payload->trailers[0].name, "x-amz-checksum-crc32");
  http.headers[2].value = "6";
  EXPECT_EQ(payload_of(*read_request(http, {})).error().fault().code, "IncompleteBody");
  http.headers[2].value = "5";
  http.body = "3\r\nabc\r\n";
  EXPECT_EQ(payload_of(*read_request(http, {})).error().fault().code, "IncompleteBody");
}

// [S3 API reference: the actions' request syntax]
TEST(S3Operations, An_action_is_told_by_method_path_query_and_header) {
  struct Case {
    const char* method;
    const char* target;
    const char* header;
    const char* action;  // null: none
  };
  for (const Case& c : {
           Case{"GET", "/", "", "ListBuckets"},
           Case{"PUT", "/", "", nullptr},
           Case{"PUT", "/b", "", "CreateBucket"},
           Case{"HEAD", "/b", "", "HeadBucket"},
           Case{"GET", "/b", "", "ListObjects"},
           Case{"GET", "/b?list-type=2&prefix=a", "", "ListObjectsV2"},
           Case{"GET", "/b?versions", "", "ListObjectVersions"},
           Case{"GET", "/b?tagging", "", "GetBucketTagging"},
           Case{"PUT", "/b?tagging", "", "PutBucketTagging"},
           Case{"GET", "/b/k?tagging", "", "GetObjectTagging"},
           Case{"PUT", "/b?lifecycle", "", "PutBucketLifecycleConfiguration"},
           Case{"POST", "/b?delete", "", "DeleteObjects"},
           Case{"POST", "/b", "", nullptr},
           Case{"GET", "/b/k", "", "GetObject"},
           Case{"HEAD", "/b/k", "", "HeadObject"},
           Case{"PUT", "/b/k", "", "PutObject"},
           Case{"PUT", "/b/k", "x-amz-copy-source", "CopyObject"},
           Case{"PUT", "/b/k?partNumber=1&uploadId=u", "", "UploadPart"},
           Case{"DELETE", "/b/k", "", "DeleteObject"},
           Case{"POST", "/b/k?uploads", "", "CreateMultipartUpload"},
       }) {
    SCOPED_TRACE(std::string(c.method) + c.target);
    wire::HttpRequest http{c.method, c.target, {{"Host", "127.0.0.1"}}, ""};
    if (*c.header != '\0') {
      http.headers.push_back({c.header, "b/k"});
    }
    const Operation* found = find_operation(*read_request(http, {}));
    ASSERT_EQ(found != nullptr, c.action != nullptr);
    if (found != nullptr) {
      EXPECT_EQ(found->name, c.action);
    }
  }
}

TEST(S3Operations, What_an_action_does_not_honour_is_refused) {
  const auto refused = [](const std::string& target, const wire::HttpHeader& header) {
    wire::HttpRequest http{"GET", target, {{"Host", "127.0.0.1"}, header}, ""};
    const S3Request request = *read_request(http, {});
    const auto checked = check_takes(*find_operation(request), request);
    return checked ? std::string() : checked.error().message();
  };
  EXPECT_EQ(refused("/b/k?x-id=GetObject&X-Amz-Date=1", {"Range", "bytes=0-1"}), "");
  EXPECT_EQ(refused("/b/k?partNumber=1", {"Accept", "*/*"}),
            "The parameter partNumber is not supported");
  EXPECT_EQ(refused("/b/k", {"X-Amz-Server-Side-Encryption-Customer-Key", "x"}),
            "The parameter x-amz-server-side-encryption-customer-key is not supported");
  EXPECT_EQ(refused("/b?tagging", {"If-Match", "x"}), "The parameter if-match is not supported");
}

}  // namespace
}  // namespace postern::api::s3
