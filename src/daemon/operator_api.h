// SPDX-License-Identifier: Apache-2.0
// The operator's API: what the aws CLI has no word for. JSON, at the operator's socket.
//
//   POST /accounts             {name, id?, access_key_id?, secret_access_key?} -> the account
//   GET  /accounts             all of them, with their keys
//   GET  /status               revisions, resources, drops by reason, actions asked for in vain
//   POST /explain              does it connect, and which rule says no: daemon/explain_api.h
//   POST /graph                what a resource stands on, and how to take it down: graph_api.h
//   GET  /events?after=N       what becomes of packets, as it happens: daemon/event_log.h
//   POST /reset                wipes all resources, keeps accounts
//   GET  /instances/ID         {state, pid, start_time}: what `postern exec` needs
//   GET  /instances/ID/console {output}: what the instance's user data printed
//   POST /console-links        {account?} -> {url}: signs in to the console, once
//   POST /attachments, GET /attachments, DELETE /attachments/ENI: see operator_attachments.h
//   POST /faults, GET /faults, DELETE /faults[/ID], POST /expired-flows: see operator_faults.h
//
// Errors are {"error": one sentence} with status 400, 404, 405, 409 or 500.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/server/operator_door.h"
#include "api/server/request_counters.h"
#include "base/time.h"
#include "core/core.h"
#include "daemon/attach_rule.h"
#include "daemon/explain_api.h"
#include "daemon/operator_faults.h"

namespace postern::daemon {

// Packets of one verdict.
struct VerdictLine {
  std::string verdict;
  std::string action;  // Pass, Answer, Reset, Drop
  std::string meaning;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

struct InstanceProcess {
  long pid = 0;
  std::uint64_t start_time = 0;
};

// What other parts of the daemon tell. All functions may be called on several threads at a time.
struct OperatorParts {
  core::Core& core;
  const Clock& clock;
  std::string version;
  std::string region;
  std::string endpoint;  // http://127.0.0.1:4566
  std::function<std::uint64_t()> programmed;
  std::function<Result<std::vector<VerdictLine>>()> verdicts;
  std::function<api::server::Counts()> unknown_actions;
  std::function<std::optional<InstanceProcess>(const model::Id<model::Instance>&)> process;
  std::function<std::optional<std::string>(const model::Id<model::Instance>&)> console;
  std::function<Result<>()> reset;
  std::function<Result<model::NetworkInterface>(const AttachWish&)> attach;
  std::function<Result<>(const model::Id<model::NetworkInterface>&)> detach;
  FaultParts faults;
  // The path of an address that signs in to the console, as the operator or as one account.
  std::function<Result<std::string>(const std::string& account)> console_link;
  Witnesses witnesses;
  std::function<api::server::OperatorAnswer(const model::World&, const std::string&)> events;
};

api::server::OperatorHandler operator_api(OperatorParts parts);

}  // namespace postern::daemon
