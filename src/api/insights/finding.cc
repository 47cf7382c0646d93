// SPDX-License-Identifier: Apache-2.0
#include "api/insights/finding.h"

#include <algorithm>
#include <set>

#include "explain/explain.h"
#include "model/endpoint_state.h"

namespace postern::api::insights {
namespace {

using dataplane::Verdict;
using explain::Explanation;
using explain::Hop;
using explain::Judgement;
using model::Id;
using model::NetworkInsightsPath;
using model::NetworkInterface;
using model::World;

// How many ports are tried where the path names none.
constexpr std::size_t kPortsMax = 64;

// One of the ways that a connection may take: through one of the destination's addresses, to one
// target.
struct Way {
  IpAddress destination;
  std::vector<Hop> hops;

  bool is_open() const {
    return std::ranges::none_of(hops,
                                [](const Hop& hop) { return hop.judgement == Judgement::Stops; });
  }
};

class Finder {
 public:
  Finder(const World& world, const NetworkInsightsPath& path) : world_(world), path_(path) {}

  Result<Finding> run() {
    Finding finding;
    for (const std::uint16_t port : ports()) {
      TRY_ASSIGN(const Explanation explanation,
                 explain::explain(world_, {.from = id_in(path_.source),
                                           .to = destination(),
                                           .protocol = path_.protocol,
                                           .port = port}));
      finding = finding_of(explanation);
      if (finding.path_found) {
        break;
      }
    }
    return finding;
  }

 private:
  std::string destination() const {
    return path_.destination.empty() ? path_.destination_ip : id_in(path_.destination);
  }

  // Without a port any will do: those that rules and listeners speak of, and one that none may.
  std::vector<std::uint16_t> ports() const {
    if (path_.destination_port != 0) {
      return {static_cast<std::uint16_t>(path_.destination_port)};
    }
    std::set<int> told = {65535};
    for (const auto& [id, listener] : world_.all<model::Listener>()) {
      if (listener->owner == path_.owner) {
        told.insert(listener->port);
      }
    }
    for (const auto& [id, group] : world_.all<model::SecurityGroup>()) {
      for (const model::SecurityGroupRule& rule : group->rules) {
        if (group->owner == path_.owner && rule.from_port > 0) {
          told.insert(rule.from_port);
        }
      }
    }
    std::vector<std::uint16_t> out;
    for (const int port : told) {
      if (out.size() < kPortsMax) {
        out.push_back(static_cast<std::uint16_t>(port));
      }
    }
    return out;
  }

  // Cross-account analyses need an organization; without one, the rest of the way is not known.
  bool is_seen(const Hop& hop) const {
    return hop.account.empty() || hop.account == path_.owner.value;
  }

  void add_seen(const std::vector<Hop>& hops, Way& way) {
    for (const Hop& hop : hops) {
      if (is_seen(hop)) {
        way.hops.push_back(hop);
      } else {
        leaves_account_ = true;
      }
    }
  }

  std::vector<Way> ways_of(const Explanation& explanation) {
    std::vector<Way> ways;
    for (const explain::Path& path : explanation.paths) {
      if (!path.destination.is_v4()) {
        continue;  // [EC2 API, CreateNetworkInsightsPath: addresses are IPv4]
      }
      Way way{.destination = path.destination, .hops = {}};
      add_seen(explanation.lookup, way);
      add_seen(path.hops, way);
      for (const explain::Branch& branch : path.branches) {
        Way to_target = way;
        add_seen(branch.hops, to_target);
        ways.push_back(std::move(to_target));
      }
      if (path.branches.empty()) {
        ways.push_back(std::move(way));
      }
    }
    if (ways.empty()) {
      Way way;
      add_seen(explanation.lookup, way);
      ways.push_back(std::move(way));
    }
    return ways;
  }

  Finding finding_of(const Explanation& explanation) {
    source_ = world_.find(Id<NetworkInterface>(explanation.source));
    port_ = explanation.traffic.port;
    std::vector<Way> ways = ways_of(explanation);
    Finding finding;
    if (auto restriction = address_restriction(ways)) {
      finding.explanations.push_back(std::move(*restriction));
      return finding;
    }
    std::ranges::stable_sort(ways, {}, [](const Way& way) { return way.hops.size(); });
    const auto open = std::ranges::find_if(ways, &Way::is_open);
    if (open == ways.end()) {
      finding.explanations = explanations_of(ways);
      return finding;
    }
    finding.path_found = true;
    add_components(*open, finding);
    if (leaves_account_) {
      finding.warning = "The path goes on in another account. What is there was not analyzed.";
    }
    return finding;
  }

  // The addresses that the path was given for its ends must be theirs.
  std::optional<ExplanationItem> address_restriction(std::vector<Way>& ways) const {
    if (!path_.source_ip.empty() && path_.source_ip != source_->address.text() &&
        source_->source_dest_check) {
      return ExplanationItem{.address = path_.source_ip,
                             .direction = "egress",
                             .explanationCode = "ENI_SOURCE_DEST_CHECK_RESTRICTION",
                             .networkInterface = component(source_->id.value)};
    }
    const auto wanted = IpAddress::parse(path_.destination_ip);
    if (!wanted) {
      return std::nullopt;
    }
    const bool is_there =
        std::ranges::any_of(ways, [&](const Way& way) { return way.destination == *wanted; });
    if (!is_there) {
      return ExplanationItem{.address = path_.destination_ip,
                             .destination = component(destination()),
                             .direction = "ingress",
                             .explanationCode = "ENI_ADDRESS_RESTRICTION"};
    }
    std::erase_if(ways, [&](const Way& way) { return way.destination != *wanted; });
    return std::nullopt;
  }

  // ---- What stops it ----

  std::vector<ExplanationItem> explanations_of(const std::vector<Way>& ways) const {
    std::vector<ExplanationItem> out;
    std::set<std::string> told;
    for (const Way& way : ways) {
      for (const Hop& hop : way.hops) {
        if (hop.judgement == Judgement::Stops &&
            told.insert(hop.step + hop.resource + hop.because).second) {
          out.push_back(explanation_of(hop, way));
        }
      }
    }
    return out;
  }

  ExplanationItem explanation_of(const Hop& hop, const Way& way) const {
    if (!hop.subject.acl.empty()) {
      return of_acl(hop);
    }
    if (!hop.subject.groups.empty()) {
      return of_groups(hop);
    }
    ExplanationItem item{.vpc = component(source_->vpc.value)};
    const auto is = [&](Verdict verdict) { return hop.verdict == verdict; };
    if (is(Verdict::NoRoute) || hop.step == "VPC") {
      item.explanationCode = "NO_ROUTE_TO_DESTINATION";
      item.routeTable = component(route_table().value);
      item.address =
          way.destination == IpAddress() ? std::nullopt : std::optional(way.destination.text());
      if (!path_.destination.empty()) {
        item.destination = component(destination());
      }
    } else if (is(Verdict::DestinationUnknown) || is(Verdict::RouterSilent)) {
      item.explanationCode = "NO_POSSIBLE_DESTINATION";
      item.address = way.destination.text();
    } else if (is(Verdict::EndpointWithoutNode)) {
      item.explanationCode = "VPCE_SERVICE_NOT_INSTALLED_IN_AZ";
      item.loadBalancerArn = hop.resource;
    } else if (is(Verdict::NoListener)) {
      item.explanationCode = "ELBV2_LISTENERS_MISMATCH";
      item.loadBalancerArn = hop.resource;
      item.port = port_;
      item.protocolSet.emplace().push_back(path_.protocol);
    } else if (is(Verdict::TargetGroupEmpty)) {
      item.explanationCode = "ELBV2_LISTENER_HAS_NO_TG";
      item.loadBalancerTargetGroup = component(hop.resource);
    } else if (is(Verdict::ZoneWithoutTargets)) {
      item.explanationCode = "ELBV2_NO_TARGETS_IN_AZ";
      item.loadBalancerTargetGroup = component(hop.resource);
    } else {
      // An endpoint that is not accepted, an instance that does not run, a target that is gone.
      item.explanationCode = "BAD_STATE";
      item.component = component(hop.resource);
      if (const auto* endpoint = world_.find(Id<model::VpcEndpoint>(hop.resource))) {
        item.state = model::text(endpoint->state);
        item.vpcEndpoint = item.component;
      }
    }
    return item;
  }

  // Of an interface: its id, subnet and VPC.
  void set_interface(const std::string& id, ExplanationItem& item) const {
    if (const auto* interface = world_.find(Id<NetworkInterface>(id))) {
      item.subnet = component(interface->subnet.value);
      item.vpc = component(interface->vpc.value);
    }
  }

  ExplanationItem of_acl(const Hop& hop) const {
    ExplanationItem item{.acl = component(hop.subject.acl),
                         .aclRule = hop.subject.entry ? item_of(*hop.subject.entry)
                                                      : last_acl_rule(hop.subject.egress),
                         .direction = hop.subject.egress ? "egress" : "ingress",
                         .explanationCode = "SUBNET_ACL_RESTRICTION"};
    set_interface(hop.subject.interface, item);
    return item;
  }

  ExplanationItem of_groups(const Hop& hop) const {
    ExplanationItem item{.direction = hop.subject.egress ? "egress" : "ingress",
                         .explanationCode = "SG_HAS_NO_RULES",
                         .networkInterface = component(hop.subject.interface)};
    item.securityGroupSet.emplace();
    for (const std::string& id : hop.subject.groups) {
      item.securityGroupSet->push_back(component(id));
      const auto* group = world_.find(Id<model::SecurityGroup>(id));
      if (group != nullptr &&
          std::ranges::any_of(group->rules, [&](const model::SecurityGroupRule& rule) {
            return rule.egress == hop.subject.egress;
          })) {
        item.explanationCode = "ENI_SG_RULES_MISMATCH";
      }
    }
    set_interface(hop.subject.interface, item);
    return item;
  }

  // ---- The way ----

  void add_components(const Way& way, Finding& finding) const {
    std::vector<PathComponentItem>& out = finding.forward_path;
    const std::string instance = source_->attachment ? source_->attachment->instance_id : "";
    if (!instance.empty()) {
      out.push_back({.component = component(instance)});
    }
    PathComponentItem first = interface_item(*source_);
    first.outboundHeader = header(way.destination);
    out.push_back(std::move(first));
    bool routed = false;
    for (const Hop& hop : way.hops) {
      if (hop.subject.for_answers) {
        add_hop(hop, finding.return_path);
        continue;
      }
      // The source's own rules come before the route.
      if (!routed && !hop.subject.groups.empty() && !hop.subject.egress) {
        routed = true;
        out.push_back(route_item(way.destination));
      }
      add_hop(hop, out);
    }
    add_end(way.destination, out);
    for (auto* list : {&finding.forward_path, &finding.return_path}) {
      int number = 0;
      for (PathComponentItem& item : *list) {
        item.sequenceNumber = ++number;
      }
    }
  }

  void add_hop(const Hop& hop, std::vector<PathComponentItem>& out) const {
    PathComponentItem item;
    if (!hop.subject.acl.empty()) {
      item.component = component(hop.subject.acl);
      if (hop.subject.entry) {
        item.aclRule = item_of(*hop.subject.entry);
      }
    } else if (hop.subject.rule) {
      item.component = component(hop.subject.group);
      item.securityGroupRule = item_of(*hop.subject.rule, hop.subject.group);
      item.attachedTo = component(hop.subject.interface);
    } else if (hop.resource.starts_with("arn:") || hop.resource.starts_with("vpce-") ||
               hop.step == "target") {
      item.component = component(hop.resource);
    } else {
      return;
    }
    // What a load balancer says in several hops is one component.
    if (out.empty() || out.back().component.id != item.component.id) {
      out.push_back(std::move(item));
    }
  }

  // What stands at the destination, if that is the path's end: an endpoint's interface, an
  // instance's.
  void add_end(const IpAddress& destination, std::vector<PathComponentItem>& out) const {
    for (const auto& [id, interface] : world_.all<NetworkInterface>()) {
      if (interface->vpc != source_->vpc || interface->address != destination ||
          interface->type == model::InterfaceType::NetworkLoadBalancer) {
        continue;
      }
      PathComponentItem last = interface_item(*interface);
      last.inboundHeader = header(destination);
      out.push_back(std::move(last));
      const std::string instance = interface->attachment ? interface->attachment->instance_id : "";
      if (!instance.empty()) {
        out.push_back({.component = component(instance)});
      }
    }
  }

  PathComponentItem interface_item(const NetworkInterface& interface) const {
    return {.component = component(interface.id.value),
            .subnet = component(interface.subnet.value),
            .vpc = component(interface.vpc.value)};
  }

  HeaderItem header(const IpAddress& destination) const {
    return {.destinationAddressSet = {destination.text() + "/32"},
            .destinationPortRangeSet = {{port_, port_}},
            .protocol = path_.protocol == "tcp" ? "6" : "17",
            .sourceAddressSet = {source_->address.text() + "/32"},
            .sourcePortRangeSet = {{0, 65535}}};
  }

  Id<model::RouteTable> route_table() const {
    const auto* subnet = world_.find(source_->subnet);
    const auto* vpc = world_.find(source_->vpc);
    return subnet != nullptr && !subnet->route_table.empty() ? subnet->route_table
           : vpc != nullptr                                  ? vpc->main_route_table_id
                                                             : Id<model::RouteTable>();
  }

  PathComponentItem route_item(const IpAddress& destination) const {
    const auto* vpc = world_.find(source_->vpc);
    std::string local;
    for (const Cidr& cidr : vpc != nullptr ? model::cidrs_of(*vpc) : std::vector<Cidr>{}) {
      if (local.empty() || cidr.contains(destination)) {
        local = cidr.text();
      }
    }
    return {.component = component(route_table().value),
            .routeTableRoute = RouteItem{.destinationCidr = std::move(local),
                                         .gatewayId = "local",
                                         .origin = "CreateRouteTable",
                                         .state = "active"},
            .vpc = component(source_->vpc.value)};
  }

  ComponentItem component(const std::string& id) const { return component_of(world_, id); }

  const World& world_;
  const NetworkInsightsPath& path_;
  const NetworkInterface* source_ = nullptr;
  int port_ = 0;
  bool leaves_account_ = false;
};

}  // namespace

std::string id_in(const std::string& name) {
  return name.starts_with("arn:") ? name.substr(name.rfind('/') + 1) : name;
}

Result<Finding> find_path(const World& world, const NetworkInsightsPath& path) {
  return Finder(world, path).run();
}

}  // namespace postern::api::insights
