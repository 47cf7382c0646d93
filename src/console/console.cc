// SPDX-License-Identifier: Apache-2.0
#include "console/console.h"

#include <boost/json.hpp>

#include "api/auth/authorize.h"
#include "api/sts/credentials.h"
#include "api/wire/parameters.h"
#include "base/log.h"
#include "console/files.h"
#include "console/guard.h"
#include "explain/view.h"

namespace postern::console {

namespace json = boost::json;
using api::server::OperatorAnswer;
using api::server::WebSocketPeer;
using api::wire::HttpRequest;
using api::wire::HttpResponse;
using model::Id;

// What an endpoint says: a status, a body, and perhaps a cookie.
struct Console::Outcome {
  int status = 200;
  std::string body;
  std::string cookie;
};

Console::Outcome Console::failed(int status, std::string_view code, std::string_view words) {
  return {.status = status,
          .body = json::serialize(json::object{{"code", code}, {"error", words}})};
}

Console::Outcome Console::not_signed_in() {
  return failed(401, "NotSignedIn", "Nobody is signed in");
}

namespace {

constexpr std::string_view kApi = "/console/api/";
constexpr std::chrono::minutes kKeyLife{15};

std::string error_body(const Error& error) {
  return json::serialize(json::object{{"code", error.fault().code}, {"error", error.message()}});
}

HttpResponse refusal(const Error& error) {
  HttpResponse out{.status = error.fault().http_status,
                   .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
                   .body = error_body(error)};
  protect(out);
  return out;
}

// The body's member, when it is a text; empty otherwise.
std::string member(const std::string& body, const char* name) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::value* found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string parameter(const HttpRequest& request, const char* name) {
  const auto form = api::wire::parse_parameters(request.query());
  return form ? form->text(name).value_or("") : "";
}

Result<> may(const model::World& world, const model::Caller& caller, std::string_view service,
             std::string_view action) {
  return api::auth::authorize(api::wire::Dialect::Query, world, caller, service, action);
}

}  // namespace

Console::Console(ConsoleParts parts)
    : parts_(std::move(parts)),
      sessions_(parts_.ids),
      live_(live_parts()),
      teller_([this](const std::stop_token& stop) {
        while (live_.wait(stop)) {
          live_.turn();
        }
      }) {}

Result<std::string> Console::new_link(const std::string& account) {
  Visitor visitor{.is_operator = true};
  if (!account.empty()) {
    const auto world = parts_.core.snapshot();
    const auto& all = world->all<model::Account>();
    const auto named = std::ranges::find_if(all, [&](const auto& entry) {
      return entry.first.value == account || entry.second->name == account;
    });
    if (named == all.end()) {
      return refuse(faults::InvalidParameterValue, "there is no account {}", account);
    }
    visitor = root_of(named->first);
  }
  return fmt::format("{}sign-in#{}", kRoot, sessions_.new_link(visitor, parts_.clock.now()));
}

HttpResponse Console::answer(const HttpRequest& request) {
  HttpResponse out;
  if (!request.path().starts_with(kApi)) {
    out = file_answer(parts_.files, parts_.absence, request);
  } else {
    Outcome outcome = api(request);
    out = {.status = outcome.status,
           .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
           .body = std::move(outcome.body)};
    if (!outcome.cookie.empty()) {
      out.headers.push_back({"Set-Cookie", std::move(outcome.cookie)});
    }
  }
  protect(out);
  return out;
}

Console::Outcome Console::api(const HttpRequest& request) {
  if (!is_from_own_page(request)) {
    return failed(403, "NotFromConsole", "Only the console's own pages may ask for this");
  }
  const std::string_view what = request.path().substr(kApi.size());
  const std::string& method = request.method;
  if (what == "session" && method == "POST") {
    return sign_in(request);
  }
  if (what == "session" && method == "DELETE") {
    return sign_out(request);
  }
  const auto visitor = sessions_.find(session_cookie(request), parts_.clock.now());
  if (!visitor) {
    return not_signed_in();
  }
  if (what == "session" && method == "GET") {
    return session(*visitor);
  }
  if (what == "credentials" && method == "POST") {
    return credentials(request, *visitor);
  }
  if (what == "explain" && method == "POST") {
    return explain(*visitor, request.body);
  }
  return failed(404, "NotFound", "There is nothing at this path");
}

Console::Outcome Console::sign_in(const HttpRequest& request) {
  const TimePoint now = parts_.clock.now();
  const std::string link = member(request.body, "link");
  Result<Visitor> visitor = Visitor();
  if (!link.empty()) {
    const auto used = sessions_.use_link(link, now);
    visitor = used ? Result<Visitor>(*used)
                   : refuse(faults::AccessDenied, "This link was used already, or is too old");
  } else {
    visitor = visitor_with_keys(*parts_.core.snapshot(), member(request.body, "access_key_id"),
                                member(request.body, "session_token"), now);
  }
  if (!visitor) {
    log::warn("console sign-in refused", {{"why", visitor.error().message()}});
    return {.status = 403, .body = error_body(visitor.error())};
  }
  log::info("console sign-in",
            {{"who", visitor->is_operator ? "the operator" : visitor->principal_arn}});
  sessions_.end(session_cookie(request));
  Outcome out = session(*visitor);
  out.cookie = set_cookie(sessions_.begin(*visitor, now),
                          static_cast<int>(std::chrono::seconds(Sessions::kSessionLife).count()));
  return out;
}

Console::Outcome Console::sign_out(const HttpRequest& request) {
  const std::string session = session_cookie(request);
  const auto given = sessions_.end(session);
  parts_.close_terminals(session);
  const auto revoked = parts_.core.run([&given](model::Transaction& tx) -> Result<> {
    for (const Id<model::Session>& id : given) {
      tx.erase(id);
    }
    return {};
  });
  if (!revoked) {
    return {.status = 500, .body = error_body(revoked.error())};
  }
  return {.body = "{}", .cookie = clear_cookie()};
}

Console::Outcome Console::session(const Visitor& visitor) const {
  const auto world = parts_.core.snapshot();
  json::array accounts;
  for (const auto& [id, account] : world->all<model::Account>()) {
    if (visitor.is_operator || id == visitor.account) {
      accounts.push_back(json::object{{"id", id.value}, {"name", account->name}});
    }
  }
  return {.body = json::serialize(json::object{{"operator", visitor.is_operator},
                                               {"account", visitor.account.value},
                                               {"principal", visitor.principal_arn},
                                               {"accounts", accounts},
                                               {"region", parts_.region},
                                               {"version", parts_.version}})};
}

Console::Outcome Console::credentials(const HttpRequest& request, const Visitor& visitor) {
  const Id<model::Account> account(member(request.body, "account"));
  api::sts::Credentials given;
  const auto done = parts_.core.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const model::Caller caller, caller_of(tx.world(), visitor, account));
    given = api::sts::give_out(tx,
                               {.owner = caller.account,
                                .principal_arn = caller.principal_arn,
                                .user_id = caller.user_id,
                                .user = caller.user},
                               kKeyLife);
    return {};
  });
  if (!done) {
    return {.status = done.error().fault().http_status, .body = error_body(done.error())};
  }
  sessions_.note(session_cookie(request), Id<model::Session>(given.AccessKeyId));
  return {.body = json::serialize(json::object{{"access_key_id", given.AccessKeyId},
                                               {"secret_access_key", given.SecretAccessKey},
                                               {"session_token", given.SessionToken},
                                               {"expiration", format_iso8601(given.Expiration)}})};
}

Console::Outcome Console::explain(const Visitor& visitor, const std::string& question) const {
  const auto world = parts_.core.snapshot();
  const Id<model::Account> account(member(question, "account"));
  const auto allowed = [&]() -> Result<> {
    TRY_ASSIGN(const model::Caller caller, caller_of(*world, visitor, account));
    TRY(may(*world, caller, "ec2", "StartNetworkInsightsAnalysis"));
    if (!visitor.is_operator) {
      TRY(explain::check_question(*world, account, member(question, "from"),
                                  member(question, "to")));
    }
    return {};
  }();
  if (!allowed) {
    return {.status = allowed.error().fault().http_status, .body = error_body(allowed.error())};
  }
  OperatorAnswer answer = parts_.explain(*world, question);
  if (answer.status == 200 && !visitor.is_operator) {
    answer.json =
        json::serialize(explain::explain_view(json::parse(answer.json).as_object(), account));
  }
  return {.status = answer.status, .body = std::move(answer.json)};
}

Result<> Console::may_watch(const Visitor& visitor, const Id<model::Account>& account) const {
  const auto world = parts_.core.snapshot();
  TRY_ASSIGN(const model::Caller caller, caller_of(*world, visitor, account));
  return may(*world, caller, "ec2", "DescribeFlowLogs");
}

LiveParts Console::live_parts() {
  return {.clock = parts_.clock,
          .events =
              [this](const std::string& target) {
                return parts_.events(*parts_.core.snapshot(), target);
              },
          .view = [this](const Watch& watch,
                         const json::object& events) -> std::optional<json::object> {
            const auto visitor = sessions_.find(watch.session, parts_.clock.now());
            if (!visitor || !may_watch(*visitor, watch.account)) {
              return std::nullopt;
            }
            return visitor->is_operator ? events : explain::events_view(events, watch.account);
          },
          .explain =
              [this](const Watch& watch) {
                const auto visitor = sessions_.find(watch.session, parts_.clock.now());
                Outcome outcome = visitor ? explain(*visitor, watch.question) : not_signed_in();
                return OperatorAnswer{.status = outcome.status, .json = std::move(outcome.body)};
              }};
}

Result<api::server::EventStream> Console::watch(const HttpRequest& request,
                                                const Visitor& visitor) {
  Watch watch{.session = session_cookie(request),
              .account = Id<model::Account>(parameter(request, "account")),
              .question = ""};
  TRY(may_watch(visitor, watch.account));
  json::object question = {{"account", watch.account.value}};
  for (const char* name : {"from", "to", "protocol"}) {
    if (const std::string value = parameter(request, name); !value.empty()) {
      question[name] = value;
    }
  }
  if (question.size() > 1) {
    watch.question = json::serialize(question);
  }
  TRY_ASSIGN(Fd stream, live_.open(std::move(watch)));
  HttpResponse answer;
  protect(answer);
  return api::server::EventStream{.headers = std::move(answer.headers),
                                  .stream = std::move(stream)};
}

api::server::Subscription Console::subscribe(const HttpRequest& request) {
  const auto visitor = sessions_.find(session_cookie(request), parts_.clock.now());
  if (request.path() != "/console/api/live" || !is_from_own_page(request) || !visitor) {
    return answer(request);  // knows what to say
  }
  auto stream = watch(request, *visitor);
  return stream ? api::server::Subscription(std::move(*stream)) : refusal(stream.error());
}

api::server::Upgrade Console::upgrade(const HttpRequest& request) {
  auto peer = terminal(request);
  if (peer) {
    return std::move(*peer);
  }
  return refusal(peer.error());
}

Result<WebSocketPeer> Console::terminal(const HttpRequest& request) const {
  const std::string session = session_cookie(request);
  const auto visitor = sessions_.find(session, parts_.clock.now());
  if (request.path() != "/console/api/terminal" || !is_from_own_origin(request) || !visitor) {
    return refuse(faults::AccessDenied, "Only a signed-in console may open a terminal");
  }
  const auto world = parts_.core.snapshot();
  TRY_ASSIGN(const model::Caller caller,
             caller_of(*world, *visitor, Id<model::Account>(parameter(request, "account"))));
  TRY(may(*world, caller, "ssm", "StartSession"));
  const std::string id = parameter(request, "instance");
  const auto* instance = world->find(Id<model::Instance>(id));
  if (instance == nullptr || instance->owner != caller.account) {
    return refuse(faults::InvalidInstanceIDNotFound, "The instance ID '{}' does not exist", id);
  }
  log::info("console terminal", {{"instance", id}, {"who", caller.principal_arn}});
  return parts_.open_terminal(session, id);
}

}  // namespace postern::console
