// SPDX-License-Identifier: Apache-2.0
// [ACM user guide, "Prerequisites for importing ACM certificates", "Certificate import problems"]
#include "api/acm/x509.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "api/acm/test_certificates.h"

namespace postern::api::acm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Key;
using testing::Wish;

const TimePoint kNow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)};

Wish good(const Key& key) {
  return {.key = key,
          .signer = nullptr,
          .from = kNow - std::chrono::hours(24),
          .until = kNow + std::chrono::hours(24)};
}

std::string error_of(const Pem& pem) {
  const auto checked = check_certificate(pem, kNow);
  return checked ? "no error"
                 : std::string(checked.error().fault().code) + ": " + checked.error().message();
}

TEST(X509Test, What_a_certificate_says_is_read) {
  const Key key = testing::ec_key();
  Wish wish = good(key);
  wish.other_names = "DNS:a.example.com,DNS:*.b.example.com,IP:10.0.0.1";
  wish.usage = "digitalSignature,keyEncipherment";
  wish.extended_usage = "serverAuth,1.2.3.4";
  const auto facts = check_certificate(
      {.body = testing::certificate(wish), .chain = "", .private_key = testing::pem(key)}, kNow);
  ASSERT_TRUE(facts) << facts.error().message();
  EXPECT_EQ(facts->domain_name, "example.com");
  EXPECT_THAT(facts->other_names, ElementsAre("a.example.com", "*.b.example.com", "10.0.0.1"));
  EXPECT_EQ(facts->serial, "12:34");
  EXPECT_EQ(facts->subject, "CN=example.com");
  EXPECT_EQ(facts->issuer, "An Authority");
  EXPECT_EQ(facts->key_algorithm, "EC_prime256v1");
  EXPECT_EQ(facts->signature_algorithm, "SHA256WITHECDSA");
  EXPECT_THAT(facts->key_usages, ElementsAre("DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"));
  EXPECT_THAT(facts->extended_key_usages, ElementsAre("TLS_WEB_SERVER_AUTHENTICATION", "CUSTOM"));
  EXPECT_THAT(facts->extended_key_oids, ElementsAre("1.3.6.1.5.5.7.3.1", "1.2.3.4"));
  EXPECT_EQ(facts->not_before, wish.from);
  EXPECT_EQ(facts->not_after, wish.until);
}

// [ACM user guide: the supported algorithms]
TEST(X509Test, Keys_have_ACMs_names) {
  struct Case {
    Key key;
    const char* algorithm;
  };
  for (const Case& c :
       {Case{testing::rsa_key(2048), "RSA_2048"}, Case{testing::rsa_key(1024), "RSA_1024"},
        Case{testing::ec_key("P-384"), "EC_secp384r1"},
        Case{testing::ec_key("P-521"), "EC_secp521r1"}}) {
    const auto facts = check_certificate({.body = testing::certificate(good(c.key)),
                                          .chain = "",
                                          .private_key = testing::pem(c.key)},
                                         kNow);
    ASSERT_TRUE(facts) << facts.error().message();
    EXPECT_EQ(facts->key_algorithm, c.algorithm);
    EXPECT_THAT(facts->key_usages, ElementsAre("ANY")) << "it says nothing of it";
  }
}

TEST(X509Test, What_cannot_be_imported_is_named) {
  const Key key = testing::ec_key();
  const std::string body = testing::certificate(good(key));
  const auto changed = [&](const std::function<void(Wish&)>& change) {
    Wish wish = good(key);
    change(wish);
    return testing::certificate(wish);
  };
  const std::string own_key = testing::pem(key);
  const Key odd = testing::ec_key("P-224");
  const Key odd_rsa = testing::rsa_key(1536);
  struct Case {
    const char* name;
    Pem pem;
    const char* words;
  };
  const Case cases[] = {
      {"no certificate", {"hello", "", own_key}, "not a valid PEM-encoded X.509 certificate"},
      {"two certificates", {body + body, "", own_key}, "more than one certificate"},
      {"version 1",
       {changed([](Wish& w) { w.version = 0; }), "", own_key},
       "not an X.509 version 3"},
      {"no key", {body, "", "hello"}, "not a valid, unencrypted"},
      {"a key with a pass phrase",
       {body, "", testing::pem(key, "word")},
       "not a valid, unencrypted"},
      {"another's key",
       {body, "", testing::pem(testing::ec_key())},
       "does not match the public key"},
      {"P-224", {testing::certificate(good(odd)), "", testing::pem(odd)}, "is not supported"},
      {"RSA of 1536 bits",
       {testing::certificate(good(odd_rsa)), "", testing::pem(odd_rsa)},
       "is not supported"},
      {"not yet",
       {changed([](Wish& w) { w.from = kNow + std::chrono::hours(1); }), "", own_key},
       "is not valid yet"},
      {"no more",
       {changed([](Wish& w) { w.until = kNow - std::chrono::hours(1); }), "", own_key},
       "has expired"},
      {"no name",
       {changed([](Wish& w) { w.name = ""; }), "", own_key},
       "must contain a domain name"},
      {"no issuer", {changed([](Wish& w) { w.issuer = ""; }), "", own_key}, "issuer"},
      {"a chain that is none", {body, "hello", own_key}, "chain is not a list"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(error_of(c.pem), HasSubstr(c.words));
    EXPECT_THAT(error_of(c.pem), HasSubstr("ValidationException"));
  }
}

TEST(X509Test, Each_of_a_chain_signs_the_one_before) {
  const Key root = testing::ec_key();
  const Key middle = testing::ec_key();
  const Key leaf = testing::ec_key();
  const auto make = [](const char* name, const Key& key, const char* issuer, const Key& signer) {
    Wish wish = good(key);
    wish.name = name;
    wish.issuer = issuer;
    wish.signer = signer;
    return testing::certificate(wish);
  };
  const std::string of_root = make("root", root, "root", root);
  const std::string of_middle = make("middle", middle, "root", root);
  const std::string of_leaf = make("example.com", leaf, "middle", middle);
  const std::string key = testing::pem(leaf);
  EXPECT_EQ(error_of({of_leaf, "", key}), "no error");
  EXPECT_EQ(error_of({of_leaf, of_middle, key}), "no error");
  EXPECT_EQ(error_of({of_leaf, of_middle + of_root, key}), "no error");
  EXPECT_THAT(error_of({of_leaf, of_root + of_middle, key}),
              HasSubstr("invalid certificate is: 0"));
  EXPECT_THAT(error_of({of_leaf, of_middle + of_middle, key}),
              HasSubstr("invalid certificate is: 1"));
  EXPECT_THAT(error_of({of_leaf, of_leaf + of_middle, key}),
              HasSubstr("invalid certificate is: 0"));
}

}  // namespace
}  // namespace postern::api::acm
