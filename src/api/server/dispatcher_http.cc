// SPDX-License-Identifier: Apache-2.0
// What the dispatcher does for services with requests and answers of their own: who asks, what is
// counted and logged, and whose words a refusal is in.
#include <algorithm>

#include "api/auth/authorize.h"
#include "api/server/dispatcher.h"
#include "base/log.h"

namespace postern::api::server {

const HttpService* Dispatcher::http_service_of(
    const wire::SignatureResult<wire::Signature>& signature) const {
  if (!signature) {
    return nullptr;
  }
  const auto at =
      std::ranges::find(parts_.http_services, signature->service, &HttpService::signing_name);
  return at == parts_.http_services.end() ? nullptr : &*at;
}

bool Dispatcher::takes_large_body(const wire::HttpRequest& head) const {
  const HttpService* service = http_service_of(wire::read_signature(head));
  return service != nullptr && service->takes_large_body(head);
}

wire::HttpResponse Dispatcher::answer_http(const HttpService& service,
                                           const wire::HttpRequest& request,
                                           const wire::Signature& signature) {
  const SteadyPoint began = parts_.clock.steady_now();
  const std::string id = parts_.ids.uuid();
  const auto [action, served] = service.action_of(request);
  model::Caller caller;
  const auto outcome = run_http(service, request, signature, action, served, caller);
  wire::HttpResponse response =
      outcome ? *outcome : service.refusal(request, *parts_.core.snapshot(), outcome.error(), id);
  response.headers.push_back({"x-amz-request-id", id});
  if (!outcome && outcome.error().kind() == ErrorKind::Environment) {
    log::error("request failed", {{"request", id}, {"why", outcome.error().message()}});
  }
  const auto took = parts_.clock.steady_now() - began;
  log::info("request",
            {{"request", id},
             {"account", caller.account.empty() ? "-" : caller.account.value},
             {"service", service.signing_name},
             {"action", action},
             {"status", response.status},
             {"fault", outcome ? "-" : outcome.error().fault().code},
             {"took_us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}});
  return response;
}

// The steps of a request. Who asks is settled before what is asked for.
Result<wire::HttpResponse> Dispatcher::run_http(const HttpService& service,
                                                const wire::HttpRequest& request,
                                                const wire::Signature& signature,
                                                const std::string& action, bool served,
                                                model::Caller& caller) {
  TRY_ASSIGN(caller, caller_of(wire::Dialect::S3, request, signature));
  const std::string name = fmt::format("{}:{}", service.signing_name, action);
  if (!served) {
    counters_.count_unknown(name);
    return refuse(faults::InvalidAction, "Postern does not serve {}", action);
  }
  counters_.count_served(name);
  TRY(auth::authorize_passage(wire::Dialect::S3, *parts_.core.snapshot(), caller,
                              service.signing_name, action));
  TRY(ensure_region(caller));
  const auto world = parts_.core.snapshot();
  return service.answer({.request = request,
                         .caller = caller,
                         .world = *world,
                         .now = parts_.clock.now(),
                         .write = [this](const auto& write) { return write_http(write); }});
}

Result<> Dispatcher::write_http(const std::function<Result<>(model::Transaction&)>& write) const {
  TRY(parts_.core.run(write));
  return {};
}

}  // namespace postern::api::server
