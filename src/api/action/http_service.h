// SPDX-License-Identifier: Apache-2.0
// HttpService: a service whose requests and answers are no forms and documents. Method, path, query
// and headers say what is wanted, bodies may be any bytes, and an answer is more than its body. S3
// is one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/wire/http.h"
#include "base/result.h"
#include "base/time.h"
#include "model/transaction.h"

namespace postern::api {

// What a request asks for, and what may be used to do it. Its caller is who has signed it.
struct HttpCall {
  const wire::HttpRequest& request;
  const model::Caller& caller;
  const model::World& world;  // the newest
  TimePoint now;
  // Runs the function in one transaction; what it refuses changes nothing.
  std::function<Result<>(const std::function<Result<>(model::Transaction&)>&)> write;
};

// The functions may be called on several threads at a time.
struct HttpService {
  struct Named {
    std::string action;
    bool served = false;
  };

  std::string_view signing_name;
  std::function<Named(const wire::HttpRequest&)> action_of;
  // Asks the policies too: what they are about is known only to the service.
  std::function<Result<wire::HttpResponse>(const HttpCall&)> answer;
  // `error` in the service's words.
  std::function<wire::HttpResponse(const wire::HttpRequest&, const model::World&,
                                   const Error& error, std::string_view request_id)>
      refusal;
  // Whether such a request may have a body of HttpLimits::large_body_bytes.
  std::function<bool(const wire::HttpRequest&)> takes_large_body;
};

}  // namespace postern::api
