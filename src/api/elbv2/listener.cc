// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/listener.h"

#include <algorithm>
#include <tuple>

#include "api/elbv2/access_logs.h"
#include "api/elbv2/constraint.h"
#include "api/elbv2/detach.h"
#include "api/elbv2/find.h"
#include "api/elbv2/forwarding.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/rule_action.h"
#include "api/elbv2/tags.h"
#include "api/elbv2/tls.h"
#include "base/check.h"
#include "model/quotas.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

// ---- Answers ------------------------------------------------------------------------------------

struct Listener {
  std::string ListenerArn;
  std::string LoadBalancerArn;
  int Port;
  std::string Protocol;
  std::optional<std::vector<Certificate>> Certificates;
  std::optional<std::string> SslPolicy;
  std::vector<ActionItem> DefaultActions;
  std::optional<std::vector<std::string>> AlpnPolicy;
};
BOOST_DESCRIBE_STRUCT(Listener, (),
                      (ListenerArn, LoadBalancerArn, Port, Protocol, Certificates, SslPolicy,
                       DefaultActions, AlpnPolicy))

Listener description(const model::Listener& from) {
  Listener item{.ListenerArn = from.id.value,
                .LoadBalancerArn = from.load_balancer.value,
                .Port = from.port,
                .Protocol = from.protocol,
                .Certificates = std::nullopt,
                .SslPolicy = std::nullopt,
                .DefaultActions = {action_item(from)},
                .AlpnPolicy = std::nullopt};
  if (ends_tls(from)) {
    item.Certificates = {
        Certificate{.CertificateArn = from.certificate.value, .IsDefault = std::nullopt}};
    item.SslPolicy = from.ssl_policy;
  }
  if (!from.alpn_policy.empty()) {
    item.AlpnPolicy = {from.alpn_policy};
  }
  return item;
}

struct ListenersAnswer {
  std::vector<Listener> Listeners;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(ListenersAnswer, (), (Listeners, NextMarker))

// ---- What a listener may be ---------------------------------------------------------------------

// Its protocol is one that such a load balancer has and that packets are carried for.
// [API reference, CreateListener]
Result<> check_protocol(const model::LoadBalancer& load_balancer,
                        const std::optional<std::string>& protocol) {
  TRY(check_enum("protocol", protocol,
                 {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"}));
  const bool is_http = protocol == "HTTP" || protocol == "HTTPS";
  if (is_application(load_balancer)) {
    return !protocol || is_http
               ? Result<>()
               : refuse(faults::ValidationError,
                        "Listener protocol '{}' must be one of 'HTTPS, HTTP'", *protocol);
  }
  if (is_http || protocol == "GENEVE") {
    return refuse(faults::ValidationError,
                  "Listener protocol '{}' must be one of 'TCP, TLS, UDP, TCP_UDP, QUIC, TCP_QUIC'",
                  *protocol);
  }
  if (protocol == "QUIC" || protocol == "TCP_QUIC") {
    return refuse(faults::UnsupportedProtocol,
                  "Listeners with the {} protocol are not supported: use TCP, TLS, UDP or TCP_UDP",
                  *protocol);
  }
  return {};
}

// `off` is what a listener has without it.
struct MutualAuthentication {
  std::optional<std::string> Mode;
  std::optional<std::string> TrustStoreArn;
  std::optional<bool> IgnoreClientCertificateExpiry;
  std::optional<std::string> TrustStoreAssociationStatus;
  std::optional<std::string> AdvertiseTrustStoreCaNames;
};
BOOST_DESCRIBE_STRUCT(MutualAuthentication, (),
                      (Mode, TrustStoreArn, IgnoreClientCertificateExpiry,
                       TrustStoreAssociationStatus, AdvertiseTrustStoreCaNames))

template <class Request>
Result<> check_served(const model::LoadBalancer& load_balancer, const Request& request) {
  const auto& mutual = request.MutualAuthentication_;
  if (mutual && !(is_application(load_balancer) && mutual->Mode == "off")) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Mutual authentication is not supported on load balancers with type '{}'",
                  load_balancer.type);
  }
  return {};
}

// What a request's actions come to, in the listener.
Result<> set_actions(const model::World& world, const model::Caller& caller,
                     const model::LoadBalancer& load_balancer,
                     const std::vector<ActionInput>& actions, model::Listener& listener) {
  TRY_ASSIGN(listener.default_action, action_of({.world = world,
                                                 .caller = caller,
                                                 .is_application = is_application(load_balancer),
                                                 .parameter = "defaultActions"},
                                                actions));
  return {};
}

template <class Request>
TlsInput tls_input(const Request& request) {
  return {.ssl_policy = request.SslPolicy,
          .certificates = request.Certificates,
          .alpn_policy = request.AlpnPolicy};
}

std::vector<const model::Listener*> listeners_of(const model::World& world,
                                                 const model::LoadBalancer& load_balancer) {
  std::vector<const model::Listener*> found;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == load_balancer.id) {
      found.push_back(listener.get());
    }
  }
  return found;
}

// ---- CreateListener -----------------------------------------------------------------------------

struct CreateListenerRequest {
  std::string LoadBalancerArn;
  std::optional<std::string> Protocol;
  std::optional<int> Port;
  std::optional<std::string> SslPolicy;
  std::vector<Certificate> Certificates;
  std::vector<ActionInput> DefaultActions;
  std::vector<std::string> AlpnPolicy;
  std::vector<Tag> Tags;
  std::optional<MutualAuthentication> MutualAuthentication_;
};
BOOST_DESCRIBE_STRUCT(CreateListenerRequest, (),
                      (LoadBalancerArn, Protocol, Port, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy, Tags, MutualAuthentication_))

Result<> check_form(const model::LoadBalancer& load_balancer,
                    const CreateListenerRequest& request) {
  TRY(check_number("port", request.Port, kPort));
  TRY(check_protocol(load_balancer, request.Protocol));
  if (!request.Port) {
    return refuse(faults::ValidationError, "A listener port must be specified");
  }
  if (!request.Protocol) {
    return refuse(faults::ValidationError, "A listener protocol must be specified");
  }
  return check_served(load_balancer, request);
}

// The port alone tells a load balancer's listeners apart. The same listener again is the one that
// is there. [the words are recorded]
Result<const model::Listener*> find_twin(const model::World& world,
                                         const model::LoadBalancer& load_balancer,
                                         const model::Listener& wanted) {
  for (const model::Listener* other : listeners_of(world, load_balancer)) {
    if (other->port != wanted.port) {
      continue;
    }
    const auto settings = [](const model::Listener& listener) {
      return std::tie(listener.protocol, listener.certificate, listener.ssl_policy,
                      listener.alpn_policy, listener.default_action);
    };
    if (settings(*other) == settings(wanted)) {
      return other;
    }
    return refuse(faults::DuplicateListener,
                  "A listener already exists on this port for this load balancer '{}'",
                  load_balancer.id);
  }
  return nullptr;
}

Result<ListenersAnswer> create_listener(model::Transaction& tx, const model::Caller& caller,
                                        const CreateListenerRequest& request) {
  TRY_ASSIGN(const auto* const load_balancer,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY(check_form(*load_balancer, request));
  model::Listener made{.owner = caller.account,
                       .region = caller.region,
                       .load_balancer = load_balancer->id,
                       .protocol = *request.Protocol,
                       .port = *request.Port};
  TRY(set_actions(tx.world(), caller, *load_balancer, request.DefaultActions, made));
  TRY(set_tls(tx.world(), caller, tls_input(request), made));
  TRY(check_groups(tx.world(), made));
  TRY(add_tags(made.tags, request.Tags));
  TRY_ASSIGN(const auto* const twin, find_twin(tx.world(), *load_balancer, made));
  if (twin != nullptr) {
    return ListenersAnswer{.Listeners = {description(*twin)}};
  }
  if (model::is_used_up(tx.world(), model::Quota::LoadBalancerListeners,
                        std::ssize(listeners_of(tx.world(), *load_balancer)))) {
    return refuse(faults::TooManyListeners,
                  "The maximum number of {} listeners of load balancer '{}' has been reached",
                  model::quota(tx.world(), model::Quota::LoadBalancerListeners), load_balancer->id);
  }
  made.id = listener_arn(*load_balancer, tx.ids().hex16());
  made.number = tx.next_number();
  const model::Id<model::LoadBalancer> behind = load_balancer->id;
  tx.put(made);
  TRY(check_balancer_targets(tx.world(), *tx.world().find(behind)));
  TRY(check_nothing_to_log(tx.world(), *tx.world().find(behind)));
  return ListenersAnswer{.Listeners = {description(made)}};
}

// ---- DescribeListeners --------------------------------------------------------------------------

struct DescribeListenersRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<std::string> ListenerArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeListenersRequest, (),
                      (LoadBalancerArn, ListenerArns, Marker, PageSize))

Result<std::vector<const model::Listener*>> select(const View& view,
                                                   const DescribeListenersRequest& request) {
  if (request.LoadBalancerArn.has_value() != request.ListenerArns.empty()) {
    return refuse(faults::ValidationError,
                  "You must specify either listener ARNs or a load balancer ARN");
  }
  if (!request.LoadBalancerArn) {
    return find_all<model::Listener>(view.world, view.caller, request.ListenerArns);
  }
  TRY_ASSIGN(const auto* const load_balancer,
             find<model::LoadBalancer>(view.world, view.caller, *request.LoadBalancerArn));
  return listeners_of(view.world, *load_balancer);
}

Result<ListenersAnswer> describe_listeners(const View& view,
                                           const DescribeListenersRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY_ASSIGN(auto found, select(view, request));
  ListenersAnswer answer;
  answer.NextMarker = cut_to_page(page, found, [](const auto* item) { return item->id.value; });
  for (const model::Listener* item : found) {
    answer.Listeners.push_back(description(*item));
  }
  return answer;
}

// ---- Application Load Balancers as targets ------------------------------------------------------

// Where a Network Load Balancer sends to, an ALB's listener stays. [the words are recorded]
Result<> check_no_target(const model::World& world, const model::Listener& listener) {
  const auto* load_balancer = world.find(listener.load_balancer);
  if (load_balancer == nullptr || !is_application(*load_balancer)) {
    return {};
  }
  for (const auto& [id, target] : world.all<model::Target>()) {
    if (target->target_id == listener.load_balancer.value && target->port == listener.port &&
        !model::is_draining(*target)) {
      return refuse(faults::ResourceInUse,
                    "Listener port '{}' is in use by registered target '{}' and cannot be removed.",
                    listener.port, target->target_id);
    }
  }
  return {};
}

// ---- ModifyListener -----------------------------------------------------------------------------

struct ModifyListenerRequest {
  std::string ListenerArn;
  std::optional<int> Port;
  std::optional<std::string> Protocol;
  std::optional<std::string> SslPolicy;
  std::vector<Certificate> Certificates;
  std::vector<ActionInput> DefaultActions;
  std::vector<std::string> AlpnPolicy;
  std::optional<MutualAuthentication> MutualAuthentication_;
};
BOOST_DESCRIBE_STRUCT(ModifyListenerRequest, (),
                      (ListenerArn, Port, Protocol, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy, MutualAuthentication_))

// [the words are recorded]
Result<> check_port_free(const model::World& world, const model::Listener& changed) {
  for (const auto& [id, other] : world.all<model::Listener>()) {
    if (other->load_balancer == changed.load_balancer && other->port == changed.port &&
        other->id != changed.id) {
      return refuse(faults::ValidationError, "Listener port '{}' is already in use", changed.port);
    }
  }
  return {};
}

Result<model::Listener> changed_listener(const model::World& world, const model::Caller& caller,
                                         const model::Listener& now,
                                         const ModifyListenerRequest& request) {
  model::Listener changed = now;
  changed.port = request.Port.value_or(now.port);
  changed.protocol = request.Protocol.value_or(now.protocol);
  if (changed.protocol != now.protocol) {
    changed.attributes.clear();  // they belong to the protocol
  }
  TRY(set_tls(world, caller, tls_input(request), changed));
  if (!request.DefaultActions.empty()) {
    TRY(set_actions(world, caller, *world.find(now.load_balancer), request.DefaultActions,
                    changed));
  }
  return changed;
}

Result<ListenersAnswer> modify_listener(model::Transaction& tx, const model::Caller& caller,
                                        const ModifyListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  const model::Listener before = *found;
  TRY(check_number("port", request.Port, kPort));
  const auto* load_balancer = tx.world().find(before.load_balancer);
  POSTERN_CHECK(load_balancer != nullptr, "a listener's load balancer is there");
  TRY(check_protocol(*load_balancer, request.Protocol));
  TRY(check_served(*load_balancer, request));
  TRY_ASSIGN(const auto changed, changed_listener(tx.world(), caller, before, request));
  if (changed.port != before.port) {
    TRY(check_no_target(tx.world(), before));
  }
  TRY(check_groups(tx.world(), changed));
  TRY(check_port_free(tx.world(), changed));
  tx.put(changed);
  TRY(check_balancer_targets(tx.world(), *tx.world().find(changed.load_balancer)));
  TRY(check_nothing_to_log(tx.world(), *tx.world().find(changed.load_balancer)));
  leave_groups(tx, before);
  return ListenersAnswer{.Listeners = {description(changed)}};
}

// ---- DeleteListener -----------------------------------------------------------------------------

struct DeleteListenerRequest {
  std::string ListenerArn;
};
BOOST_DESCRIBE_STRUCT(DeleteListenerRequest, (), (ListenerArn))

Result<Nothing> delete_listener(model::Transaction& tx, const model::Caller& caller,
                                const DeleteListenerRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Listener>(tx.world(), caller, request.ListenerArn));
  TRY(check_no_target(tx.world(), *found));
  remove_listener(tx, model::Listener(*found));
  return Nothing{};
}

}  // namespace

std::vector<Action> listener_actions() {
  return {write<create_listener>("CreateListener"), read<describe_listeners>("DescribeListeners"),
          write<modify_listener>("ModifyListener"), write<delete_listener>("DeleteListener")};
}

}  // namespace postern::api::elbv2
