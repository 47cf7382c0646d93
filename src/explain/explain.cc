// SPDX-License-Identifier: Apache-2.0
#include "explain/explain.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "dataplane/compile/parts.h"
#include "explain/broken.h"
#include "explain/elsewhere.h"
#include "explain/fix.h"
#include "explain/look_up.h"
#include "explain/walk.h"
#include "model/addresses.h"
#include "model/faults.h"
#include "model/instance_state.h"

namespace postern::explain {
namespace {

using model::Id;
using model::NetworkInterface;
using model::World;

template <class T>
const T* find_as(const World& world, const std::string& name) {
  return world.find(Id<T>(name));
}

const model::Instance* instance_named(const World& world, const std::string& name) {
  if (const auto* instance = find_as<model::Instance>(world, name)) {
    return instance;
  }
  const model::Instance* found = nullptr;
  for (const auto& [id, instance] : world.all<model::Instance>()) {
    const auto tag = instance->tags.find("Name");
    if (tag != instance->tags.end() && tag->second == name) {
      if (found != nullptr) {
        return nullptr;  // two of them: the name means neither
      }
      found = instance.get();
    }
  }
  return found;
}

Result<const NetworkInterface*> source_named(const World& world, const std::string& name) {
  if (const auto* interface = find_as<NetworkInterface>(world, name)) {
    return interface;
  }
  const model::Instance* instance = instance_named(world, name);
  if (instance == nullptr) {
    return refuse(faults::InvalidParameterValue,
                  "there is no instance or network interface {}: from where shall a packet go?",
                  name);
  }
  const auto* interface = world.find(instance->network_interface);
  if (interface == nullptr) {
    return refuse(faults::InvalidParameterValue, "the instance {} is {} and has no interface",
                  instance->id, model::text(instance->state));
  }
  return interface;
}

// What `to` is, as far as it is a record.
struct Meant {
  std::vector<IpAddress> addresses;
  const model::LoadBalancer* balancer = nullptr;  // that is there or behind it
  Id<model::Vpc> vpc;                             // where it is; empty: wherever the source is
  const NetworkInterface* interface = nullptr;    // that it is
};

// The addresses of the interface that the source has a family in common with.
void add_addresses(const NetworkInterface& source, const NetworkInterface& interface,
                   std::vector<IpAddress>& addresses) {
  std::ranges::copy_if(
      model::addresses_of(interface), std::back_inserter(addresses),
      [&](const IpAddress& address) { return model::address_like(source, address).has_value(); });
}

Meant endpoint_meant(const World& world, const NetworkInterface& source,
                     const model::VpcEndpoint& endpoint) {
  Meant meant{.vpc = endpoint.vpc};
  for (const model::EndpointSubnet& subnet : endpoint.subnets) {
    if (const auto* interface = world.find(subnet.network_interface)) {
      add_addresses(source, *interface, meant.addresses);
    }
    if (const auto* balancer = world.find(subnet.load_balancer)) {
      meant.balancer = balancer;
    }
  }
  return meant;
}

Meant balancer_meant(const World& world, const NetworkInterface& source,
                     const model::LoadBalancer& balancer) {
  Meant meant{.balancer = &balancer, .vpc = balancer.vpc};
  for (const model::LoadBalancerZone& zone : balancer.zones) {
    if (const auto* interface = world.find(zone.network_interface)) {
      add_addresses(source, *interface, meant.addresses);
    }
  }
  return meant;
}

// The load balancer at an address, or behind the endpoint there.
const model::LoadBalancer* balancer_at(const World& world, const Ground& ground,
                                       const model::Vpc& vpc, const IpAddress& address) {
  const Place place = place_at(world, ground, vpc, address);
  if (const auto* node = std::get_if<AtNode>(&place)) {
    return node->balancer;
  }
  const auto* endpoint = std::get_if<AtEndpoint>(&place);
  return endpoint != nullptr && endpoint->subnet != nullptr
             ? world.find(endpoint->subnet->load_balancer)
             : nullptr;
}

std::optional<Meant> record_meant(const World& world, const NetworkInterface& source,
                                  const std::string& name) {
  if (const auto* endpoint = find_as<model::VpcEndpoint>(world, name)) {
    return endpoint_meant(world, source, *endpoint);
  }
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    if (id.value == name || (balancer->name == name && balancer->vpc == source.vpc)) {
      return balancer_meant(world, source, *balancer);
    }
  }
  const auto* interface = find_as<NetworkInterface>(world, name);
  if (interface == nullptr) {
    if (const model::Instance* instance = instance_named(world, name)) {
      interface = world.find(instance->network_interface);
    }
  }
  if (interface != nullptr) {
    Meant meant{.vpc = interface->vpc, .interface = interface};
    add_addresses(source, *interface, meant.addresses);
    return meant;
  }
  return std::nullopt;
}

Result<std::uint8_t> protocol_number(const std::string& name) {
  if (name == "tcp") {
    return std::uint8_t{6};
  }
  if (name == "udp") {
    return std::uint8_t{17};
  }
  if (name == "icmp") {
    return std::uint8_t{1};
  }
  return refuse(faults::InvalidParameterValue, "the protocol is tcp, udp or icmp, not {}", name);
}

// The port that the load balancer listens on, if it is one only.
std::optional<std::uint16_t> only_port(const World& world, const model::LoadBalancer* balancer,
                                       std::uint8_t protocol) {
  std::set<int> ports;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    const bool fits = takes(*listener, protocol);
    if (balancer != nullptr && listener->load_balancer == balancer->id && fits) {
      ports.insert(listener->port);
    }
  }
  return ports.size() == 1 ? std::optional(static_cast<std::uint16_t>(*ports.begin()))
                           : std::nullopt;
}

Hop state_of_source(const World& world, const NetworkInterface& source) {
  Hop hop{.step = "source", .resource = source.id.value, .account = source.owner.value};
  if (dataplane::has_link(world, source)) {
    hop.because = fmt::format("{} in {}", source.address.text(), source.subnet);
    return hop;
  }
  if (const auto* fault = model::darkening(world, source)) {
    return cut_off(source, *fault, std::nullopt);
  }
  hop.judgement = Judgement::Stops;
  hop.because = "nothing that runs is behind the interface";
  if (source.attachment) {
    if (const auto* instance = find_as<model::Instance>(world, source.attachment->instance_id)) {
      hop.because = fmt::format("{} is {}", instance->id, model::text(instance->state));
    }
  }
  hop.advice = "send from an instance that runs";
  return hop;
}

Hop in_another_vpc(const World& world, const NetworkInterface& source, const std::string& to,
                   const Meant& meant) {
  Hop hop{
      .step = "VPC",
      .resource = to,
      .account = source.owner.value,
      .judgement = Judgement::Stops,
      .because = fmt::format("{} is in {}, and {} in {}: from one VPC only its own addresses are "
                             "reached",
                             to, meant.vpc, source.id, source.vpc),
      .advice = "what is behind an endpoint is asked for by the endpoint"};
  const auto* endpoint =
      meant.interface != nullptr ? endpoint_towards(world, source, *meant.interface) : nullptr;
  if (endpoint != nullptr) {
    hop.advice = fmt::format("{} leads to it: ask for that", endpoint->id);
  }
  return hop;
}

}  // namespace

Ask ask_of(std::string from, std::string_view to) {
  Ask ask{.from = std::move(from), .to = std::string(to)};
  if (IpAddress::parse(to)) {
    return ask;  // an IPv6 address, whose last part is no port
  }
  const std::size_t colon = to.rfind(':');
  if (colon == std::string_view::npos) {
    return ask;
  }
  const std::string_view digits = to.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!digits.empty() && error == std::errc{} && end == digits.data() + digits.size()) {
    std::string_view host = to.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {  // RFC 3986, 3.2.2
      host = host.substr(1, host.size() - 2);
    }
    ask.to = std::string(host);
    ask.port = port;
  }
  return ask;
}

Path explain_path(const World& world, const NetworkInterface& source, const IpAddress& destination,
                  const Traffic& traffic) {
  return Walk(world, Ground(world), source, destination, traffic, {}).run();
}

namespace {

// What is in another region than the source is mended there.
void say_regions(const World& world, const std::string& region, std::vector<Hop>& hops) {
  for (Hop& hop : hops) {
    for (Fix& fix : hop.fixes) {
      fix.command = typed_in(world, region, std::move(fix.command));
    }
  }
}

Result<Explanation> explain_here(const World& world, const Ask& ask, const Sight& sight) {
  TRY_ASSIGN(const NetworkInterface* source, source_named(world, ask.from));
  TRY_ASSIGN(const std::uint8_t protocol, protocol_number(ask.protocol));
  const Ground ground(world);
  Explanation explanation{.source = source->id.value,
                          .account = source->owner.value,
                          .address = source->address,
                          .traffic = {.protocol = protocol, .established = ask.established}};
  explanation.lookup.push_back(state_of_source(world, *source));
  if (auto hop = disturbed(world, *source)) {
    explanation.lookup.push_back(std::move(*hop));
  }

  auto meant = record_meant(world, *source, ask.to);
  if (meant && !meant->vpc.empty() && meant->vpc != source->vpc) {
    explanation.lookup.push_back(in_another_vpc(world, *source, ask.to, *meant));
    return explanation;
  }
  if (const auto service = meant ? std::nullopt : service_meant(world, *source, ask.to)) {
    meant =
        service->endpoint != nullptr ? endpoint_meant(world, *source, *service->endpoint) : Meant{};
    explanation.lookup.insert(explanation.lookup.end(), service->hops.begin(), service->hops.end());
  }
  if (!meant) {
    meant.emplace();
    if (const auto address = IpAddress::parse(ask.to)) {
      meant->addresses = {*address};
    } else if (ask.to.find('.') != std::string::npos) {
      meant->addresses = look_up(world, *source, ask.to, explanation.lookup);
    } else {
      return refuse(
          faults::InvalidParameterValue,
          "there is no {}: name an endpoint, instance, interface, load balancer, endpoint "
          "service, IP address or DNS name",
          ask.to);
    }
    const model::Vpc* vpc = world.find(source->vpc);
    if (vpc != nullptr && !meant->addresses.empty()) {
      meant->balancer = balancer_at(world, ground, *vpc, meant->addresses.front());
    }
  }
  const auto port = ask.port ? ask.port : only_port(world, meant->balancer, protocol);
  if (protocol != 1 && !port && !meant->addresses.empty()) {
    return refuse(faults::InvalidParameterValue, "which port of {}? Write {}:PORT", ask.to, ask.to);
  }
  explanation.traffic.port = protocol == 1 ? std::uint16_t{0} : port.value_or(0);
  for (const IpAddress& address : meant->addresses) {
    explanation.paths.push_back(
        Walk(world, ground, *source, address, explanation.traffic, sight).run());
  }
  return explanation;
}

}  // namespace

Result<Explanation> explain(const World& world, const Ask& ask, const Sight& sight) {
  TRY_ASSIGN(Explanation explanation, explain_here(world, ask, sight));
  const auto* source = find_as<NetworkInterface>(world, explanation.source);
  const std::string region = source != nullptr ? source->region : "";
  say_regions(world, region, explanation.lookup);
  for (Path& path : explanation.paths) {
    say_regions(world, region, path.hops);
    for (Branch& branch : path.branches) {
      say_regions(world, region, branch.hops);
    }
  }
  return explanation;
}

}  // namespace postern::explain
