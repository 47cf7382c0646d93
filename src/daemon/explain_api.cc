// SPDX-License-Identifier: Apache-2.0
#include "daemon/explain_api.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "core/accounts.h"
#include "daemon/operator_answer.h"
#include "explain/explain.h"
#include "explain/packet.h"
#include "explain/view.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using explain::Judgement;

std::string_view text(Judgement judgement) {
  switch (judgement) {
    case Judgement::Passes:
      return "passes";
    case Judgement::Stops:
      return "stops";
    case Judgement::Unknown:
      break;
  }
  return "unknown";
}

std::string_view answer_text(Judgement judgement) {
  switch (judgement) {
    case Judgement::Passes:
      return "reachable";
    case Judgement::Stops:
      return "unreachable";
    case Judgement::Unknown:
      break;
  }
  return "unknown";
}

json::array hop_rows(const std::vector<explain::Hop>& hops) {
  json::array rows;
  for (const explain::Hop& hop : hops) {
    json::object row = {{"step", hop.step},
                        {"resource", hop.resource},
                        {"account", hop.account},
                        {"judgement", text(hop.judgement)},
                        {"because", hop.because}};
    if (hop.verdict && hop.judgement == Judgement::Stops) {
      row["verdict"] = dataplane::info(*hop.verdict).name;
    }
    json::array fixes;
    for (const explain::Fix& fix : hop.fixes) {
      fixes.push_back(json::object{{"account", fix.account}, {"command", fix.command}});
    }
    row["fixes"] = fixes;
    if (!hop.advice.empty()) {
      row["advice"] = hop.advice;
    }
    rows.push_back(row);
  }
  return rows;
}

json::array passage_rows(const std::vector<explain::Passage>& passages) {
  json::array rows;
  for (const explain::Passage& passage : passages) {
    rows.push_back(json::object{{"interface", passage.interface},
                                {"address", passage.address.text()},
                                {"resource", passage.resource},
                                {"account", passage.account}});
  }
  return rows;
}

json::object path_object(const explain::Path& path) {
  json::array targets;
  for (const explain::Branch& branch : path.branches) {
    targets.push_back(json::object{{"target", branch.target},
                                   {"port", branch.port},
                                   {"hops", hop_rows(branch.hops)},
                                   {"passages", passage_rows(branch.passages)}});
  }
  return {{"destination", path.destination.text()},
          {"zone", path.zone},
          {"hops", hop_rows(path.hops)},
          {"passages", passage_rows(path.passages)},
          {"targets", targets}};
}

// What the program says to the path's first packet. Nothing if the source has no link to send it
// by.
Result<std::optional<json::object>> packet_object(const model::NetworkInterface& source,
                                                  const explain::Path& path,
                                                  const explain::Traffic& traffic,
                                                  const Witnesses& witnesses) {
  if (source.port == 0) {
    return std::nullopt;
  }
  TRY_ASSIGN(const dataplane::Verdict verdict,
             witnesses.judge(explain::first_packet(source, path.destination, traffic)));
  if (verdict == dataplane::Verdict::PortUnknown) {
    return std::nullopt;
  }
  const dataplane::VerdictInfo& info = dataplane::info(verdict);
  const auto expected = explain::verdicts_of(path);
  const bool agrees = std::ranges::find(expected, verdict) != expected.end();
  if (!agrees) {
    log::error("explain and the packet program disagree", {{"source", source.id.value},
                                                           {"destination", path.destination.text()},
                                                           {"program", info.name}});
  }
  return json::object{{"verdict", info.name}, {"meaning", info.meaning}, {"agrees", agrees}};
}

struct Question {
  explain::Ask ask;
  std::string as;  // empty: the operator
};

std::optional<Question> read_question(const std::string& body) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  if (object == nullptr) {
    return std::nullopt;
  }
  const auto member = [&](const char* name) {
    const json::value* found = object->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
  };
  if (member("from").empty() || member("to").empty()) {
    return std::nullopt;
  }
  Question question{.ask = explain::ask_of(member("from"), member("to")), .as = member("as")};
  explain::Ask& ask = question.ask;
  if (object->contains("protocol")) {
    ask.protocol = member("protocol");
  }
  const json::value* established = object->if_contains("established");
  ask.established = established != nullptr && *established == true;
  return question;
}

// The id of the account that asks, if it may.
Result<model::Id<model::Account>> viewer(const model::World& world, const Question& question) {
  const model::Account* account = core::find_account(world, question.as);
  if (account == nullptr) {
    return refuse(faults::InvalidParameterValue, "there is no account {}", question.as);
  }
  const std::string to = question.ask.port
                             ? fmt::format("{}:{}", question.ask.to, *question.ask.port)
                             : question.ask.to;
  TRY(explain::check_question(world, account->id, question.ask.from, to));
  return account->id;
}

}  // namespace

OperatorAnswer explain_answer(const model::World& world, const std::string& body,
                              const Witnesses& witnesses) {
  const auto question = read_question(body);
  if (!question) {
    return failure(400, "the body must be an object with from, to and, if wanted, protocol");
  }
  const explain::Ask& ask = question->ask;
  Result<model::Id<model::Account>> as = model::Id<model::Account>();
  if (!question->as.empty()) {
    as = viewer(world, *question);
    if (!as) {
      return failure(409, as.error().message());
    }
  }
  const auto explained = explain::explain(world, ask, witnesses.sight);
  if (!explained) {
    return failure(409, explained.error().message());
  }
  const auto* source = world.find(model::Id<model::NetworkInterface>(explained->source));
  Judgement judgement = explain::judgement_of(*explained);
  json::array paths;
  for (const explain::Path& path : explained->paths) {
    json::object object = path_object(path);
    const auto packet = packet_object(*source, path, explained->traffic, witnesses);
    if (!packet) {
      return failure(500, packet.error().message());
    }
    if (*packet) {
      if (!(*packet)->at("agrees").as_bool()) {
        judgement = Judgement::Unknown;
      }
      object["packet"] = **packet;
    }
    paths.push_back(object);
  }
  const std::string instance = source->attachment ? source->attachment->instance_id : "";
  json::object answer = {{"from", explained->source},
                         {"instance", instance},
                         {"account", explained->account},
                         {"address", explained->address.text()},
                         {"to", ask.to},
                         {"protocol", ask.protocol},
                         {"port", explained->traffic.port},
                         {"answer", answer_text(judgement)},
                         {"lookup", hop_rows(explained->lookup)},
                         {"paths", paths}};
  if (!as->empty()) {
    answer = explain::explain_view(std::move(answer), *as);
  }
  return {.status = 200, .json = json::serialize(answer)};
}

}  // namespace postern::daemon
