// SPDX-License-Identifier: Apache-2.0
// Dispatcher: a request of an AWS client to the answer of the action it names.
#pragma once

#include <functional>
#include <vector>

#include "api/action/action.h"
#include "api/action/http_service.h"
#include "api/auth/authenticate.h"
#include "api/server/request_counters.h"
#include "api/wire/http.h"
#include "api/wire/sigv4.h"
#include "core/core.h"

namespace postern::api::server {

// What the daemon gives. All of it is called on several threads at a time; references outlive the
// dispatcher.
struct DispatcherParts {
  core::Core& core;
  const Clock& clock;
  IdSource& ids;  // request ids
  std::vector<Service> services;
  Machine machine;
  auth::Mode mode = auth::Mode::Strict;
  // Makes what a caller finds in a region that it has not been in: the default VPC and, in lenient
  // mode, the account itself. Called when the World lacks either; a second call changes nothing.
  std::function<Result<>(const model::Caller&)> ensure_region;
  // Waits, for a bounded time, until the data plane carries `revision`. False when it does not by
  // then. A write is answered only afterwards: when a revocation has been answered, no packet is
  // judged by the rules before it.
  std::function<bool(std::uint64_t revision)> wait_programmed;
  std::vector<HttpService> http_services = {};
};

// Thread safety: every call may come from any thread.
class Dispatcher {
 public:
  explicit Dispatcher(DispatcherParts parts) : parts_(std::move(parts)) {}

  // Never fails: what is wrong with the request is said in its service's dialect.
  wire::HttpResponse answer(const wire::HttpRequest& request) {
    return answer(request, wire::read_signature(request));
  }
  // The same, of a request whose signature somebody has read.
  wire::HttpResponse answer(const wire::HttpRequest& request,
                            const wire::SignatureResult<wire::Signature>& signature);

  // The answer to a request whose body is too large to be read.
  wire::HttpResponse refuse_large(const wire::HttpRequest& head, std::size_t body_bytes_max) const;

  // Whether what is signed for is one of the services with paths of their own.
  bool serves_http(const wire::SignatureResult<wire::Signature>& signature) const {
    return http_service_of(signature) != nullptr;
  }
  // Whether a request with that head may have a large body.
  bool takes_large_body(const wire::HttpRequest& head) const;

  const RequestCounters& counters() const { return counters_; }

 private:
  struct Call;

  // The service with paths of its own that is signed for; null: it is none of them.
  const HttpService* http_service_of(const wire::SignatureResult<wire::Signature>& signature) const;
  wire::HttpResponse answer_http(const HttpService& service, const wire::HttpRequest& request,
                                 const wire::Signature& signature);
  Result<wire::HttpResponse> run_http(const HttpService& service, const wire::HttpRequest& request,
                                      const wire::Signature& signature, const std::string& action,
                                      bool served, model::Caller& caller);
  Result<> write_http(const std::function<Result<>(model::Transaction&)>& write) const;

  Result<std::string> run(Call& call);
  Result<> identify(Call& call) const;
  Result<model::Caller> caller_of(wire::Dialect dialect, const wire::HttpRequest& request,
                                  const wire::Signature& signature) const;
  Result<> read_form(Call& call) const;
  Result<> read_rest(Call& call) const;
  Result<> read_json(Call& call) const;
  Result<> read_cbor(Call& call) const;
  Result<const Action*> find_action(const Call& call);
  Result<> ensure_region(const model::Caller& caller) const;
  Result<std::string> perform(const Call& call, const Action& action) const;
  Result<std::string> write(const Write& write) const;

  DispatcherParts parts_;
  RequestCounters counters_;
};

}  // namespace postern::api::server
