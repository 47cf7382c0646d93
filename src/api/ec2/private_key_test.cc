// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/private_key.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "api/ec2/public_key.h"
#include "api/ec2/test_keys.h"

namespace postern::api::ec2 {
namespace {

WrittenKey written(KeyType type, KeyFormat format = KeyFormat::Pem) {
  return *write_key(*test_private_key(type), format, "mine");
}

// As `openssl rsa -traditional` writes the key.
std::string openssls_pkcs1(const std::string& pkcs8) {
  const auto* at = reinterpret_cast<const unsigned char*>(pkcs8.data());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())), EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// [EC2 user guide, "Verify the fingerprint of your key pair"; the first is of `openssl pkcs8 -topk8
// -nocrypt -outform DER | openssl sha1 -c`, the second ssh-keygen's, padded]
TEST(PrivateKey, Has_the_fingerprint_that_AWS_computes_of_keys_of_its_own) {
  EXPECT_EQ(written(KeyType::Rsa).fingerprint,
            "57:5c:44:81:9a:05:ed:d7:81:8f:bd:91:2b:ee:49:4a:a0:ec:7c:a8");
  EXPECT_EQ(written(KeyType::Ed25519).fingerprint, "VMUHaXOpn9lxJBNqXVWkgw6Y1f8GU9VkZkU6RUbDbdE=");
}

TEST(PrivateKey, Has_the_public_key_that_ssh_knows) {
  EXPECT_EQ(written(KeyType::Rsa).public_key, kTestRsaPublicKey);
  EXPECT_EQ(written(KeyType::Ed25519).public_key, kTestEd25519PublicKey);
  EXPECT_EQ(read_public_key(written(KeyType::Rsa).public_key)->type, "rsa");
}

TEST(PrivateKey, Is_PKCS1_for_RSA_as_OpenSSL_writes_it) {
  EXPECT_EQ(written(KeyType::Rsa).material + "\n", openssls_pkcs1(*test_private_key(KeyType::Rsa)));
}

// ssh-keygen's file, its two random numbers set to 0.
TEST(PrivateKey, Is_in_OpenSSHs_format_for_Ed25519) {
  EXPECT_EQ(written(KeyType::Ed25519).material,
            "-----BEGIN OPENSSH PRIVATE KEY-----\n"
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
            "QyNTUxOQAAACA1OZPKYKFg7uK90z1atHhPCwj5KFGUb2E8rovdoXOX6wAAAIgAAAAAAAAA\n"
            "AAAAAAtzc2gtZWQyNTUxOQAAACA1OZPKYKFg7uK90z1atHhPCwj5KFGUb2E8rovdoXOX6w\n"
            "AAAECVSHe1J0UgELcqxBHH7f3rvE2mx9taPvrC4UQoSxa4IzU5k8pgoWDu4r3TPVq0eE8L\n"
            "CPkoUZRvYTyui92hc5frAAAABG1pbmUB\n"
            "-----END OPENSSH PRIVATE KEY-----\n");
}

// puttygen's files, --ppk-param version=2. The MAC is of all that the file says.
TEST(PrivateKey, Is_in_PuTTYs_format_if_that_is_asked_for) {
  EXPECT_EQ(written(KeyType::Ed25519, KeyFormat::Ppk).material,
            "PuTTY-User-Key-File-2: ssh-ed25519\n"
            "Encryption: none\n"
            "Comment: mine\n"
            "Public-Lines: 2\n"
            "AAAAC3NzaC1lZDI1NTE5AAAAIDU5k8pgoWDu4r3TPVq0eE8LCPkoUZRvYTyui92h\n"
            "c5fr\n"
            "Private-Lines: 1\n"
            "AAAAIJVId7UnRSAQtyrEEcft/eu8TabH21o++sLhRChLFrgj\n"
            "Private-MAC: 0751e0fdee7fc95cf54c9d0b5a3c7a750185da83\n");
  const std::string rsa = written(KeyType::Rsa, KeyFormat::Ppk).material;
  EXPECT_TRUE(
      rsa.starts_with("PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: mine\n"
                      "Public-Lines: 6\n"))
      << rsa;
  EXPECT_NE(rsa.find("\nPrivate-Lines: 14\n"), std::string::npos) << rsa;
  EXPECT_TRUE(rsa.ends_with("\nPrivate-MAC: bcc1ae17d4913f36b86251988d75c2559c0210fa\n")) << rsa;
}

TEST(PrivateKey, Is_none_of_what_is_none) {
  EXPECT_FALSE(write_key("", KeyFormat::Pem, "c"));
  EXPECT_FALSE(write_key("no key", KeyFormat::Pem, "c"));
}

}  // namespace
}  // namespace postern::api::ec2
