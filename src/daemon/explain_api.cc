// SPDX-License-Identifier: Apache-2.0
#include "daemon/explain_api.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "explain/explain.h"
#include "explain/packet.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using explain::Judgement;

OperatorAnswer failure(int status, std::string_view words) {
  return {.status = status, .json = json::serialize(json::object{{"error", words}})};
}

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
    rows.push_back(row);
  }
  return rows;
}

json::object path_object(const explain::Path& path) {
  json::array targets;
  for (const explain::Branch& branch : path.branches) {
    targets.push_back(json::object{
        {"target", branch.target}, {"port", branch.port}, {"hops", hop_rows(branch.hops)}});
  }
  return {{"destination", path.destination.text()},
          {"zone", path.zone},
          {"hops", hop_rows(path.hops)},
          {"targets", targets}};
}

// What the program says to the path's first packet. Nothing if the source has no link to send it
// by.
Result<std::optional<json::object>> packet_object(const model::NetworkInterface& source,
                                                  const explain::Path& path,
                                                  const explain::Traffic& traffic,
                                                  const JudgePacket& judge) {
  if (source.port == 0) {
    return std::nullopt;
  }
  TRY_ASSIGN(const dataplane::Verdict verdict,
             judge(explain::first_packet(source, path.destination, traffic)));
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

std::optional<explain::Ask> read_ask(const std::string& body) {
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
  explain::Ask ask = explain::ask_of(member("from"), member("to"));
  if (object->contains("protocol")) {
    ask.protocol = member("protocol");
  }
  return ask;
}

}  // namespace

OperatorAnswer explain_answer(const model::World& world, const std::string& body,
                              const JudgePacket& judge) {
  const auto ask = read_ask(body);
  if (!ask) {
    return failure(400, "the body must be an object with from, to and, if wanted, protocol");
  }
  const auto explained = explain::explain(world, *ask);
  if (!explained) {
    return failure(409, explained.error().message());
  }
  const auto* source = world.find(model::Id<model::NetworkInterface>(explained->source));
  Judgement judgement = explain::judgement_of(*explained);
  json::array paths;
  for (const explain::Path& path : explained->paths) {
    json::object object = path_object(path);
    const auto packet = packet_object(*source, path, explained->traffic, judge);
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
  return {.status = 200,
          .json = json::serialize(json::object{{"from", explained->source},
                                               {"instance", instance},
                                               {"account", explained->account},
                                               {"address", explained->address.text()},
                                               {"to", ask->to},
                                               {"protocol", ask->protocol},
                                               {"port", explained->traffic.port},
                                               {"answer", answer_text(judgement)},
                                               {"lookup", hop_rows(explained->lookup)},
                                               {"paths", paths}})};
}

}  // namespace postern::daemon
