// SPDX-License-Identifier: Apache-2.0
// Console: all of /console/. The pages' files, and below /console/api/ what the pages need that is
// not an AWS API: who is signed in, their short-lived keys, and Postern's own tools.
//
//   POST   session      {link} or {access_key_id, session_token} -> as GET, and a cookie
//   GET    session      -> {operator, account, principal, accounts: [{id, name}], region, version}
//   DELETE session      signs out, revokes the keys that were given out, ends terminals
//   POST   credentials  {account} -> {access_key_id, secret_access_key, session_token, expiration}
//   POST   explain      {account, from, to, protocol?} -> see daemon/explain_api.h
//   GET    live?account=A&from=F&to=T&protocol=P  a stream of events: see console/live_streams.h
//   GET    terminal?account=A&instance=I a WebSocket: see console/terminals.h
//
// Errors are {"code", "error"} with a status of their own. IAM's words for the tools are
// ec2:StartNetworkInsightsAnalysis, ec2:DescribeFlowLogs and ssm:StartSession.
#pragma once

#include <thread>

#include "api/server/http_server.h"
#include "api/server/operator_door.h"
#include "console/assets.h"
#include "console/live_streams.h"
#include "console/sessions.h"
#include "core/core.h"

namespace postern::console {

// All functions may be called on several threads at a time.
struct ConsoleParts {
  core::Core& core;
  const Clock& clock;
  IdSource& ids;  // unpredictable
  std::string version;
  std::string region;
  std::span<const Asset> files;
  std::string_view absence;
  std::function<api::server::OperatorAnswer(const model::World&, const std::string& body)> explain;
  std::function<api::server::OperatorAnswer(const model::World&, const std::string& target)> events;
  std::function<Result<api::server::WebSocketPeer>(const std::string& session,
                                                   const std::string& instance)>
      open_terminal;
  std::function<void(const std::string& session)> close_terminals;
};

class Console {
 public:
  explicit Console(ConsoleParts parts);

  // The path and fragment of an address that signs in once: as the operator, or, when `account`
  // names one by its name or id, as that account's root only.
  Result<std::string> new_link(const std::string& account);

  api::wire::HttpResponse answer(const api::wire::HttpRequest& request);
  api::server::Upgrade upgrade(const api::wire::HttpRequest& request);
  api::server::Subscription subscribe(const api::wire::HttpRequest& request);

 private:
  struct Outcome;

  static Outcome failed(int status, std::string_view code, std::string_view words);
  static Outcome not_signed_in();
  Outcome api(const api::wire::HttpRequest& request);
  Outcome sign_in(const api::wire::HttpRequest& request);
  Outcome sign_out(const api::wire::HttpRequest& request);
  Outcome session(const Visitor& visitor) const;
  Outcome credentials(const api::wire::HttpRequest& request, const Visitor& visitor);
  Outcome explain(const Visitor& visitor, const std::string& question) const;
  Result<> may_watch(const Visitor& visitor, const model::Id<model::Account>& account) const;
  Result<api::server::EventStream> watch(const api::wire::HttpRequest& request,
                                         const Visitor& visitor);
  LiveParts live_parts();
  Result<api::server::WebSocketPeer> terminal(const api::wire::HttpRequest& request) const;

  ConsoleParts parts_;
  Sessions sessions_;
  LiveStreams live_;
  std::jthread teller_;  // of `live_`; ends first
};

}  // namespace postern::console
