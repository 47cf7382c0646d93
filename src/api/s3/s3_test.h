// SPDX-License-Identifier: Apache-2.0
// For the tests of S3's rules: requests of accounts on a World and objects that the test holds.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/s3/service.h"
#include "base/ids.h"
#include "base/scratch_directory.h"
#include "model/principal.h"
#include "store/object_store.h"

namespace postern::api::s3 {

using testing::HasSubstr;
using testing::Not;
using Headers = std::vector<wire::HttpHeader>;

class S3Test : public testing::Test {
 protected:
  static model::Caller root(const std::string& account, const std::string& region = "eu-west-1") {
    model::Caller out = model::root_of(model::Id<model::Account>(account));
    out.region = region;
    return out;
  }

  const model::Caller ada_ = root("111111111111");
  const model::Caller bob_ = root("222222222222");

  wire::HttpResponse ask(const model::Caller& caller, const std::string& method,
                         const std::string& target, const std::string& body = "",
                         Headers headers = {}) {
    headers.push_back({"Host", "127.0.0.1"});
    const wire::HttpRequest request{method, target, std::move(headers), body};
    const auto answer =
        service_.answer({.request = request,
                         .caller = caller,
                         .world = world_,
                         .now = now_,
                         .write = [&](const auto& write) { return commit(write); }});
    return answer ? *answer : service_.refusal(request, world_, answer.error(), "id");
  }
  // Of Ada's.
  wire::HttpResponse ask(const std::string& method, const std::string& target,
                         const std::string& body = "", Headers headers = {}) {
    return ask(ada_, method, target, body, std::move(headers));
  }

  // "" when it was done, else the fault's code.
  static std::string code(const wire::HttpResponse& answer) {
    const std::size_t begin = answer.body.find("<Code>");
    return answer.status < 300 || begin == std::string::npos
               ? ""
               : answer.body.substr(begin + 6, answer.body.find("</Code>") - begin - 6);
  }

  static std::string header(const wire::HttpResponse& answer, std::string_view name) {
    for (const wire::HttpHeader& one : answer.headers) {
      if (wire::same_header(one.name, name)) {
        return one.value;
      }
    }
    return "";
  }

  void make_bucket(const std::string& name = "logs") {
    ASSERT_EQ(code(ask("PUT", '/' + name, location("eu-west-1"))), "");
  }

  static std::string location(const std::string& region) {
    return "<CreateBucketConfiguration><LocationConstraint>" + region +
           "</LocationConstraint></CreateBucketConfiguration>";
  }

  // All that is in <Key>, in its order.
  static std::vector<std::string> keys(const std::string& body,
                                       const std::string& element = "Key") {
    std::vector<std::string> out;
    const std::string begin = '<' + element + '>';
    for (std::size_t at = 0; (at = body.find(begin, at)) != std::string::npos;) {
      at += begin.size();
      out.push_back(body.substr(at, body.find('<', at) - at));
    }
    return out;
  }

  model::World world_;
  TimePoint now_{std::chrono::seconds(1'700'000'000)};

 private:
  Result<> commit(const std::function<Result<>(model::Transaction&)>& write) {
    model::Transaction tx(world_, now_, ids_);
    TRY(write(tx));
    world_ = tx.world();
    return {};
  }

  SeededIds ids_{1};
  ScratchDirectory directory_;

 protected:
  std::unique_ptr<store::ObjectStore> objects_ = *store::ObjectStore::open(directory_.path(), {});
  HttpService service_ = s3_service({.objects = *objects_, .host_names = {}, .secure = true});
};

}  // namespace postern::api::s3
