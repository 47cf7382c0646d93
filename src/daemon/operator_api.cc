// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_api.h"

#include <boost/json.hpp>
#include <boost/nowide/utf/convert.hpp>
#include <map>
#include <memory>
#include <set>

#include "core/accounts.h"
#include "daemon/graph_api.h"
#include "daemon/operator_answer.h"
#include "daemon/operator_attachments.h"
#include "daemon/operator_topics.h"
#include "model/holder_state.h"
#include "model/instance_state.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using api::server::OperatorAnswer;
using api::server::OperatorRequest;
using model::Id;

class OperatorApi {
 public:
  explicit OperatorApi(OperatorParts parts)
      : parts_(std::move(parts)), started_(parts_.clock.steady_now()) {}

  OperatorAnswer operator()(const OperatorRequest& request) const;

 private:
  OperatorAnswer create_account(const OperatorRequest& request) const;
  OperatorAnswer list_accounts() const;
  OperatorAnswer status() const;
  OperatorAnswer reset() const;
  OperatorAnswer instance(const std::string& id) const;
  OperatorAnswer console(const std::string& id) const;
  OperatorAnswer console_link(const OperatorRequest& request) const;
  OperatorAnswer attach(const OperatorRequest& request) const;
  OperatorAnswer detach(const std::string& id) const;
  json::object account_object(const model::Account& account) const;

  OperatorParts parts_;
  SteadyPoint started_;
};

json::object OperatorApi::account_object(const model::Account& account) const {
  json::object object = {{"account_id", account.id.value},
                         {"name", account.name},
                         {"region", parts_.region},
                         {"endpoint", parts_.endpoint}};
  if (!account.access_keys.empty()) {
    object["access_key_id"] = account.access_keys.front().id;
    object["secret_access_key"] = account.access_keys.front().secret;
  }
  return object;
}

// The body's members as texts. nullopt for anything but an object of texts with these names.
std::optional<std::map<std::string, std::string>> members(const std::string& body,
                                                          const std::set<std::string>& known) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) {
    return std::nullopt;
  }
  std::map<std::string, std::string> found;
  for (const auto& member : value.get_object()) {
    const std::string name(member.key());
    if (!member.value().is_string() || !known.contains(name)) {
      return std::nullopt;
    }
    found[name] = std::string(member.value().get_string());
  }
  return found;
}

OperatorAnswer OperatorApi::create_account(const OperatorRequest& request) const {
  auto given = members(request.body, {"name", "id", "access_key_id", "secret_access_key"});
  if (!given) {
    return failure(400,
                   "the body must be an object with name and, if wanted, id, access_key_id and "
                   "secret_access_key");
  }
  const core::NewAccount wanted{.name = (*given)["name"],
                                .id = (*given)["id"],
                                .access_key_id = (*given)["access_key_id"],
                                .secret_access_key = (*given)["secret_access_key"]};
  model::Account made;
  const auto done = parts_.core.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(made, core::create_account(tx, wanted));
    return {};
  });
  return done ? answer(account_object(made), 201) : failure(done.error());
}

OperatorAnswer OperatorApi::list_accounts() const {
  json::array list;
  const auto world = parts_.core.snapshot();
  for (const auto& [id, account] : world->all<model::Account>()) {
    list.push_back(account_object(*account));
  }
  return answer(json::object{{"accounts", list}});
}

// What is gone is still known for a time, to those who ask for it by its id.
template <class T>
bool is_there(const T& /*record*/) {
  return true;
}
bool is_there(const model::Instance& instance) {
  return instance.state != model::InstanceState::Terminated;
}
bool is_there(const model::VpcEndpoint& endpoint) {
  return endpoint.state != model::EndpointState::Deleted;
}

template <class T>
void count(const model::World& world, const char* name,
           std::map<Id<model::Account>, json::object>& accounts) {
  std::map<Id<model::Account>, std::int64_t> counts;
  for (const auto& [id, record] : world.all<T>()) {
    counts[record->owner] += is_there(*record) ? 1 : 0;
  }
  for (auto& [id, object] : accounts) {
    object[name] = counts[id];
  }
}

json::array account_rows(const model::World& world) {
  std::map<Id<model::Account>, json::object> resources;
  for (const auto& [id, account] : world.all<model::Account>()) {
    resources[id];
  }
  count<model::Vpc>(world, "vpcs", resources);
  count<model::Instance>(world, "instances", resources);
  count<model::LoadBalancer>(world, "load_balancers", resources);
  count<model::EndpointService>(world, "endpoint_services", resources);
  count<model::VpcEndpoint>(world, "vpc_endpoints", resources);
  json::array rows;
  for (const auto& [id, account] : world.all<model::Account>()) {
    rows.push_back(json::object{
        {"account_id", id.value}, {"name", account->name}, {"resources", resources[id]}});
  }
  return rows;
}

OperatorAnswer OperatorApi::status() const {
  const auto verdicts = parts_.verdicts();
  if (!verdicts) {
    return failure(verdicts.error());
  }
  json::array drops;
  std::uint64_t passed = 0;
  for (const VerdictLine& line : *verdicts) {
    if (line.action == "Pass" || line.action == "Answer") {
      passed += line.packets;
    } else if (line.packets > 0) {
      drops.push_back(json::object{
          {"verdict", line.verdict}, {"packets", line.packets}, {"meaning", line.meaning}});
    }
  }
  json::array unknown;
  for (const auto& [action, times] : parts_.unknown_actions()) {
    unknown.push_back(json::object{{"action", action}, {"count", times}});
  }
  const auto world = parts_.core.snapshot();
  const auto up =
      std::chrono::duration_cast<std::chrono::seconds>(parts_.clock.steady_now() - started_);
  return answer(json::object{{"version", parts_.version},
                             {"endpoint", parts_.endpoint},
                             {"region", parts_.region},
                             {"uptime_seconds", up.count()},
                             {"revision", world->revision()},
                             {"programmed_revision", parts_.programmed()},
                             {"accounts", account_rows(*world)},
                             {"packets_passed", passed},
                             {"drops", drops},
                             {"faults", fault_list(*world, parts_.clock.now()).at("faults")},
                             {"unknown_actions", unknown}});
}

OperatorAnswer OperatorApi::reset() const {
  const auto done = parts_.reset();
  return done ? answer(json::object{{"reset", true}}) : failure(done.error());
}

OperatorAnswer OperatorApi::instance(const std::string& id) const {
  const auto world = parts_.core.snapshot();
  const auto* found = world->find(Id<model::Instance>(id));
  if (found == nullptr) {
    return failure(404, fmt::format("there is no instance {}", id));
  }
  json::object object = {{"instance_id", id}, {"state", std::string(model::text(found->state))}};
  if (const auto process = parts_.process(found->id)) {
    object["pid"] = process->pid;
    object["start_time"] = process->start_time;
  }
  return answer(object);
}

OperatorAnswer OperatorApi::console(const std::string& id) const {
  const auto world = parts_.core.snapshot();
  if (world->find(Id<model::Instance>(id)) == nullptr) {
    return failure(404, fmt::format("there is no instance {}", id));
  }
  const std::string output = parts_.console(Id<model::Instance>(id)).value_or("");
  // Whatever an instance prints; JSON is UTF-8. What is not becomes U+FFFD.
  return answer(json::object{{"instance_id", id},
                             {"output", boost::nowide::utf::convert_string<char>(
                                            output.data(), output.data() + output.size())}});
}

OperatorAnswer OperatorApi::console_link(const OperatorRequest& request) const {
  auto given = members(request.body.empty() ? "{}" : request.body, {"account"});
  if (!given) {
    return failure(400, "the body must be an object with, if wanted, account");
  }
  const auto link = parts_.console_link((*given)["account"]);
  return link ? answer(json::object{{"url", parts_.endpoint + *link}}, 201) : failure(link.error());
}

OperatorAnswer OperatorApi::attach(const OperatorRequest& request) const {
  const auto wish = attach_wish(request.body);
  if (!wish) {
    return failure(400, wish.error().message());
  }
  const auto made = parts_.attach(*wish);
  return made ? answer(attachment_object(*parts_.core.snapshot(), *made), 201)
              : failure(made.error());
}

OperatorAnswer OperatorApi::detach(const std::string& id) const {
  const auto world = parts_.core.snapshot();
  const auto* interface = world->find(Id<model::NetworkInterface>(id));
  if (interface == nullptr || model::holder_of(*interface) == nullptr) {
    return failure(404, fmt::format("there is no attachment {}", id));
  }
  const auto done = parts_.detach(interface->id);
  return done ? answer(attachment_object(*world, *interface)) : failure(done.error());
}

OperatorAnswer OperatorApi::operator()(const OperatorRequest& request) const {
  static constexpr std::string_view kInstances = "/instances/";
  static constexpr std::string_view kConsole = "/console";
  static constexpr std::string_view kAttachments = "/attachments";
  const std::string& target = request.target;
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (target == "/accounts" && post) {
    return create_account(request);
  }
  if (target == "/accounts" && get) {
    return list_accounts();
  }
  if (target == "/status" && get) {
    return status();
  }
  const bool is_events = target == "/events" || target.starts_with("/events?");
  if (is_events && get) {
    return parts_.events(*parts_.core.snapshot(), target);
  }
  if (target == "/explain" && post) {
    return explain_answer(*parts_.core.snapshot(), request.body, parts_.witnesses);
  }
  if (target == "/graph" && post) {
    return graph_answer(*parts_.core.snapshot(), request.body);
  }
  if (target == "/reset" && post) {
    return reset();
  }
  if (target == "/topics" && get) {
    return answer(topic_list(*parts_.core.snapshot()));
  }
  if (target.starts_with(kInstances) && get) {
    const std::string id = target.substr(kInstances.size());
    return id.ends_with(kConsole) ? console(id.substr(0, id.size() - kConsole.size()))
                                  : instance(id);
  }
  if (target == "/console-links" && post) {
    return console_link(request);
  }
  if (target == kAttachments && post) {
    return attach(request);
  }
  if (target == kAttachments && get) {
    return answer(attachment_list(*parts_.core.snapshot()));
  }
  const bool is_attachment = target.starts_with(std::string(kAttachments) + "/");
  if (is_attachment && request.method == "DELETE") {
    return detach(target.substr(kAttachments.size() + 1));
  }
  if (is_about_faults(target)) {
    return faults_answer(parts_.faults, *parts_.core.snapshot(), parts_.clock.now(), request);
  }
  const bool known = target == "/accounts" || target == "/status" || target == "/explain" ||
                     is_events || target == "/topics" || target == "/reset" ||
                     target == "/console-links" || target == kAttachments || is_attachment ||
                     target == "/graph" || target.starts_with(kInstances);
  return known ? failure(405, fmt::format("{} is not for {}", request.method, target))
               : failure(404, fmt::format("there is no {}", target));
}

}  // namespace

api::server::OperatorHandler operator_api(OperatorParts parts) {
  auto api = std::make_shared<const OperatorApi>(std::move(parts));
  return [api](const OperatorRequest& request) { return (*api)(request); };
}

}  // namespace postern::daemon
