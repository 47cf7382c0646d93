// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"
#include "api/ec2/public_key.h"
#include "api/wire/base64.h"
#include "model/chosen.h"

namespace postern::api::ec2 {
namespace {

constexpr const char* kRsa =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2LZh9KnbpiflU9SxVxwnjXRgCXOOO/AwdzIu2hezZsYzzeCf3Vbgca"
    "SaQUPDrwUz2xJxQAUhX1cCQb3sc9IBpXUAPynQtNsWah036KZPefcYWurQq5ytKcMgQhRAUU9ortmnP2sROF98ORu+FpC"
    "it6Ezjnl54Sk/WkUvnnA6lSMsGIp8QW9X6kLKbHyEsMRGiDE90mjQRgPnQDr3JmC+eYiIjaDEuD8lJJIh1gSqlkTQ0fU"
    "zdTWKYJsBIdp0Xeb/8snueK3ufl/XeQCHu9sH3HzCVGx52kr1uC9aQacflFfNTf1nkJSIkY7P9sD438wFxnXOxpOPlHm"
    "n2i7kWsIW/ c";
constexpr const char* kEd25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKACuGLhXzYFy/oHIiNGlssr2vsVDAIqoeZBl74gpVPW c";

// [EC2 user guide, "Verify the fingerprint of your key pair"; the values are openssl's and
// ssh-keygen's]
TEST(PublicKey, Has_the_fingerprint_that_AWS_computes) {
  EXPECT_EQ(read_public_key(kRsa)->type, "rsa");
  EXPECT_EQ(read_public_key(kRsa)->fingerprint, "76:c5:70:c4:a4:54:80:f3:be:97:98:6f:6a:dc:dc:a7");
  EXPECT_EQ(read_public_key(kEd25519)->type, "ed25519");
  EXPECT_EQ(read_public_key(kEd25519)->fingerprint, "oabis0Z3QDPBpNu4BfJ7Y1Q18cUF/CUDeZvscbf68JA=");
}

TEST(PublicKey, Refuses_what_is_none) {
  for (const char* line : {"", "ssh-rsa", "ssh-rsa AAAA", "ssh-dss AAAAB3NzaC1kc3MAAACB",
                           "hello you", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKACuGLh",
                           "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIKACuGLhXzYFy/oHIiNGlssr2vsVDAIqoeZBl7"
                           "4gpVPW"}) {
    EXPECT_FALSE(read_public_key(line)) << line;
  }
}

class KeyPairTest : public Ec2Test {
 protected:
  static std::string import_of(const std::string& name, const std::string& key = kEd25519) {
    std::string encoded;
    for (const char c : wire::base64_encode(key)) {
      encoded += c == '+' ? "%2B" : c == '=' ? "%3D" : std::string(1, c);
    }
    return "KeyName=" + name + "&PublicKeyMaterial=" + encoded;
  }
};

// [EC2 API reference, CreateKeyPair]
TEST_F(KeyPairTest, Is_created_and_its_private_key_told_once) {
  struct Case {
    const char* parameters;
    const char* type;
    const char* begins;
    const char* public_key;
    const char* fingerprint;
  };
  const char* const rsa_print = "57:5c:44:81:9a:05:ed:d7:81:8f:bd:91:2b:ee:49:4a:a0:ec:7c:a8";
  const char* const ed25519_print = "VMUHaXOpn9lxJBNqXVWkgw6Y1f8GU9VkZkU6RUbDbdE=";
  const Case cases[] = {
      {"", "rsa", "-----BEGIN RSA PRIVATE KEY-----\n", kTestRsaPublicKey, rsa_print},
      {"&KeyType=rsa&KeyFormat=pem", "rsa", "-----BEGIN RSA PRIVATE KEY-----\n", kTestRsaPublicKey,
       rsa_print},
      {"&KeyFormat=ppk", "rsa", "PuTTY-User-Key-File-2: ssh-rsa\n", kTestRsaPublicKey, rsa_print},
      {"&KeyType=ed25519", "ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n",
       kTestEd25519PublicKey, ed25519_print},
      {"&KeyType=ed25519&KeyFormat=ppk", "ed25519", "PuTTY-User-Key-File-2: ssh-ed25519\n",
       kTestEd25519PublicKey, ed25519_print},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    const Answer made = must("CreateKeyPair", std::string("KeyName=mine") + c.parameters +
                                                  "&TagSpecification.1.ResourceType=key-pair"
                                                  "&TagSpecification.1.Tag.1.Key=a"
                                                  "&TagSpecification.1.Tag.1.Value=b");
    EXPECT_TRUE(made.text("//keyMaterial").starts_with(c.begins)) << made.text("//keyMaterial");
    EXPECT_EQ(made.text("//keyName"), "mine");
    EXPECT_EQ(made.text("//keyFingerprint"), c.fingerprint);
    EXPECT_EQ(made.text("//tagSet/item/value"), "b");
    const Answer seen = must("DescribeKeyPairs", "KeyName.1=mine&IncludePublicKey=true");
    EXPECT_EQ(seen.text("//keyPairId"), made.text("//keyPairId"));
    EXPECT_EQ(seen.text("//keyType"), c.type);
    EXPECT_EQ(seen.text("//keyFingerprint"), c.fingerprint);
    EXPECT_EQ(seen.text("//publicKey"), c.public_key);
    EXPECT_EQ(seen.count("//keyMaterial"), 0U);
    must("DeleteKeyPair", "KeyName=mine");
  }
}

TEST_F(KeyPairTest, Ids_are_repeatable_whatever_the_key) {
  SeededIds same(1);
  EXPECT_EQ(must("CreateKeyPair", "KeyName=a").text("//keyPairId"), same.ec2_id("key-"));
  EXPECT_EQ(must("CreateKeyPair", "KeyName=b&KeyType=ed25519").text("//keyPairId"),
            same.ec2_id("key-"));
}

TEST_F(KeyPairTest, Creating_refuses_in_AWSs_words) {
  must("ImportKeyPair", import_of("mine"));
  EXPECT_EQ(refusal("CreateKeyPair", "KeyName=mine"),
            "InvalidKeyPair.Duplicate: The keypair already exists");
  EXPECT_EQ(
      refusal("CreateKeyPair", "KeyName=other&KeyType=dsa"),
      "InvalidParameterValue: Value (dsa) for parameter KeyType is invalid. It must be rsa or "
      "ed25519.");
  EXPECT_EQ(refusal("CreateKeyPair", "KeyName=other&KeyFormat=der"),
            "InvalidParameterValue: Value (der) for parameter KeyFormat is invalid. It must be pem "
            "or ppk.");
  EXPECT_EQ(refusal("CreateKeyPair", "KeyName=+a"),
            "InvalidParameterValue: Invalid value ' a' for keyPairNames.");
  EXPECT_EQ(refusal("CreateKeyPair", "KeyName=other&DryRun=true").substr(0, 16),
            "DryRunOperation:");
  change([](model::Transaction& tx) { model::set_quotas(tx, {{"key-pairs-per-region", 1}}); });
  EXPECT_EQ(refusal("CreateKeyPair", "KeyName=other").substr(0, 21), "KeyPairLimitExceeded:");
  EXPECT_EQ(refusal("ImportKeyPair", import_of("other")).substr(0, 21), "KeyPairLimitExceeded:");
}

TEST_F(KeyPairTest, Is_imported_described_and_deleted) {
  const Answer made = must("ImportKeyPair", import_of("mine") +
                                                "&TagSpecification.1.ResourceType=key-pair"
                                                "&TagSpecification.1.Tag.1.Key=a"
                                                "&TagSpecification.1.Tag.1.Value=b");
  EXPECT_EQ(made.text("//keyFingerprint"), "oabis0Z3QDPBpNu4BfJ7Y1Q18cUF/CUDeZvscbf68JA=");
  const Answer seen = must("DescribeKeyPairs", "KeyName.1=mine&IncludePublicKey=true");
  EXPECT_EQ(seen.text("//keyPairId"), made.text("//keyPairId"));
  EXPECT_EQ(seen.text("//keyType"), "ed25519");
  EXPECT_EQ(seen.text("//publicKey"), kEd25519);
  EXPECT_EQ(seen.text("//tagSet/item/value"), "b");
  EXPECT_EQ(
      must("DescribeKeyPairs", "Filter.1.Name=key-name&Filter.1.Value.1=m*").count("//keyName"),
      1U);
  must("CreateTags", "ResourceId.1=" + made.text("//keyPairId") + "&Tag.1.Key=a&Tag.1.Value=c");
  EXPECT_EQ(must("DescribeTags", "").text("//resourceType"), "key-pair");
  must("DeleteKeyPair", "KeyName=mine");
  must("DeleteKeyPair", "KeyName=mine");  // again: nothing to do
  EXPECT_EQ(must("DescribeKeyPairs").count("//keyName"), 0U);
}

// [EC2 error-code page]
TEST_F(KeyPairTest, Refuses_in_AWSs_words) {
  must("ImportKeyPair", import_of("mine"));
  EXPECT_EQ(refusal("ImportKeyPair", import_of("mine")),
            "InvalidKeyPair.Duplicate: The keypair already exists");
  EXPECT_EQ(refusal("ImportKeyPair", import_of("other", "no key")),
            "InvalidKey.Format: Key is not in valid OpenSSH public key format");
  EXPECT_EQ(refusal("DescribeKeyPairs", "KeyName.1=other"),
            "InvalidKeyPair.NotFound: The key pair 'other' does not exist");
  become("222222222222");
  EXPECT_EQ(must("DescribeKeyPairs").count("//keyName"), 0U);
  must("ImportKeyPair", import_of("mine"));  // names are an account's own
}

}  // namespace
}  // namespace postern::api::ec2
