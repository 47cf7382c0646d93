// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "metadata/answers/token.h"

namespace postern::metadata {
namespace {

using api::wire::HttpRequest;
using api::wire::HttpResponse;
using model::Id;
using model::Instance;
using testing::HasSubstr;
using namespace std::chrono_literals;

class MetadataAnswerTest : public testing::Test {
 protected:
  MetadataAnswerTest() {
    instance_ = {.id = Id<Instance>("i-1"),
                 .owner = Id<model::Account>("111111111111"),
                 .region = "ap-northeast-1",
                 .reservation_id = "r-1",
                 .image_id = "ami-host",
                 .instance_type = "t3.micro",
                 .key_name = "mine",
                 .user_data = "#!/bin/sh\n",
                 .vpc = Id<model::Vpc>("vpc-1"),
                 .subnet = Id<model::Subnet>("subnet-1"),
                 .zone = "ap-northeast-1a",
                 .network_interface = Id<model::NetworkInterface>("eni-1"),
                 .address = *IpAddress::parse("10.0.1.5"),
                 .state = model::InstanceState::Running,
                 .metadata_secret = "secret",
                 .tags = {{"Name", "web"}, {"a/b", "c"}}};
  }

  model::World world() const {
    return model::WorldBuilder()
        .put(instance_)
        .put(model::Vpc{.id = instance_.vpc, .cidr = *Cidr::parse("10.0.0.0/16")})
        .put(model::Subnet{.id = instance_.subnet, .cidr = *Cidr::parse("10.0.1.0/24")})
        .put(model::SecurityGroup{.id = Id<model::SecurityGroup>("sg-1"), .name = "web"})
        .put(model::SecurityGroup{.id = Id<model::SecurityGroup>("sg-2"), .name = "ssh"})
        .put(model::KeyPair{.id = Id<model::KeyPair>("key-1"),
                            .owner = instance_.owner,
                            .region = instance_.region,
                            .name = "mine",
                            .public_key = "ssh-ed25519 AAAA mine"})
        .put(model::NetworkInterface{
            .id = instance_.network_interface,
            .owner = instance_.owner,
            .vpc = instance_.vpc,
            .subnet = instance_.subnet,
            .address = instance_.address,
            .mac = MacAddress::local(5),
            .groups = {Id<model::SecurityGroup>("sg-1"), Id<model::SecurityGroup>("sg-2")},
            .attachment = model::Attachment{.instance_id = "i-1"}})
        .build();
  }

  Said ask(const HttpRequest& request) {
    Answer found = answer(world(), instance_, request, now_);
    EXPECT_TRUE(std::holds_alternative<Said>(found));
    return std::get<Said>(found);
  }
  HttpResponse get(const std::string& path, const std::string& token = "") {
    HttpRequest request{.method = "GET", .target = path};
    if (!token.empty()) {
      request.headers.push_back({"x-aws-ec2-metadata-token", token});
    }
    return ask(request).response;
  }
  HttpRequest token_request(const std::string& lifetime) const {
    return {.method = "PUT",
            .target = "/latest/api/token",
            .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", lifetime}}};
  }
  std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& at : response.headers) {
      if (api::wire::same_header(at.name, name)) {
        return at.value;
      }
    }
    return "";
  }

  Instance instance_;
  TimePoint now_{std::chrono::hours(24 * 365 * 56)};
};

// [EC2 user guide, "Instance metadata categories"]
TEST_F(MetadataAnswerTest, Each_category_is_what_the_API_says_of_the_instance) {
  const std::string mac = MacAddress::local(5).text();
  const std::string macs = "/latest/meta-data/network/interfaces/macs/";
  struct Case {
    std::string path;
    std::string text;
  };
  const Case cases[] = {
      {"/latest/meta-data/instance-id", "i-1"},
      {"/2021-03-23/meta-data/instance-id", "i-1"},
      {"/1.0/meta-data/instance-id/", "i-1"},
      {"//latest//meta-data/instance%2did?x=y", "i-1"},
      {"/latest/meta-data/ami-id", "ami-host"},
      {"/latest/meta-data/ami-launch-index", "0"},
      {"/latest/meta-data/instance-type", "t3.micro"},
      {"/latest/meta-data/local-ipv4", "10.0.1.5"},
      {"/latest/meta-data/local-hostname", "ip-10-0-1-5.ap-northeast-1.compute.internal"},
      {"/latest/meta-data/hostname", "ip-10-0-1-5.ap-northeast-1.compute.internal"},
      {"/latest/meta-data/mac", mac},
      {"/latest/meta-data/security-groups", "web\nssh"},
      {"/latest/meta-data/reservation-id", "r-1"},
      {"/latest/meta-data/placement/availability-zone", "ap-northeast-1a"},
      {"/latest/meta-data/placement/region", "ap-northeast-1"},
      {"/latest/meta-data/services/domain", "amazonaws.com"},
      {"/latest/meta-data/block-device-mapping/root", "/dev/xvda"},
      {"/latest/meta-data/public-keys", "0=mine"},
      {"/latest/meta-data/public-keys/0/openssh-key", "ssh-ed25519 AAAA mine"},
      {macs, mac + "/"},
      {macs + mac + "/subnet-id", "subnet-1"},
      {macs + mac + "/vpc-id", "vpc-1"},
      {macs + mac + "/vpc-ipv4-cidr-block", "10.0.0.0/16"},
      {macs + mac + "/subnet-ipv4-cidr-block", "10.0.1.0/24"},
      {macs + mac + "/security-group-ids", "sg-1\nsg-2"},
      {macs + mac + "/interface-id", "eni-1"},
      {"/latest/user-data", "#!/bin/sh\n"},
      {"/latest", "dynamic\nmeta-data\nuser-data"},
      {"/latest/dynamic/", "instance-identity/"},
  };
  for (const Case& c : cases) {
    const HttpResponse response = get(c.path);
    EXPECT_EQ(response.status, 200) << c.path;
    EXPECT_EQ(response.body, c.text) << c.path;
  }
  EXPECT_EQ(header(get("/latest/user-data"), "Content-Type"), "application/octet-stream");
  EXPECT_TRUE(get("/").body.starts_with("1.0\n2007-01-19\n"));
  EXPECT_TRUE(get("/").body.ends_with("\nlatest"));
  for (const char* path :
       {"/latest/meta-data/colour", "/latest/meta-data/iam/", "/latest/meta-data/tags/instance",
        "/latest/meta-data/public-ipv4", "/newest/meta-data/", "/latest/meta-data/instance-id/x"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  instance_.user_data.clear();
  EXPECT_EQ(get("/latest/user-data").status, 404);
  EXPECT_EQ(get("/latest/").body, "dynamic\nmeta-data");
}

// Who walks the tree, as cloud-init does, finds each name that a folder lists.
TEST_F(MetadataAnswerTest, Every_name_that_is_listed_is_there) {
  instance_.metadata.instance_tags = "enabled";
  std::vector<std::string> folders = {"/latest/meta-data/", "/latest/dynamic/"};
  std::size_t leaves = 0;
  while (!folders.empty()) {
    const std::string folder = folders.back();
    folders.pop_back();
    std::istringstream names(get(folder).body);
    for (std::string name; std::getline(names, name);) {
      const std::string path = folder + name.substr(0, name.find('='));
      EXPECT_EQ(get(path).status, 200) << path;
      if (name.ends_with('/')) {
        folders.push_back(path);
      } else {
        ++leaves;
      }
    }
  }
  EXPECT_GT(leaves, 30U);
}

// [EC2 user guide, "View tags for your EC2 instances using instance metadata"]
TEST_F(MetadataAnswerTest, Tags_are_told_when_they_are_allowed) {
  instance_.metadata.instance_tags = "enabled";
  EXPECT_EQ(get("/latest/meta-data/tags/instance").body, "Name") << "a/b is no part of a path";
  EXPECT_EQ(get("/latest/meta-data/tags/instance/Name").body, "web");
}

TEST_F(MetadataAnswerTest, The_identity_document_can_be_taken_apart_by_line) {
  const std::string text = get("/latest/dynamic/instance-identity/document").body;
  for (const char* line :
       {"\n  \"accountId\" : \"111111111111\",\n", "\n  \"region\" : \"ap-northeast-1\",\n",
        "\n  \"instanceId\" : \"i-1\",\n", "\n  \"kernelId\" : null,\n",
        "\n  \"version\" : \"2017-09-30\"\n}"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

// [EC2 user guide, "Use the Instance Metadata Service to access instance metadata"]
TEST_F(MetadataAnswerTest, Version_2_answers_to_a_token_of_the_instance_s_own) {
  instance_.metadata.http_tokens = "required";
  EXPECT_EQ(get("/latest/meta-data/instance-id").status, 401);
  const Said given = ask(token_request("60"));
  ASSERT_EQ(given.response.status, 200);
  EXPECT_EQ(given.hop_limit, 1);
  EXPECT_EQ(header(given.response, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"), "60");
  const std::string token = given.response.body;
  now_ += 10s;
  const HttpResponse response = get("/latest/meta-data/instance-id", token);
  EXPECT_EQ(response.body, "i-1");
  EXPECT_EQ(header(response, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"), "50");
  std::string forged = token;
  forged[6] = forged[6] == 'f' ? '0' : 'f';
  for (const std::string& bad : {std::string("x"), forged, token + "x"}) {
    EXPECT_EQ(get("/latest/meta-data/instance-id", bad).status, 401);
  }
  Instance other = instance_;
  other.metadata_secret = "another's";
  EXPECT_FALSE(token_time_left(other, now_, token));
  other = instance_;
  other.id = Id<Instance>("i-2");
  EXPECT_FALSE(token_time_left(other, now_, token));
  now_ += 50s;
  EXPECT_EQ(get("/latest/meta-data/instance-id", token).status, 401) << "it has expired";
  instance_.metadata.http_tokens = "optional";
  EXPECT_EQ(get("/latest/meta-data/instance-id", token).status, 401) << "a bad one is never taken";
  EXPECT_EQ(get("/latest/meta-data/instance-id").status, 200);
}

TEST_F(MetadataAnswerTest, Requests_for_tokens_are_refused_by_AWS_s_rules) {
  struct Case {
    HttpRequest request;
    int status;
  };
  HttpRequest forwarded = token_request("60");
  forwarded.headers.push_back({"X-Forwarded-For", "10.0.0.9"});
  HttpRequest without = token_request("60");
  without.headers.clear();
  HttpRequest elsewhere = token_request("60");
  elsewhere.target = "/latest/meta-data/instance-id";
  for (const Case& c : {Case{token_request("1"), 200}, Case{token_request("21600"), 200},
                        Case{token_request("0"), 400}, Case{token_request("21601"), 400},
                        Case{token_request("60s"), 400}, Case{without, 400}, Case{forwarded, 403},
                        Case{elsewhere, 405}}) {
    EXPECT_EQ(ask(c.request).response.status, c.status);
  }
  instance_.metadata.hop_limit = 3;
  EXPECT_EQ(ask(token_request("60")).hop_limit, 3);
  instance_.metadata.http_endpoint = "disabled";
  EXPECT_EQ(ask(token_request("60")).response.status, 403);
  EXPECT_EQ(get("/latest/meta-data/").status, 403);
}

TEST_F(MetadataAnswerTest, Who_asks_is_told_by_VPC_and_address) {
  const model::World all = world();
  EXPECT_EQ(instance_at(all, instance_.vpc, instance_.address)->id.value, "i-1");
  EXPECT_EQ(instance_at(all, Id<model::Vpc>("vpc-2"), instance_.address), nullptr);
  EXPECT_EQ(instance_at(all, instance_.vpc, *IpAddress::parse("10.0.1.6")), nullptr);
}

}  // namespace
}  // namespace postern::metadata
