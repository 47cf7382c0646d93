// SPDX-License-Identifier: Apache-2.0
// Action: what joins an AWS action's name to the function that is its rule. DryRun, ClientToken and
// unknown parameters are dealt with here, once for all actions.
//
// A read:  Result<DescribeVpcsAnswer> describe_vpcs(const View&, const DescribeVpcsRequest&);
// A write: Result<CreateVpcAnswer> create_vpc(model::Transaction&, const model::Caller&, const
// CreateVpcRequest&); In the service's table: read<describe_vpcs>("DescribeVpcs"),
// write<create_vpc>("CreateVpc"). A write that takes what was made for it before: prepared_write().
#pragma once

#include <boost/describe/class.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/wire/decode.h"
#include "api/wire/dialect.h"
#include "api/wire/rest.h"
#include "api/wire/xml.h"
#include "model/log_event.h"
#include "model/transaction.h"

namespace postern::model {
class MetricReader;
}

namespace postern::api {

// What describe actions may ask of the machine, beside the World.
struct Machine {
  // What the instance's user data has printed; nullopt when there is no such file yet.
  std::function<std::optional<std::string>(const model::Id<model::Instance>&)> console_output;
  // What an instance of any type has of the host; 0: not known.
  int vcpus = 0;
  std::int64_t memory_mib = 0;
  // What was written to log groups; null: nothing ever is.
  const model::LogReader* logs = nullptr;
  // What was measured; null: nothing ever is.
  const model::MetricReader* metrics = nullptr;
};

// What a read sees.
struct View {
  const model::World& world;
  const model::Caller& caller;
  TimePoint now;
  const Machine& machine;
};

// A write, ready to run in a transaction; gives the answer's elements.
using Write = std::function<Result<std::string>(model::Transaction&)>;

struct Action {
  std::string_view name;
  // Exactly one of the two is set. Both mark the parameters that they know.
  std::function<Result<std::string>(wire::Dialect, const View&, const wire::Parameter&)> read;
  std::function<Result<Write>(wire::Dialect, const model::Caller&, const wire::Parameter&)> write;
};

struct Service {
  std::string_view signing_name;  // ec2, elasticloadbalancing, route53
  std::string_view version;       // 2016-11-15
  std::string_view xmlns;
  wire::Dialect dialect;
  std::vector<Action> actions;
  std::vector<wire::Route> routes;  // of a service whose requests name no action

  // Null for a name that is not served.
  const Action* find(std::string_view action) const;
};

// The answer of actions that say no more than that they were done: <return>true</return>.
struct Done {
  bool return_ = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (return_))

// The answer of actions that say nothing.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

namespace detail {

template <class F>
struct Signature;
template <class A, class C, class R>
struct Signature<Result<A> (*)(C, const R&)> {
  using Request = R;
};
template <class A, class R>
struct Signature<Result<A> (*)(model::Transaction&, const model::Caller&, const R&)> {
  using Request = R;
};
template <class A, class R, class M>
struct Signature<Result<A> (*)(model::Transaction&, const model::Caller&, const R&, const M&)> {
  using Request = R;
};

// Takes `Action`, `Version` and EC2's `DryRun` out of what must be known. Gives whether DryRun is
// set.
Result<bool> take_common(wire::Dialect dialect, const wire::Parameter& root);
Error dry_run_passed();

// The first answer to this token, if it had one. IdempotentParameterMismatch when it was given with
// other parameters. A token is up to 64 characters. [EC2 API reference, "Ensuring idempotency"]
Result<std::optional<std::string>> replay(const model::Transaction& tx, const std::string& key,
                                          const std::string& digest);
std::string token_key(const model::Caller& caller, std::string_view action,
                      const std::string& token);
std::string token_digest(const wire::Parameter& root);

template <class Request>
std::optional<std::string> client_token(const Request& request) {
  if constexpr (requires { request.ClientToken; }) {
    if (request.ClientToken && !request.ClientToken->empty()) {
      return *request.ClientToken;
    }
  }
  return std::nullopt;
}

// `run`, but the same token gets the same answer.
Write with_token(Write run, std::string key, std::string digest);
// `run`, but nothing of it stays.
Write as_dry_run(Write run);

}  // namespace detail

template <auto Function>
Action read(std::string_view name) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  return {.name = name,
          .read = [](wire::Dialect dialect, const View& view,
                     const wire::Parameter& root) -> Result<std::string> {
            TRY_ASSIGN(const bool dry_run, detail::take_common(dialect, root));
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            TRY_ASSIGN(const auto answer, Function(view, request));
            if (dry_run) {
              return std::unexpected(detail::dry_run_passed());
            }
            return wire::encode_answer(dialect, answer);
          }};
}

template <auto Function>
Action write(std::string_view name) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  return {.name = name,
          .write = [name](wire::Dialect dialect, const model::Caller& caller,
                          const wire::Parameter& root) -> Result<Write> {
            TRY_ASSIGN(const bool dry_run, detail::take_common(dialect, root));
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            Write run = [dialect, caller, request](model::Transaction& tx) -> Result<std::string> {
              TRY_ASSIGN(const auto answer, Function(tx, caller, request));
              return wire::encode_answer(dialect, answer);
            };
            if (dry_run) {
              return detail::as_dry_run(std::move(run));
            }
            if (const auto token = detail::client_token(request)) {
              return detail::with_token(std::move(run), detail::token_key(caller, name, *token),
                                        detail::token_digest(root));
            }
            return run;
          }};
}

// A write whose rule also takes what `prepare` makes for the request: Result<M>(const Request&).
// That is done on the request's own thread, before the write has its turn, so that what takes long
// (a new key) keeps nobody else waiting; the rule is pure as all are.
template <auto Function, class Prepare>
Action prepared_write(std::string_view name, Prepare prepare) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  static_assert(
      !requires(Request request) { request.ClientToken; },
      "an answer that a token repeats is kept; what is prepared may be a secret");
  return {.name = name,
          .write = [prepare](wire::Dialect dialect, const model::Caller& caller,
                             const wire::Parameter& root) -> Result<Write> {
            TRY_ASSIGN(const bool dry_run, detail::take_common(dialect, root));
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            TRY_ASSIGN(const auto prepared, prepare(request));
            Write run = [dialect, caller, request,
                         prepared](model::Transaction& tx) -> Result<std::string> {
              TRY_ASSIGN(const auto answer, Function(tx, caller, request, prepared));
              return wire::encode_answer(dialect, answer);
            };
            return dry_run ? detail::as_dry_run(std::move(run)) : run;
          }};
}

}  // namespace postern::api
