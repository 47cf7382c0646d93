// SPDX-License-Identifier: Apache-2.0
// [ACM API reference]
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/acm/service.h"
#include "api/acm/test_certificates.h"
#include "api/wire/base64.h"
#include "api/wire/json.h"

namespace postern::api::acm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AcmTest : public ::testing::Test {
 protected:
  Result<std::string> answer(std::string_view action, const std::string& body) {
    static const Service kService = acm_service();
    TRY_ASSIGN(const wire::Parameter root, wire::json_parameters(body));
    const Action* found = kService.find(action);
    if (found->read) {
      const Machine machine;
      return found->read(kService.dialect,
                         {.world = world_, .caller = caller_, .now = now_, .machine = machine},
                         root);
    }
    TRY_ASSIGN(const Write bound, found->write(kService.dialect, caller_, root));
    model::Transaction tx(world_, now_, ids_);
    TRY_ASSIGN(std::string said, bound(tx));
    world_ = tx.world();
    return said;
  }
  std::string run(std::string_view action, const std::string& body) {
    const auto said = answer(action, body);
    return said ? *said : std::string(said.error().fault().code);
  }

  std::string certificate(const testing::Key& key, const std::string& name = "example.com") const {
    return testing::certificate({.name = name,
                                 .key = key,
                                 .signer = nullptr,
                                 .from = now_ - std::chrono::hours(1),
                                 .until = now_ + std::chrono::hours(1)});
  }
  static std::string form(const std::string& certificate, const testing::Key& key,
                          const std::string& more = "") {
    return R"({"Certificate":")" + wire::base64_encode(certificate) + R"(","PrivateKey":")" +
           wire::base64_encode(testing::pem(key)) + "\"" + more + "}";
  }
  // Its ARN.
  std::string import(const std::string& name = "example.com", const std::string& more = "") {
    const auto key = testing::rsa_key(2048);
    const std::string said = run("ImportCertificate", form(certificate(key, name), key, more));
    const auto begin = said.find("arn:");
    return begin == std::string::npos ? said : said.substr(begin, said.find('"', begin) - begin);
  }
  static std::string of(const std::string& arn) { return R"({"CertificateArn":")" + arn + "\"}"; }

  SeededIds ids_{1};
  TimePoint now_{std::chrono::seconds(1767225600)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"), .region = "r-1"};
  model::World world_;
};

TEST_F(AcmTest, An_imported_certificate_is_described_given_back_and_deleted) {
  const std::string arn = import();
  ASSERT_THAT(arn, HasSubstr("arn:aws:acm:r-1:111111111111:certificate/"));
  const std::string described = run("DescribeCertificate", of(arn));
  for (const char* part : {R"("DomainName":"example.com")", R"("Type":"IMPORTED")",
                           R"("Status":"ISSUED")", R"("KeyAlgorithm":"RSA_2048")",
                           R"("InUseBy":[])", R"("RenewalEligibility":"INELIGIBLE")"}) {
    EXPECT_THAT(described, HasSubstr(part));
  }
  EXPECT_THAT(run("GetCertificate", of(arn)), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(run("DeleteCertificate", of(arn)), "{}");
  EXPECT_EQ(run("DescribeCertificate", of(arn)), "ResourceNotFoundException");
}

TEST_F(AcmTest, No_answer_shows_a_key) {
  const std::string arn = import();
  for (const char* action : {"DescribeCertificate", "GetCertificate", "ListTagsForCertificate"}) {
    EXPECT_THAT(run(action, of(arn)), Not(HasSubstr("PRIVATE KEY")));
  }
  EXPECT_THAT(run("ListCertificates", "{}"), Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(AcmTest, What_is_no_certificate_or_no_arn_is_refused) {
  const auto key = testing::ec_key();
  EXPECT_EQ(run("ImportCertificate", form("hello", key)), "ValidationException");
  EXPECT_EQ(run("ImportCertificate", R"({"Certificate":"!","PrivateKey":"!"})"),
            "ValidationException");
  EXPECT_EQ(run("DescribeCertificate", of("hello")), "InvalidArnException");
  const std::string arn = import();
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(run("DescribeCertificate", of(arn)), "ResourceNotFoundException");
}

// [API reference, ImportCertificate: CertificateArn, Tags]
TEST_F(AcmTest, An_import_may_replace_what_is_there_and_keeps_its_tags) {
  const std::string arn = import("one.example.com", R"(,"Tags":[{"Key":"a","Value":"b"}])");
  now_ += std::chrono::seconds(60);
  const std::string more = R"(,"CertificateArn":")" + arn + "\"";
  EXPECT_EQ(import("two.example.com", more), arn);
  EXPECT_THAT(run("DescribeCertificate", of(arn)), HasSubstr("two.example.com"));
  EXPECT_EQ(run("ListTagsForCertificate", of(arn)), R"({"Tags":[{"Key":"a","Value":"b"}]})");
  EXPECT_EQ(import("three.example.com", more + R"(,"Tags":[{"Key":"c"}])"),
            "InvalidParameterException");
}

TEST_F(AcmTest, One_that_a_listener_uses_stays) {
  const std::string arn = import();
  model::Transaction tx(world_, now_, ids_);
  tx.put(model::Listener{.id = model::Id<model::Listener>("li"),
                         .load_balancer = model::Id<model::LoadBalancer>("arn:nlb"),
                         .certificate = model::Id<model::Certificate>(arn)});
  world_ = tx.world();
  EXPECT_EQ(run("DeleteCertificate", of(arn)), "ResourceInUseException");
  EXPECT_THAT(run("DescribeCertificate", of(arn)), HasSubstr(R"("InUseBy":["arn:nlb"])"));
  const auto key = testing::ec_key();
  EXPECT_EQ(
      run("ImportCertificate", form(certificate(key), key, R"(,"CertificateArn":")" + arn + "\"")),
      "ValidationException")
      << "another kind of key";
}

// [API reference, Filters: "Default filtering returns only RSA_1024 and RSA_2048 certificates"]
TEST_F(AcmTest, Lists_come_in_pages_and_by_kinds_of_key) {
  import("one.example.com");
  import("two.example.com");
  const auto key = testing::ec_key();
  run("ImportCertificate", form(certificate(key, "ec.example.com"), key));
  const std::string all = run("ListCertificates", "{}");
  EXPECT_THAT(all, HasSubstr("one.example.com"));
  EXPECT_THAT(all, Not(HasSubstr("ec.example.com")));
  EXPECT_THAT(run("ListCertificates", R"({"Includes":{"keyTypes":["EC_prime256v1"]}})"),
              HasSubstr("ec.example.com"));
  const std::string page = run("ListCertificates", R"({"MaxItems":1})");
  const auto begin = page.find("arn:");
  ASSERT_THAT(page, HasSubstr("NextToken"));
  const std::string token = page.substr(begin, page.find('"', begin) - begin);
  EXPECT_THAT(run("ListCertificates", R"({"MaxItems":1,"NextToken":")" + token + "\"}"),
              Not(HasSubstr("NextToken")));
  EXPECT_EQ(run("ListCertificates", R"({"SortBy":"CREATED_AT"})"), "InvalidArgsException");
  EXPECT_EQ(run("ListCertificates", R"({"MaxItems":0})"), "ValidationException");
}

TEST_F(AcmTest, Tags_are_added_and_removed) {
  const std::string arn = import();
  const auto tags = [&](const std::string& list) {
    return R"({"CertificateArn":")" + arn + R"(","Tags":[)" + list + "]}";
  };
  run("AddTagsToCertificate", tags(R"({"Key":"a","Value":"1"},{"Key":"b","Value":"2"})"));
  run("RemoveTagsFromCertificate", tags(R"({"Key":"a","Value":"other"},{"Key":"b"})"));
  EXPECT_EQ(run("ListTagsForCertificate", of(arn)), R"({"Tags":[{"Key":"a","Value":"1"}]})");
  EXPECT_EQ(run("AddTagsToCertificate", tags(R"({"Key":"aws:x"})")), "InvalidTagException");
}

TEST_F(AcmTest, Nothing_here_issues_certificates) {
  const auto refused = answer("RequestCertificate",
                              R"({"DomainName":"example.com","ValidationMethod":"DNS","Tags":[]})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault().code, "InvalidParameterException");
  EXPECT_THAT(refused.error().message(), HasSubstr("there is no certificate authority here"));
  EXPECT_EQ(run("RenewCertificate", of(import())), "ValidationException");
}

}  // namespace
}  // namespace postern::api::acm
