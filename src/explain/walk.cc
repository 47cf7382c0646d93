// SPDX-License-Identifier: Apache-2.0
#include "explain/walk.h"

#include <fmt/format.h>

#include "explain/acls.h"
#include "explain/fix.h"
#include "model/endpoint_state.h"
#include "model/target_health.h"

namespace postern::explain {

using dataplane::Verdict;
using model::World;

Walk::Walk(const World& world, const dataplane::InterfaceIndex& linked,
           const model::NetworkInterface& source, IpAddress destination, Traffic traffic)
    : world_(world),
      linked_(linked),
      source_(source),
      vpc_(world.find(source.vpc)),
      traffic_(traffic) {
  path_.destination = destination;
}

Path Walk::run() && {
  if (vpc_ == nullptr) {
    add({.step = "VPC of the source",
         .resource = source_.vpc.value,
         .judgement = Judgement::Stops,
         .because = "it is gone"});
    return std::move(path_);
  }
  const Place place = place_at(world_, linked_, *vpc_, path_.destination);
  std::visit([this](const auto& at) { go_on(at); }, place);
  return std::move(path_);
}

// The source's outbound rules. A rule may name the groups of what is at the destination.
void Walk::leave(const GroupIds& groups_there) {
  add(ask_rules(world_,
                {.groups = source_.groups,
                 .egress = true,
                 .traffic = traffic_,
                 .peer = {path_.destination, groups_there}},
                {.step = "outbound rules of the source", .verdict = Verdict::SourceEgressDenied}));
}

// What stands at the destination of the source's own VPC, where a rule may name the source's
// groups.
Hop Walk::ask_inbound_rules(const model::NetworkInterface& interface, const char* step,
                            Verdict denied) const {
  return ask_rules(world_,
                   {.groups = interface.groups,
                    .egress = false,
                    .traffic = traffic_,
                    .peer = {source_.address, source_.groups}},
                   {.step = step, .verdict = denied});
}

void Walk::go_on(const Nothing&) {
  leave({});
  const bool inside = vpc_->cidr.contains(path_.destination);
  add({.step = inside ? "destination" : "route",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = Judgement::Stops,
       .because =
           inside ? fmt::format("nothing in the VPC has the address {}", path_.destination.text())
                  : fmt::format("{} is outside the VPC's {}, and no route leads there",
                                path_.destination.text(), vpc_->cidr.text()),
       .verdict = inside ? Verdict::DestinationUnknown : Verdict::NoRoute});
}

void Walk::go_on(const Router&) {
  add({.step = "destination",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = Judgement::Stops,
       .because = "it is the VPC's router, which answers ARP only",
       .verdict = Verdict::RouterSilent});
}

void Walk::go_on(const Resolver&) {
  path_.admitted = Verdict::ServiceAdmitted;
  const bool dns = traffic_.protocol != 1 && traffic_.port == 53;
  add({.step = "destination",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = dns ? Judgement::Passes : Judgement::Unknown,
       .because = dns ? "the VPC's resolver, which no security group filters"
                      : "the VPC's resolver, which answers DNS on port 53 only"});
}

void Walk::go_on(const Metadata&) {
  path_.admitted = Verdict::ServiceAdmitted;
  add({.step = "destination",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = Judgement::Unknown,
       .because = "instance metadata, which no security group filters"});
}

void Walk::go_on(const AtInstance& place) {
  path_.admitted = Verdict::InstanceAdmitted;
  path_.zone = place.interface->zone;
  leave(place.interface->groups);
  add(ask_inbound_rules(*place.interface, "inbound rules of the destination",
                        Verdict::DestinationIngressDenied));
  const End source{&source_, "source"};
  const End destination{place.interface, "destination"};
  ask_acls(world_,
           {.from = source,
            .to = destination,
            .source = source_.address,
            .destination = path_.destination,
            .ports = ports_of(traffic_),
            .out_denied = Verdict::SourceAclDenied,
            .in_denied = Verdict::DestinationAclDenied},
           path_.hops);
  ask_acls(world_,
           {.from = destination,
            .to = source,
            .source = path_.destination,
            .destination = source_.address,
            .ports = answers_to_client(traffic_)},
           path_.hops);
}

// [NLB guide, "Network Load Balancer overview"; PrivateLink guide: TCP and UDP only]
bool Walk::refuse_ping(const std::string& step, const std::string& resource,
                       const std::string& account) {
  if (traffic_.protocol != 1) {
    return false;
  }
  add({.step = step,
       .resource = resource,
       .account = account,
       .judgement = Judgement::Stops,
       .because = "endpoints and load balancers carry TCP and UDP only: they do not answer ping",
       .verdict = Verdict::EndpointIcmp});
  return true;
}

void Walk::go_on(const AtEndpoint& place) {
  path_.admitted = Verdict::EndpointAdmitted;
  path_.zone = place.interface->zone;
  leave(place.interface->groups);
  if (place.endpoint == nullptr) {
    add({.step = "endpoint",
         .resource = place.interface->id.value,
         .judgement = Judgement::Stops,
         .because = "the endpoint is deleted",
         .verdict = Verdict::EndpointMissing});
    return;
  }
  const model::VpcEndpoint& endpoint = *place.endpoint;
  const auto* service = world_.find(endpoint.service);
  Hop connection{.step = "connection of the endpoint",
                 .resource = endpoint.id.value,
                 .account = endpoint.owner.value};
  if (model::forwards(endpoint.state)) {
    connection.because = fmt::format("accepted: {}", model::text(endpoint.state));
  } else {
    connection.judgement = Judgement::Stops;
    connection.verdict = Verdict::EndpointNotAccepted;
    connection.because = fmt::format("its state is {}", model::text(endpoint.state));
    const bool may_be_accepted =
        model::next(endpoint.state, model::EndpointEvent::Accept).has_value();
    if (service != nullptr && may_be_accepted) {
      connection.because += fmt::format(": {} has not accepted it", service->owner);
      connection.fixes.push_back({service->owner.value, accept_command(endpoint)});
    }
  }
  add(std::move(connection));
  if (refuse_ping("endpoint", endpoint.id.value, endpoint.owner.value)) {
    return;
  }
  add(ask_inbound_rules(*place.interface, "inbound rules of the endpoint",
                        Verdict::EndpointIngressDenied));

  const auto* balancer = world_.find(place.subnet->load_balancer);
  const auto* zone =
      balancer != nullptr ? model::zone_of(*balancer, place.subnet->zone_id) : nullptr;
  Hop entry{.step = "load balancer in the endpoint's zone",
            .resource = place.subnet->load_balancer.value,
            .account = balancer != nullptr ? balancer->owner.value : ""};
  if (zone == nullptr || world_.find(zone->network_interface) == nullptr) {
    entry.judgement = Judgement::Stops;
    entry.verdict = Verdict::EndpointWithoutNode;
    entry.because = fmt::format("it has no node in {} ({} of the endpoint's owner)",
                                place.subnet->zone_id, place.subnet->zone);
    if (balancer != nullptr) {
      if (std::string command = add_zone_command(world_, *balancer, place.subnet->zone_id);
          !command.empty()) {
        entry.fixes.push_back({balancer->owner.value, std::move(command)});
      }
    }
    add(std::move(entry));
    return;
  }
  const AtNode node = node_of(world_, *balancer, *zone);
  entry.because = fmt::format("its node {} in {}", node.interface->address.text(), zone->zone_id);
  add(std::move(entry));
  enter({.node = node,
         .endpoint = place.interface,
         .ask_inbound = balancer->enforce_inbound_rules_on_private_link});
}

void Walk::go_on(const AtNode& place) {
  path_.admitted = Verdict::BalancerAdmitted;
  path_.zone = place.interface->zone;
  leave(place.interface->groups);
  if (!refuse_ping("load balancer", place.balancer->id.value, place.balancer->owner.value)) {
    enter({.node = place});
  }
}

}  // namespace postern::explain
