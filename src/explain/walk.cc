// SPDX-License-Identifier: Apache-2.0
#include "explain/walk.h"

#include <fmt/format.h>

#include "explain/acls.h"
#include "explain/broken.h"
#include "explain/elsewhere.h"
#include "explain/fix.h"
#include "explain/listening.h"
#include "explain/packet.h"
#include "model/addresses.h"
#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"
#include "model/faults.h"
#include "model/instance_state.h"
#include "model/public_addresses.h"
#include "model/target_health.h"

namespace postern::explain {

using dataplane::Verdict;
using model::World;

namespace {

constexpr const char* kForgotten = "no such connection is tracked any more";

// The instance that does not run and whose interface has the address; null: none.
const model::Instance* resting_at(const World& world, const Ground& ground, const model::Vpc& vpc,
                                  const IpAddress& address) {
  const auto* interface = ground.interface_at(vpc.id, address);
  return interface != nullptr && interface->attachment
             ? world.find(model::Id<model::Instance>(interface->attachment->instance_id))
             : nullptr;
}

// "10.0.0.0/16, 2600:1f00::/56".
std::string blocks_of(const model::Vpc& vpc) {
  std::string text;
  for (const Cidr& cidr : model::cidrs_of(vpc)) {
    text += (text.empty() ? "" : ", ") + cidr.text();
  }
  return text;
}

}  // namespace

Walk::Walk(const World& world, const Ground& ground, const model::NetworkInterface& source,
           IpAddress destination, Traffic traffic, const Sight& sight)
    : world_(world),
      ground_(ground),
      source_(source),
      vpc_(world.find(source.vpc)),
      from_(source_address(source, destination)),
      traffic_(traffic),
      sight_(sight) {
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
  if (!path_.destination.is_v4() && source_.ipv6_addresses.empty()) {
    add({.step = "address of the source",
         .resource = source_.id.value,
         .account = source_.owner.value,
         .judgement = Judgement::Stops,
         .because = "it has no IPv6 address: nothing is sent",
         .fixes = {{source_.owner.value, assign_ipv6_command(source_)}}});
  }
  const Place place = place_at(world_, ground_, *vpc_, path_.destination);
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
                {.step = "outbound rules of the source",
                 .verdict = Verdict::SourceEgressDenied,
                 .subject = {.interface = source_.id.value}}));
}

// What stands at the destination of the source's own VPC, where a rule may name the source's
// groups.
Hop Walk::ask_inbound_rules(const model::NetworkInterface& interface, const char* step,
                            Verdict denied) const {
  return ask_rules(world_,
                   {.groups = interface.groups,
                    .egress = false,
                    .traffic = traffic_,
                    .peer = {from_, source_.groups}},
                   {.step = step, .verdict = denied, .subject = {.interface = interface.id.value}});
}

void Walk::go_on(const Nothing&) {
  leave({});
  if (const auto* instance = resting_at(world_, ground_, *vpc_, path_.destination)) {
    add({.step = "destination",
         .resource = instance->id.value,
         .account = instance->owner.value,
         .judgement = Judgement::Stops,
         .because = fmt::format("{} has the address {} and is {}", instance->id,
                                path_.destination.text(), model::text(instance->state)),
         .verdict = Verdict::DestinationUnknown,
         .advice = "ask for one that runs"});
  } else if (model::is_within(*vpc_, path_.destination)) {
    add({.step = "destination",
         .resource = vpc_->id.value,
         .account = vpc_->owner.value,
         .judgement = Judgement::Stops,
         .because = fmt::format("nothing in the VPC has the address {}", path_.destination.text()),
         .verdict = Verdict::DestinationUnknown,
         .advice = "ask for the address of something that runs"});
  } else {
    const RouteOut route = route_out(world_, source_, path_.destination);
    Hop hop{.step = "route",
            .resource = route.table.empty() ? vpc_->id.value : route.table,
            .account = vpc_->owner.value,
            .judgement = Judgement::Stops,
            .because = fmt::format("{} is outside the VPC's {}, and {}", path_.destination.text(),
                                   blocks_of(*vpc_),
                                   route.words.empty() ? "no route leads there" : route.words),
            .verdict = Verdict::NoRoute,
            .advice = "what is in another VPC is reached by an endpoint, not by a route"};
    if (const auto* known = model::publicly_at(world_, source_.vpc, path_.destination)) {
      hop.because += fmt::format("; it is the public address of {}", resource_of(*known));
      hop.advice = fmt::format("ask for its private address {}", known->address.text());
    }
    add(std::move(hop));
  }
  if (auto elsewhere = same_address_elsewhere(world_, source_, path_.destination)) {
    add(std::move(*elsewhere));
  }
}

void Walk::go_on(const Router&) {
  add({.step = "destination",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = Judgement::Stops,
       .because = "it is the VPC's router, which answers ARP only",
       .verdict = Verdict::RouterSilent,
       .advice = "ask for an instance or an endpoint"});
}

void Walk::go_on(const Resolver&) {
  path_.admitted = Verdict::ServiceAdmitted;
  if (traffic_.established) {
    refuse_forgotten("connection", vpc_->id.value, vpc_->owner.value, Verdict::NoFlow, kForgotten);
    return;
  }
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
  if (traffic_.established) {
    refuse_forgotten("connection", vpc_->id.value, vpc_->owner.value, Verdict::NoFlow, kForgotten);
    return;
  }
  add({.step = "destination",
       .resource = vpc_->id.value,
       .account = vpc_->owner.value,
       .judgement = Judgement::Unknown,
       .because = "instance metadata, which no security group filters"});
}

void Walk::pass(const model::NetworkInterface& interface, const std::string& resource) {
  const IpAddress address =
      model::address_like(interface, path_.destination).value_or(interface.address);
  path_.passages.push_back({interface.id.value, address, resource, interface.owner.value});
}

void Walk::go_on(const Dark& place) {
  leave({});
  add(cut_off(*place.interface, *place.fault, Verdict::DestinationUnknown));
}

void Walk::go_on(const AtInstance& place) {
  path_.admitted = Verdict::InstanceAdmitted;
  pass(*place.interface, resource_of(*place.interface));
  path_.zone = place.interface->zone;
  leave(place.interface->groups);
  if (auto hop = disturbed(world_, *place.interface)) {
    add(std::move(*hop));
  }
  add(ask_inbound_rules(*place.interface, "inbound rules of the destination",
                        Verdict::DestinationIngressDenied));
  if (traffic_.established) {
    refuse_forgotten("connection", place.interface->id.value, place.interface->owner.value,
                     Verdict::NoFlow, kForgotten);
    return;
  }
  ask_acls_there_and_back({place.interface, "destination"}, Verdict::DestinationAclDenied);
  if (auto hop = ask_listening(sight_, *place.interface, path_.destination, traffic_,
                               "what listens there")) {
    add(std::move(*hop));
  }
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
       .verdict = Verdict::EndpointIcmp,
       .advice = "try a connection to one of its ports instead"});
  return true;
}

// [EC2 user guide, "Idle connection tracking timeout"; NLB guide, "Connection idle timeout"]
void Walk::refuse_forgotten(const std::string& step, const std::string& resource,
                            const std::string& account, Verdict verdict, const std::string& because,
                            std::string_view or_else) {
  add({.step = step,
       .resource = resource,
       .account = account,
       .judgement = Judgement::Stops,
       .because = because,
       .verdict = verdict,
       .advice =
           fmt::format("connect again, and send keep-alives more often than that{}", or_else)});
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
  pass(*place.interface, endpoint.id.value);
  if (const auto* node = model::node_behind(world_, *place.subnet)) {
    if (const auto* fault = model::darkening(world_, *node)) {
      add(cut_off(*node, *fault, Verdict::EndpointMissing));
    }
  }
  const auto service = model::service_of(world_, endpoint);
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
    if (service && may_be_accepted) {
      connection.because += fmt::format(": {} has not accepted it", service->owner);
      connection.fixes.push_back({service->owner.value, accept_command(endpoint)});
    } else if (!service) {
      connection.because +=
          fmt::format(": its service {} is deleted, and nobody can accept it", endpoint.service);
      connection.advice = "make an endpoint to another service";
    } else {
      connection.advice = "make another endpoint to the service";
    }
  }
  add(std::move(connection));
  if (refuse_ping("endpoint", endpoint.id.value, endpoint.owner.value)) {
    return;
  }
  add(ask_inbound_rules(*place.interface, "inbound rules of the endpoint",
                        Verdict::EndpointIngressDenied));
  if (model::leads_to_aws(endpoint)) {
    reach_aws(place);
    return;
  }

  const auto* balancer = world_.find(place.subnet->load_balancer);
  const auto* zone = model::entered_zone(world_, *place.subnet);
  const bool is_remote = model::is_cross_region(endpoint);
  Hop entry{.step = is_remote ? "load balancer in the service's region"
                              : "load balancer in the endpoint's zone",
            .resource = place.subnet->load_balancer.value,
            .account = balancer != nullptr ? balancer->owner.value : ""};
  if (zone == nullptr || world_.find(zone->network_interface) == nullptr) {
    entry.judgement = Judgement::Stops;
    entry.verdict = Verdict::EndpointWithoutNode;
    if (is_remote) {
      entry.because = fmt::format("it has no node that is entered from {}", endpoint.region);
      entry.advice = "give the load balancer zones that support access from other Regions";
      add(std::move(entry));
      return;
    }
    entry.because = fmt::format("it has no node in {} ({} of the endpoint's owner)",
                                place.subnet->zone_id, place.subnet->zone);
    if (balancer != nullptr) {
      if (std::string command = add_zone_command(world_, *balancer, place.subnet->zone_id);
          !command.empty()) {
        entry.fixes.push_back({balancer->owner.value, std::move(command)});
      } else {
        entry.advice = "make a subnet in that zone, and give the load balancer a node there";
      }
    }
    add(std::move(entry));
    return;
  }
  const AtNode node = node_of(world_, *balancer, *zone);
  pass(*node.interface, balancer->id.value);
  entry.because =
      fmt::format("its node {} in {}", path_.passages.back().address.text(), zone->zone_id);
  add(std::move(entry));
  enter({.node = node,
         .endpoint = place.interface,
         .ask_inbound = balancer->enforce_inbound_rules_on_private_link});
}

// A service of AWS's: Postern answers at the endpoint's own address, or nobody does.
void Walk::reach_aws(const AtEndpoint& place) {
  const model::VpcEndpoint& endpoint = *place.endpoint;
  path_.admitted = Verdict::AwsServiceAdmitted;
  Hop service{.step = "service of AWS's",
              .resource = endpoint.service_name,
              .account = endpoint.owner.value,
              .because = "Postern answers for it, at the endpoint's own address"};
  if (!model::served_as(endpoint)) {
    service.judgement = Judgement::Stops;
    service.because = "Postern does not serve it: nothing is behind the endpoint";
    service.verdict = Verdict::AwsServiceUnserved;
    service.advice = "the endpoint can be made and described, and no more";
  } else if (traffic_.protocol != 6 ||
             (traffic_.port != kPnAwsHttp && traffic_.port != kPnAwsHttps)) {
    service.judgement = Judgement::Stops;
    service.because = "AWS's services are asked by TCP, on the ports 80 and 443";
    service.verdict = Verdict::AwsServicePort;
    service.advice = "ask for port 443";
  }
  add(std::move(service));
  if (traffic_.established) {
    refuse_forgotten("connection", endpoint.id.value, endpoint.owner.value, Verdict::NoFlow,
                     kForgotten);
    return;
  }
  ask_acls_there_and_back({place.interface, "endpoint"}, Verdict::EndpointAclDenied);
}

// Of a packet that is sent on as it is, and of its answer.
void Walk::ask_acls_there_and_back(const End& there, Verdict in_denied) {
  const End source{&source_, "source"};
  ask_acls(world_,
           {.from = source,
            .to = there,
            .source = from_,
            .destination = path_.destination,
            .ports = ports_of(traffic_),
            .out_denied = Verdict::SourceAclDenied,
            .in_denied = in_denied},
           path_.hops);
  ask_acls(world_,
           {.from = there,
            .to = source,
            .source = path_.destination,
            .destination = from_,
            .ports = answers_to_client(traffic_)},
           path_.hops);
}

void Walk::go_on(const AtNode& place) {
  pass(*place.interface, place.balancer->id.value);
  path_.admitted = Verdict::BalancerAdmitted;
  path_.zone = place.interface->zone;
  leave(place.interface->groups);
  if (!refuse_ping("load balancer", place.balancer->id.value, place.balancer->owner.value)) {
    enter({.node = place});
  }
}

}  // namespace postern::explain
