// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/authority.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>

#include "base/scratch_directory.h"

namespace postern::service_endpoints {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

// Whether who trusts `authority` believes the certificate's owner to be `host`.
bool is_believed(const std::string& authority, const std::string& certificate, const char* host) {
  const Certificate root = read(authority);
  const Certificate leaf = read(certificate);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, root.get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf.get(), nullptr);
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set1_host(wanted, host, 0);
  X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
  const bool believed = X509_verify_cert(context) == 1;
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return believed;
}

class AuthorityTest : public ::testing::Test {
 protected:
  const TimePoint now_ = SystemClock().now();
  const ScratchDirectory folder_;
  const std::string file_ = folder_.path() / "authority.pem";
};

TEST_F(AuthorityTest, Vouches_for_the_names_it_was_asked_for) {
  const auto authority = Authority::open(file_, now_);
  ASSERT_TRUE(authority) << authority.error().message();
  const auto identity = authority->issue(
      {"ec2.ap-northeast-1.amazonaws.com", "*.ec2.ap-northeast-1.vpce.amazonaws.com"}, now_);
  ASSERT_TRUE(identity) << identity.error().message();
  const auto believed = [&](const char* host) {
    return is_believed(authority->certificate(), identity->certificate, host);
  };
  EXPECT_TRUE(believed("ec2.ap-northeast-1.amazonaws.com"));
  EXPECT_TRUE(believed("vpce-1-a.ec2.ap-northeast-1.vpce.amazonaws.com"));
  EXPECT_FALSE(believed("sts.ap-northeast-1.amazonaws.com"));
}

// Whoever got hold of the key could not play somebody else's server towards instances.
TEST_F(AuthorityTest, Is_believed_for_names_of_AWSs_only) {
  const auto authority = Authority::open(file_, now_);
  ASSERT_TRUE(authority);
  const auto identity = authority->issue({"example.com"}, now_);
  ASSERT_TRUE(identity);
  EXPECT_FALSE(is_believed(authority->certificate(), identity->certificate, "example.com"));
}

TEST_F(AuthorityTest, Is_the_same_after_a_restart_and_its_owners_alone) {
  const auto before = Authority::open(file_, now_);
  const auto after = Authority::open(file_, now_ + std::chrono::hours(1));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->certificate(), after->certificate());
  const auto identity = after->issue({"sts.ap-northeast-1.amazonaws.com"}, now_);
  EXPECT_TRUE(is_believed(before->certificate(), identity->certificate,
                          "sts.ap-northeast-1.amazonaws.com"));
  struct stat info{};
  ASSERT_EQ(stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST_F(AuthorityTest, Says_that_its_file_is_spoilt) {
  std::ofstream(file_) << "nonsense";
  const auto authority = Authority::open(file_, now_);
  ASSERT_FALSE(authority);
  EXPECT_NE(authority.error().message().find(file_), std::string::npos);
}

}  // namespace
}  // namespace postern::service_endpoints
