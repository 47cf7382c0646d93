// SPDX-License-Identifier: Apache-2.0
// Objects: put, read, copied, listed, deleted, in one version or several.
#include "api/s3/checksum.h"
#include "api/s3/s3_test.h"

namespace postern::api::s3 {
namespace {

using Names = std::vector<std::string>;

class S3ObjectTest : public S3Test {
 protected:
  void SetUp() override { make_bucket(); }

  void put(const std::string& key, const std::string& bytes = "x") {
    ASSERT_EQ(ask("PUT", "/logs/" + key, bytes).status, 200);
  }
  void set_versioning(const std::string& status) {
    ASSERT_EQ(
        ask("PUT", "/logs?versioning",
            "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>")
            .status,
        200);
  }
};

TEST_F(S3ObjectTest, An_object_is_read_back_as_it_was_put) {
  const std::string bytes("\0\r\n\xff text", 9);
  const auto put = ask("PUT", "/logs/a/b", bytes,
                       {{"Content-Type", "text/x"},
                        {"Cache-Control", "no-cache"},
                        {"Content-Encoding", "aws-chunked,gzip"},
                        {"x-amz-meta-colour", "red"}});
  EXPECT_EQ(put.status, 200);
  const auto got = ask("GET", "/logs/a/b");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, bytes);
  EXPECT_EQ(header(got, "ETag"), header(put, "ETag"));
  EXPECT_EQ(header(got, "Content-Type"), "text/x");
  EXPECT_EQ(header(got, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(got, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(got, "x-amz-meta-colour"), "red");
  EXPECT_EQ(header(got, "Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
  const auto head = ask("HEAD", "/logs/a/b");
  EXPECT_EQ(header(head, "Content-Length"), "9");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(header(ask("GET", "/logs/a/b?response-content-type=a/b"), "content-type"), "a/b");
  EXPECT_EQ(code(ask("GET", "/logs/a")), "NoSuchKey");
}

// [RFC 9110, 14.1.2; S3 API reference, GetObject, Range]
TEST_F(S3ObjectTest, Ranges_of_it_are_read) {
  put("a", "0123456789");
  put("empty", "");
  struct Case {
    const char* range;
    int status;
    const char* body;
  };
  for (const Case& c : {
           Case{"bytes=0-0", 206, "0"},
           Case{"bytes=2-4", 206, "234"},
           Case{"bytes=8-", 206, "89"},
           Case{"bytes=8-100", 206, "89"},
           Case{"bytes=-3", 206, "789"},
           Case{"bytes=-100", 206, "0123456789"},
           Case{"bytes=0-1,3-4", 200, "0123456789"},
           Case{"bytes=4-2", 200, "0123456789"},
           Case{"lines=1-2", 200, "0123456789"},
       }) {
    SCOPED_TRACE(c.range);
    const auto got = ask("GET", "/logs/a", "", {{"Range", c.range}});
    EXPECT_EQ(got.status, c.status);
    EXPECT_EQ(got.body, c.body);
  }
  EXPECT_EQ(header(ask("GET", "/logs/a", "", {{"Range", "bytes=2-4"}}), "Content-Range"),
            "bytes 2-4/10");
  EXPECT_EQ(code(ask("GET", "/logs/a", "", {{"Range", "bytes=10-"}})), "InvalidRange");
  EXPECT_EQ(code(ask("GET", "/logs/empty", "", {{"Range", "bytes=0-"}})), "InvalidRange");
  EXPECT_EQ(code(ask("GET", "/logs/empty", "", {{"Range", "bytes=-1"}})), "InvalidRange");
}

// [RFC 9110, 13.2.2]
TEST_F(S3ObjectTest, Conditions_are_kept) {
  put("a", "x");
  const std::string etag = header(ask("HEAD", "/logs/a"), "ETag");
  const std::string before = "Tue, 14 Nov 2023 22:13:19 GMT";
  const std::string then = "Tue, 14 Nov 2023 22:13:20 GMT";
  const auto status = [&](Headers headers) {
    return ask("GET", "/logs/a", "", std::move(headers)).status;
  };
  EXPECT_EQ(status({{"If-Match", etag}}), 200);
  EXPECT_EQ(status({{"If-Match", "\"other\""}}), 412);
  EXPECT_EQ(status({{"If-None-Match", etag}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "\"other\""}}), 200);
  EXPECT_EQ(status({{"If-Modified-Since", before}}), 200);
  EXPECT_EQ(status({{"If-Modified-Since", then}}), 304);
  EXPECT_EQ(status({{"If-Unmodified-Since", then}}), 200);
  EXPECT_EQ(status({{"If-Unmodified-Since", before}}), 412);
  EXPECT_EQ(status({{"If-Match", etag}, {"If-Unmodified-Since", before}}), 200);
  EXPECT_EQ(status({{"If-Modified-Since", "yesterday"}}), 400);
  EXPECT_EQ(ask("PUT", "/logs/a", "y", {{"If-None-Match", "*"}}).status, 412);
  EXPECT_EQ(ask("PUT", "/logs/b", "y", {{"If-None-Match", "*"}}).status, 200);
  EXPECT_EQ(ask("GET", "/logs/a").body, "x");
}

TEST_F(S3ObjectTest, What_is_not_honoured_of_a_put_is_refused) {
  const auto put = [&](Headers headers) {
    return code(ask("PUT", "/logs/a", "x", std::move(headers)));
  };
  EXPECT_EQ(put({{"x-amz-storage-class", "STANDARD"}}), "");
  EXPECT_EQ(put({{"x-amz-storage-class", "GLACIER"}}), "NotImplemented");
  EXPECT_EQ(put({{"x-amz-server-side-encryption", "AES256"}}), "");
  EXPECT_EQ(put({{"x-amz-server-side-encryption", "aws:kms"}}), "NotImplemented");
  EXPECT_EQ(put({{"x-amz-acl", "bucket-owner-full-control"}}), "");
  EXPECT_EQ(put({{"x-amz-acl", "public-read"}}), "AccessControlListNotSupported");
  EXPECT_EQ(put({{"x-amz-meta-m", std::string(2048, 'v')}}), "MetadataTooLarge");
  EXPECT_EQ(put({{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}), "BadDigest");
}

TEST_F(S3ObjectTest, A_copy_is_of_the_bytes_and_what_is_said_of_them) {
  ASSERT_EQ(ask("PUT", "/logs/a", "x", {{"x-amz-meta-m", "1"}}).status, 200);
  const auto copy = [&](const std::string& from, const std::string& to, Headers headers = {}) {
    headers.push_back({"x-amz-copy-source", from});
    return ask("PUT", "/logs/" + to, "", std::move(headers));
  };
  EXPECT_THAT(copy("logs/a", "b").body, HasSubstr("<CopyObjectResult"));
  EXPECT_EQ(header(ask("GET", "/logs/b"), "x-amz-meta-m"), "1");
  EXPECT_EQ(copy("/logs/a", "c", {{"x-amz-metadata-directive", "REPLACE"}}).status, 200);
  EXPECT_EQ(header(ask("GET", "/logs/c"), "x-amz-meta-m"), "");
  EXPECT_EQ(code(copy("logs/a", "a")), "InvalidRequest");
  EXPECT_EQ(code(copy("logs/none", "d")), "NoSuchKey");
  EXPECT_EQ(code(copy("none/a", "d")), "NoSuchBucket");
  EXPECT_EQ(code(copy("logs", "d")), "InvalidArgument");
  EXPECT_EQ(code(copy("logs/a", "d", {{"x-amz-source-expected-bucket-owner", "222222222222"}})),
            "AccessDenied");
  const auto of_bob = ask(bob_, "PUT", "/bobs", location("eu-west-1"));
  ASSERT_EQ(of_bob.status, 200);
  EXPECT_EQ(code(ask(bob_, "PUT", "/bobs/a", "", {{"x-amz-copy-source", "logs/a"}})),
            "AccessDenied");
}

std::string tagging(const model::Tags& tags) {
  std::string out;
  for (const auto& [key, value] : tags) {
    out += "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
  }
  return "<Tagging><TagSet>" + out + "</TagSet></Tagging>";
}

// [S3 user guide, "Categorizing your objects using tags"]
TEST_F(S3ObjectTest, An_object_has_tags_of_its_own) {
  ASSERT_EQ(ask("PUT", "/logs/a", "x", {{"x-amz-tagging", "team=net+work&b=%C3%A4&empty"}}).status,
            200);
  const auto tags = [&](const std::string& what) { return ask("GET", "/logs/" + what).body; };
  EXPECT_THAT(
      tags("a?tagging"),
      HasSubstr("<TagSet><Tag><Key>b</Key><Value>\xC3\xA4</Value></Tag><Tag><Key>empty</Key>"
                "<Value/></Tag><Tag><Key>team</Key><Value>net work</Value></Tag>"));
  EXPECT_EQ(header(ask("GET", "/logs/a"), "x-amz-tagging-count"), "3");
  EXPECT_EQ(header(ask("HEAD", "/logs/a"), "x-amz-tagging-count"), "3");
  EXPECT_EQ(ask("PUT", "/logs/a?tagging", tagging({{"only", "1"}})).status, 200);
  EXPECT_EQ(keys(tags("a?tagging")), Names{"only"});
  EXPECT_EQ(tags("a"), "x");
  EXPECT_EQ(ask("DELETE", "/logs/a?tagging").status, 204);
  EXPECT_EQ(keys(tags("a?tagging")), Names{});
  EXPECT_EQ(header(ask("GET", "/logs/a"), "x-amz-tagging-count"), "");
  EXPECT_EQ(code(ask("GET", "/logs/none?tagging")), "NoSuchKey");
  EXPECT_EQ(code(ask("PUT", "/logs/none?tagging", tagging({}))), "NoSuchKey");
}

TEST_F(S3ObjectTest, Tags_that_an_object_cannot_have_are_refused) {
  const auto put = [&](const std::string& tags) {
    return code(ask("PUT", "/logs/a", "x", {{"x-amz-tagging", tags}}));
  };
  EXPECT_EQ(put("a=1&a=2"), "InvalidArgument");
  EXPECT_EQ(put("a=%FF"), "InvalidArgument");
  EXPECT_EQ(put("=1"), "InvalidTag");
  EXPECT_EQ(put("aws:a=1"), "InvalidTag");
  EXPECT_EQ(put(std::string(129, 'k') + "=1"), "InvalidTag");
  EXPECT_EQ(put("k=" + std::string(257, 'v')), "InvalidTag");
  std::string umlauts;
  model::Tags many;
  std::string header;
  for (int i = 0; i < 128; ++i) {
    umlauts += "%C3%A4";
  }
  for (int i = 0; i < 11; ++i) {
    many[fmt::format("k{}", i)] = "v";
    header += fmt::format("k{}=v&", i);
  }
  EXPECT_EQ(put(header), "BadRequest");
  EXPECT_EQ(ask("GET", "/logs/a").status, 404) << "nothing of it was put";
  EXPECT_EQ(put(umlauts + "=1"), "") << "characters are counted, not bytes";
  EXPECT_EQ(code(ask("PUT", "/logs/a?tagging", tagging(many))), "BadRequest");
  EXPECT_EQ(code(ask("PUT", "/logs/a?tagging", "<Tagging></Tagging>")), "MalformedXML");
}

TEST_F(S3ObjectTest, A_copy_has_its_sources_tags_or_new_ones) {
  ASSERT_EQ(ask("PUT", "/logs/a", "x", {{"x-amz-tagging", "a=1"}}).status, 200);
  const auto copy = [&](Headers headers) {
    headers.push_back({"x-amz-copy-source", "logs/a"});
    return code(ask("PUT", "/logs/b", "", std::move(headers)));
  };
  const auto copied = [&] { return keys(ask("GET", "/logs/b?tagging").body); };
  EXPECT_EQ(copy({}), "");
  EXPECT_EQ(copied(), Names{"a"});
  EXPECT_EQ(copy({{"x-amz-tagging", "b=2"}, {"x-amz-tagging-directive", "REPLACE"}}), "");
  EXPECT_EQ(copied(), Names{"b"});
  EXPECT_EQ(copy({{"x-amz-tagging-directive", "REPLACE"}}), "");
  EXPECT_EQ(copied(), Names{});
  EXPECT_EQ(copy({{"x-amz-tagging", "b=2"}}), "InvalidRequest");
}

TEST_F(S3ObjectTest, Each_version_has_its_own_tags) {
  set_versioning("Enabled");
  const std::string first =
      header(ask("PUT", "/logs/a", "1", {{"x-amz-tagging", "first=1"}}), "x-amz-version-id");
  put("a", "2");
  EXPECT_EQ(keys(ask("GET", "/logs/a?tagging").body), Names{});
  EXPECT_EQ(keys(ask("GET", "/logs/a?tagging&versionId=" + first).body), Names{"first"});
  const auto changed =
      ask("PUT", "/logs/a?tagging&versionId=" + first, tagging({{"changed", "1"}}));
  EXPECT_EQ(header(changed, "x-amz-version-id"), first);
  EXPECT_EQ(keys(ask("GET", "/logs/a?tagging&versionId=" + first).body), Names{"changed"});
  EXPECT_EQ(code(ask("GET", "/logs/a?tagging&versionId=none")), "NoSuchVersion");
  ASSERT_EQ(ask("DELETE", "/logs/a").status, 204);
  EXPECT_EQ(code(ask("GET", "/logs/a?tagging")), "NoSuchKey");
}

// [S3 API reference, PutObject, CopyObject, GetObjectTagging: permissions]
TEST_F(S3ObjectTest, To_tag_and_to_read_tags_are_permissions_of_their_own) {
  const auto allow = [&](const std::string& actions) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
        R"({"AWS":"222222222222"},"Action":[)" +
        actions + R"(],"Resource":"arn:aws:s3:::logs/*"}]})";
    ASSERT_EQ(ask("PUT", "/logs?policy", policy).status, 204);
  };
  const auto bobs = [&](const std::string& method, const std::string& target,
                        Headers headers = {}) {
    return ask(bob_, method, "/logs/" + target, "", std::move(headers));
  };
  set_versioning("Enabled");
  const Headers tagged = {{"x-amz-tagging", "a=1"}};
  allow(R"("s3:PutObject","s3:GetObject")");
  EXPECT_EQ(bobs("PUT", "a").status, 200);
  EXPECT_EQ(code(bobs("PUT", "a", tagged)), "AccessDenied");
  const std::string version = header(ask("PUT", "/logs/a", "x", tagged), "x-amz-version-id");
  EXPECT_EQ(code(bobs("GET", "a?tagging")), "AccessDenied");
  EXPECT_EQ(header(bobs("GET", "a"), "x-amz-tagging-count"), "");
  EXPECT_EQ(code(bobs("PUT", "b", {{"x-amz-copy-source", "logs/a"}})), "AccessDenied");
  allow(R"("s3:PutObject","s3:GetObject","s3:GetObjectTagging","s3:PutObjectTagging")");
  EXPECT_EQ(bobs("PUT", "b", tagged).status, 200);
  EXPECT_EQ(bobs("GET", "a?tagging").status, 200);
  EXPECT_EQ(header(bobs("GET", "a"), "x-amz-tagging-count"), "1");
  EXPECT_EQ(bobs("PUT", "b", {{"x-amz-copy-source", "logs/a"}}).status, 200);
  EXPECT_EQ(code(bobs("GET", "a?tagging&versionId=" + version)), "AccessDenied");
  allow(R"("s3:GetObjectVersionTagging")");
  EXPECT_EQ(bobs("GET", "a?tagging&versionId=" + version).status, 200);
}

// [S3 user guide, "Organizing objects using prefixes", "Listing object keys programmatically"]
TEST_F(S3ObjectTest, Keys_are_listed_in_their_order_and_by_what_they_have_in_common) {
  for (const char* key : {"b", "a/1", "a/2", "a/x/1", "c/1", "a", "%C3%A4"}) {
    put(key);
  }
  const auto list = [&](const std::string& query) {
    return ask("GET", "/logs?list-type=2&" + query).body;
  };
  EXPECT_EQ(keys(list("")), (Names{"a", "a/1", "a/2", "a/x/1", "b", "c/1", "\xC3\xA4"}));
  EXPECT_EQ(keys(list("prefix=a/")), (Names{"a/1", "a/2", "a/x/1"}));
  const std::string top = list("delimiter=/");
  EXPECT_EQ(keys(top), (Names{"a", "b", "\xC3\xA4"}));
  EXPECT_THAT(top, HasSubstr("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><CommonPrefixes>"
                             "<Prefix>c/</Prefix></CommonPrefixes>"));
  EXPECT_THAT(top, HasSubstr("<KeyCount>5</KeyCount>"));
  EXPECT_EQ(keys(list("prefix=a/&delimiter=/")), (Names{"a/1", "a/2"}));
  EXPECT_EQ(keys(list("start-after=a/2")), (Names{"a/x/1", "b", "c/1", "\xC3\xA4"}));
  EXPECT_EQ(keys(list("encoding-type=url&prefix=%C3%A4")), Names{"%C3%A4"});
  EXPECT_EQ(keys(list("max-keys=0")), Names{});
  EXPECT_EQ(code(ask("GET", "/logs?list-type=2&max-keys=x")), "InvalidArgument");
  EXPECT_EQ(code(ask("GET", "/logs?list-type=3")), "InvalidArgument");
}

TEST_F(S3ObjectTest, Page_by_page_nothing_is_left_out_and_nothing_comes_twice) {
  for (const char* key : {"a", "b/1", "b/2", "c", "d/1", "d/2", "e"}) {
    put(key);
  }
  for (int size = 1; size <= 6; ++size) {
    SCOPED_TRACE(size);
    Names found;
    std::string token;
    do {
      const std::string page =
          ask("GET", fmt::format("/logs?list-type=2&delimiter=/&max-keys={}{}", size, token)).body;
      for (const std::string& key : keys(page)) {
        found.push_back(key);
      }
      const std::string prefixes = page.substr(page.find("<IsTruncated>"));
      for (const std::string& prefix : keys(prefixes, "Prefix")) {
        found.push_back(prefix);
      }
      const auto next = keys(page, "NextContinuationToken");
      token = next.empty() ? "" : "&continuation-token=" + next.front();
      EXPECT_EQ(page.find("<IsTruncated>true") != std::string::npos, !token.empty());
    } while (!token.empty() && found.size() < 10);
    std::ranges::sort(found);
    EXPECT_EQ(found, (Names{"a", "b/", "c", "d/", "e"}));
  }
  // As ListObjects has it, by the last name.
  const std::string page = ask("GET", "/logs?delimiter=/&max-keys=2").body;
  EXPECT_THAT(page, HasSubstr("<NextMarker>b/</NextMarker>"));
  EXPECT_EQ(keys(ask("GET", "/logs?delimiter=/&marker=b/").body), (Names{"c", "e"}));
}

// [S3 user guide, "How S3 Versioning works"]
TEST_F(S3ObjectTest, With_versioning_nothing_is_lost_but_what_is_deleted_by_its_version) {
  put("a", "before");
  set_versioning("Enabled");
  const std::string first = header(ask("PUT", "/logs/a", "one"), "x-amz-version-id");
  const std::string second = header(ask("PUT", "/logs/a", "two"), "x-amz-version-id");
  EXPECT_NE(first, second);
  EXPECT_EQ(ask("GET", "/logs/a").body, "two");
  EXPECT_EQ(ask("GET", "/logs/a?versionId=" + first).body, "one");
  EXPECT_EQ(ask("GET", "/logs/a?versionId=null").body, "before");
  EXPECT_EQ(code(ask("GET", "/logs/a?versionId=none")), "NoSuchVersion");

  const auto gone = ask("DELETE", "/logs/a");
  EXPECT_EQ(header(gone, "x-amz-delete-marker"), "true");
  const std::string marker = header(gone, "x-amz-version-id");
  EXPECT_EQ(code(ask("GET", "/logs/a")), "NoSuchKey");
  EXPECT_EQ(code(ask("GET", "/logs/a?versionId=" + marker)), "MethodNotAllowed");
  EXPECT_EQ(keys(ask("GET", "/logs").body), Names{});
  const std::string all = ask("GET", "/logs?versions").body;
  EXPECT_EQ(keys(all, "VersionId"), (Names{marker, second, first, "null"}));
  EXPECT_EQ(keys(all, "IsLatest"), (Names{"true", "false", "false", "false"}));
  const std::string page = ask("GET", "/logs?versions&max-keys=2").body;
  EXPECT_EQ(keys(page, "NextVersionIdMarker"), Names{second});
  EXPECT_EQ(
      keys(ask("GET", "/logs?versions&key-marker=a&version-id-marker=" + second).body, "VersionId"),
      (Names{first, "null"}));
  EXPECT_EQ(code(ask("DELETE", "/logs")), "BucketNotEmpty");

  EXPECT_EQ(header(ask("DELETE", "/logs/a?versionId=" + marker), "x-amz-delete-marker"), "true");
  EXPECT_EQ(ask("GET", "/logs/a").body, "two");
  EXPECT_EQ(ask("DELETE", "/logs/a?versionId=" + second).status, 204);
  EXPECT_EQ(ask("GET", "/logs/a").body, "one");

  // Suspended: the version that is called null is written over.
  set_versioning("Suspended");
  EXPECT_EQ(header(ask("PUT", "/logs/a", "three"), "x-amz-version-id"), "null");
  EXPECT_EQ(ask("GET", "/logs/a?versionId=null").body, "three");
  EXPECT_EQ(ask("GET", "/logs/a?versionId=" + first).body, "one");
}

TEST_F(S3ObjectTest, Many_are_deleted_at_once_and_each_is_answered_for) {
  put("a");
  put("b");
  const std::string body =
      "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Object><Key>c</Key>"
      "</Object></Delete>";
  EXPECT_EQ(code(ask("POST", "/logs?delete", body)), "InvalidRequest");
  EXPECT_EQ(code(ask("POST", "/logs?delete", body, {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}})),
            "BadDigest");
  const std::string nothing = "<Delete></Delete>";
  EXPECT_EQ(code(ask("POST", "/logs?delete", nothing,
                     {{"x-amz-checksum-sha256", checksum("sha256", nothing)}})),
            "MalformedXML");
  const auto done = ask("POST", "/logs?delete", body,
                        {{"x-amz-checksum-sha256", checksum("sha256", body)},
                         {"x-amz-sdk-checksum-algorithm", "SHA256"}});
  EXPECT_EQ(keys(done.body), (Names{"a", "b", "c"}));
  EXPECT_EQ(keys(ask("GET", "/logs").body), Names{});
  put("a");
  const auto refused = ask(bob_, "POST", "/logs?delete", body,
                           {{"x-amz-checksum-sha256", checksum("sha256", body)}});
  EXPECT_EQ(keys(refused.body, "Code"), (Names{"AccessDenied", "AccessDenied", "AccessDenied"}));
  EXPECT_EQ(keys(ask("GET", "/logs").body), Names{"a"});
}

// What would belong to its writer, who is not the bucket's owner.
TEST_F(S3ObjectTest, Objects_are_the_buckets_owners) {
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},)"
      R"("Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"}]})";
  ASSERT_EQ(ask("PUT", "/logs?policy", policy).status, 204);
  EXPECT_EQ(ask(bob_, "PUT", "/logs/a", "x").status, 200);
  ASSERT_EQ(ask("PUT", "/logs?ownershipControls",
                "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership>"
                "</Rule></OwnershipControls>")
                .status,
            200);
  EXPECT_EQ(code(ask(bob_, "PUT", "/logs/a", "x")), "NotImplemented");
  EXPECT_EQ(ask(bob_, "PUT", "/logs/a", "x", {{"x-amz-acl", "bucket-owner-full-control"}}).status,
            200);
  // Who may not list learns nothing of what is there.
  EXPECT_EQ(code(ask(bob_, "GET", "/logs/none")), "AccessDenied");
}

}  // namespace
}  // namespace postern::api::s3
