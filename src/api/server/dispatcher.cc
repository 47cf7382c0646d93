// SPDX-License-Identifier: Apache-2.0
#include "api/server/dispatcher.h"

#include <algorithm>

#include "api/auth/authorize.h"
#include "api/wire/cbor.h"
#include "api/wire/json.h"
#include "api/wire/sigv4_text.h"
#include "api/wire/utf8.h"
#include "base/log.h"

namespace postern::api::server {
namespace {

// Whose words answer a request that names no service we know: those of AWS's own front door.
const Service& nobodys_service(wire::Dialect dialect = wire::Dialect::Query) {
  static const Service kNobody{.signing_name = "",
                               .version = "",
                               .xmlns = "http://webservices.amazon.com/AWSFault/2005-15-09",
                               .dialect = wire::Dialect::Query,
                               .actions = {}};
  static const Service kNobodyInJson{.dialect = wire::Dialect::Json};
  return dialect == wire::Dialect::Json ? kNobodyInJson : kNobody;
}

bool is_nobodys(const Service& service) {
  return service.signing_name.empty();
}

// Clients of services that speak JSON do not read XML.
wire::Dialect dialect_of_nobody(const wire::HttpRequest& request) {
  const std::string* type = request.header("Content-Type");
  return type != nullptr && type->find("json") != std::string::npos ? wire::Dialect::Json
                                                                    : wire::Dialect::Query;
}

// Whether that is how the request's client speaks, of a service that speaks in several ways.
bool speaks(const Service& service, const wire::HttpRequest& request) {
  const bool in_cbor = request.header("smithy-protocol") != nullptr;
  const bool in_json = request.header("X-Amz-Target") != nullptr;
  switch (service.dialect) {
    case wire::Dialect::QueryCbor:
      return in_cbor;
    case wire::Dialect::QueryJson:
      return in_json;
    case wire::Dialect::Query:
    case wire::Dialect::Ec2:
    case wire::Dialect::RestXml:
    case wire::Dialect::S3:
    case wire::Dialect::Json:
      return true;
  }
  return true;
}

// The service that `wanted` is true of, or nobody's.
template <class Wanted>
const Service& find_service(const std::vector<Service>& services, const wire::HttpRequest& request,
                            Wanted wanted) {
  const auto at = std::find_if(services.begin(), services.end(), wanted);
  return at == services.end() ? nobodys_service(dialect_of_nobody(request)) : *at;
}

// What a request that names no action of a form asks for: the target that services with JSON name
// (Logs_20140328.CreateLogGroup), else its method and the first parts of its path.
std::string other_action(const wire::HttpRequest& request) {
  if (const std::string* target = request.header("X-Amz-Target")) {
    return target->substr(target->rfind('.') + 1);
  }
  if (request.path().empty() || request.path() == "/") {
    return "-";
  }
  std::string out = request.method;
  const auto parts = wire::split(request.path(), '/');
  for (std::size_t i = 1; i < parts.size() && i < 3; ++i) {
    out += '.' + std::string(parts[i]);
  }
  return out;
}

// The form of a request: its query, its body, or both.
std::string form_of(const wire::HttpRequest& request) {
  std::string form(request.query());
  if (!request.body.empty()) {
    form += (form.empty() ? "" : "&") + request.body;
  }
  return form;
}

// A name as it may stand in a log line, a counter and an answer; AWS's own are all of this form.
std::string printable(std::string_view name) {
  constexpr std::size_t kLengthMax = 64;
  const bool plain = !name.empty() && name.size() <= kLengthMax &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
                     });
  return plain ? std::string(name) : "?";
}

std::string printable_or(const std::optional<std::string>& name, const char* absent) {
  return name && !name->empty() ? printable(*name) : absent;
}

const char* content_type(wire::Dialect dialect) {
  switch (dialect) {
    case wire::Dialect::Json:
      return "application/x-amz-json-1.1";
    case wire::Dialect::QueryJson:
      return "application/x-amz-json-1.0";
    case wire::Dialect::QueryCbor:
      return "application/cbor";
    case wire::Dialect::Query:
    case wire::Dialect::Ec2:
    case wire::Dialect::RestXml:
    case wire::Dialect::S3:
      break;
  }
  return "text/xml;charset=UTF-8";
}

// What the protocol says of an answer beside its body.
void add_headers(wire::Dialect dialect, const Result<std::string>& outcome,
                 std::vector<wire::HttpHeader>& headers) {
  if (dialect == wire::Dialect::QueryCbor) {
    headers.push_back({"smithy-protocol", "rpc-v2-cbor"});
  }
  if (outcome) {
    return;
  }
  const Fault& fault = outcome.error().fault();
  if (dialect == wire::Dialect::Json) {
    headers.push_back({"x-amzn-ErrorType", std::string(fault.code)});
  }
  // Clients that know the service from its Query days find its fault's code here.
  if (dialect == wire::Dialect::QueryJson || dialect == wire::Dialect::QueryCbor) {
    headers.push_back(
        {"x-amzn-query-error",
         fmt::format("{};{}", fault.code, fault.http_status >= 500 ? "Receiver" : "Sender")});
  }
}

bool has_region(const model::World& world, const model::Caller& caller) {
  const auto* account = world.find(caller.account);
  return account != nullptr && std::find(account->regions.begin(), account->regions.end(),
                                         caller.region) != account->regions.end();
}

}  // namespace

// What is known of a request so far.
struct Dispatcher::Call {
  const wire::HttpRequest& request;
  const wire::SignatureResult<wire::Signature>& signature;
  std::string id;
  std::string service_name = "-";               // as signed for
  const Service* service = &nobodys_service();  // whose dialect the answer is in
  const wire::Route* route = nullptr;           // of a service that has them
  wire::Parameter form;
  std::string action = "-";
  std::string version;
  model::Caller caller;

  wire::HttpResponse render(const Result<std::string>& outcome) const {
    const std::string body =
        outcome ? wire::answer_document(service->dialect, action, service->xmlns, id, *outcome)
                : wire::error_document(service->dialect, outcome.error(), service->xmlns, id);
    wire::HttpResponse out{
        .status = outcome ? status() : outcome.error().fault().http_status,
        .headers = {{"Content-Type", content_type(service->dialect)}, {"x-amzn-RequestId", id}},
        .body = body};
    add_headers(service->dialect, outcome, out.headers);
    if (outcome && out.status == 201) {
      out.headers.push_back({"Location", wire::location(request, *outcome)});
    }
    return out;
  }

  int status() const { return route != nullptr ? route->status : 200; }

  void log(const Result<std::string>& outcome, SteadyPoint::duration took) const {
    if (!outcome && outcome.error().kind() == ErrorKind::Environment) {
      log::error("request failed", {{"request", id}, {"why", outcome.error().message()}});
    }
    log::info("request",
              {{"request", id},
               {"account", caller.account.empty() ? "-" : caller.account.value},
               {"service", service_name},
               {"action", action},
               {"status", outcome ? status() : outcome.error().fault().http_status},
               {"fault", outcome ? "-" : outcome.error().fault().code},
               {"took_us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}});
  }
};

wire::HttpResponse Dispatcher::answer(const wire::HttpRequest& request,
                                      const wire::SignatureResult<wire::Signature>& signature) {
  if (const HttpService* service = http_service_of(signature)) {
    return answer_http(*service, request, *signature);
  }
  const SteadyPoint began = parts_.clock.steady_now();
  Call call{.request = request, .signature = signature, .id = parts_.ids.uuid()};
  const auto outcome = run(call);
  call.log(outcome, parts_.clock.steady_now() - began);
  return call.render(outcome);
}

wire::HttpResponse Dispatcher::refuse_large(const wire::HttpRequest& head,
                                            std::size_t body_bytes_max) const {
  const auto signature = wire::read_signature(head);
  if (const HttpService* service = http_service_of(signature)) {
    return service->refusal(head, *parts_.core.snapshot(),
                            Error(ErrorKind::Refusal, faults::S3EntityTooLarge,
                                  "Your proposed upload exceeds the maximum allowed size"),
                            parts_.ids.uuid());
  }
  Call call{.request = head, .signature = signature, .id = parts_.ids.uuid()};
  if (signature) {
    call.service_name = printable(signature->service);
    call.service = &find_service(parts_.services, head, [&](const Service& service) {
      return service.signing_name == signature->service && speaks(service, head);
    });
  }
  const Result<std::string> refused = refuse(
      faults::RequestEntityTooLarge, "The request's body is larger than {} bytes", body_bytes_max);
  call.log(refused, SteadyPoint::duration(0));
  return call.render(refused);
}

// The steps of a request. Who asks is settled before what is asked for.
Result<std::string> Dispatcher::run(Call& call) {
  TRY(identify(call));
  TRY(read_form(call));
  TRY_ASSIGN(const Action* action, find_action(call));
  TRY(auth::authorize(call.service->dialect, *parts_.core.snapshot(), call.caller,
                      call.service->signing_name, action->name));
  TRY(ensure_region(call.caller));
  return perform(call, *action);
}

Result<> Dispatcher::identify(Call& call) const {
  const auto& signature = call.signature;
  if (!signature) {
    // Only the version tells in whose words an unsigned request waits for its answer.
    if (const auto form = wire::parse_parameters(form_of(call.request))) {
      const std::string version = form->text("Version").value_or("");
      call.service = &find_service(parts_.services, call.request, [&](const Service& service) {
        return service.version == version;
      });
    }
    return std::unexpected(auth::refusal(call.service->dialect, signature.error()));
  }
  call.service_name = printable(signature->service);
  call.service = &find_service(parts_.services, call.request, [&](const Service& service) {
    return service.signing_name == signature->service && speaks(service, call.request);
  });
  TRY_ASSIGN(call.caller, caller_of(call.service->dialect, call.request, *signature));
  return {};
}

// Who asks, and which way the request came.
Result<model::Caller> Dispatcher::caller_of(wire::Dialect dialect, const wire::HttpRequest& request,
                                            const wire::Signature& signature) const {
  TRY_ASSIGN(model::Caller caller, auth::authenticate(parts_.mode, dialect, request, signature,
                                                      *parts_.core.snapshot(), parts_.clock.now()));
  if (!request.endpoint.empty()) {
    caller.passage = {.endpoint = model::Id<model::VpcEndpoint>(request.endpoint),
                      .address = request.endpoint_client};
  }
  return caller;
}

// As read_form(), of a service whose requests name no action.
Result<> Dispatcher::read_rest(Call& call) const {
  call.version = call.service->version;
  call.route = wire::find_route(call.service->routes, call.request);
  if (call.route == nullptr) {
    call.action = printable(other_action(call.request));
    return {};
  }
  call.action = call.route->action;
  TRY_ASSIGN(call.form, wire::rest_parameters(*call.route, call.request));
  return {};
}

// As read_form(), of a service whose requests name their action in a header:
// Logs_20140328.TagResource.
Result<> Dispatcher::read_json(Call& call) const {
  const std::string* target = call.request.header("X-Amz-Target");
  const std::string name = target != nullptr ? *target : "";
  const auto dot = std::min(name.rfind('.'), name.size());
  call.version = printable_or(std::string(name.substr(0, dot)), "");
  call.action = printable(other_action(call.request));
  TRY_ASSIGN(call.form, wire::json_parameters(call.request.body));
  return {};
}

// As read_form(), of a service whose requests name their action in their path:
// /service/GraniteServiceVersion20100801/operation/ListMetrics.
Result<> Dispatcher::read_cbor(Call& call) const {
  const auto parts = wire::split(call.request.path(), '/');
  if (parts.size() != 5 || parts[1] != "service" || parts[3] != "operation" ||
      call.request.method != "POST") {
    return refuse(faults::UnknownOperation,
                  "The actions of this service are at /service/.../operation/...");
  }
  call.version = printable(parts[2]);
  call.action = printable(parts[4]);
  TRY_ASSIGN(call.form, wire::cbor_parameters(call.request.body));
  return {};
}

// Fills in form, action and version.
Result<> Dispatcher::read_form(Call& call) const {
  if (!call.service->routes.empty()) {
    return read_rest(call);
  }
  const wire::Dialect dialect = call.service->dialect;
  if ((dialect == wire::Dialect::Json || dialect == wire::Dialect::QueryJson) &&
      !is_nobodys(*call.service)) {
    return read_json(call);
  }
  if (dialect == wire::Dialect::QueryCbor) {
    return read_cbor(call);
  }
  const std::string form = form_of(call.request);
  auto parsed = wire::parse_parameters(form);
  if (parsed) {
    call.form = std::move(*parsed);
    call.action = printable_or(call.form.text("Action"), "-");
    call.version = printable_or(call.form.text("Version"), "");
  }
  if (is_nobodys(*call.service)) {
    // It may have another form than ours; that it is not served is the news.
    call.action = call.action == "-" ? printable(other_action(call.request)) : call.action;
    return {};
  }
  const std::string_view path = call.request.path();
  if (!path.empty() && path != "/") {
    return refuse(faults::UnknownOperation, "The actions of this service are at the path /");
  }
  if (!parsed) {
    return std::unexpected(std::move(parsed).error());
  }
  if (call.action == "-") {
    return refuse(faults::MissingAction,
                  "The request is missing an action or a required parameter");
  }
  if (!wire::is_utf8(wire::query_decoded(form))) {
    return refuse(faults::InvalidParameterValue, "The request has parameters that are not UTF-8");
  }
  return {};
}

// The action of that name in that version. One that is not served is counted, so that its absence
// can be seen.
Result<const Action*> Dispatcher::find_action(const Call& call) {
  const std::string name = call.service_name + ':' + call.action;
  if (is_nobodys(*call.service)) {
    counters_.count_unknown(name);
    return refuse(faults::InvalidAction, "Postern does not serve '{}'", call.service_name);
  }
  if (call.version.empty()) {
    return std::unexpected(wire::missing_parameter(call.service->dialect, "Version"));
  }
  const Action* action =
      call.version == call.service->version ? call.service->find(call.action) : nullptr;
  if (action != nullptr) {
    counters_.count_served(name);
    return action;
  }
  counters_.count_unknown(name);
  if (call.service->dialect != wire::Dialect::Ec2) {
    return refuse(faults::InvalidAction, "Could not find operation {} for version {}", call.action,
                  call.version);
  }
  if (call.version != call.service->version) {
    return refuse(faults::NoSuchVersion,
                  "The requested version ({}) of service AmazonEC2 does not exist", call.version);
  }
  return refuse(faults::InvalidAction, "The action {} is not valid for this web service.",
                call.action);
}

Result<> Dispatcher::ensure_region(const model::Caller& caller) const {
  return has_region(*parts_.core.snapshot(), caller) ? Result<>() : parts_.ensure_region(caller);
}

Result<std::string> Dispatcher::perform(const Call& call, const Action& action) const {
  if (action.write) {
    TRY_ASSIGN(const Write bound, action.write(call.service->dialect, call.caller, call.form));
    return write(bound);
  }
  const auto world = parts_.core.snapshot();
  const View view{
      .world = *world, .caller = call.caller, .now = parts_.clock.now(), .machine = parts_.machine};
  return action.read(call.service->dialect, view, call.form);
}

Result<std::string> Dispatcher::write(const Write& write) const {
  std::string answer;
  TRY_ASSIGN(const std::uint64_t revision, parts_.core.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(answer, write(tx));
    return {};
  }));
  if (!parts_.wait_programmed(revision)) {
    log::warn("answered before the data plane carries it", {{"revision", revision}});
  }
  return answer;
}

}  // namespace postern::api::server
