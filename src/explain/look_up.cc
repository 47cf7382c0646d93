// SPDX-License-Identifier: Apache-2.0
#include "explain/look_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "dns/zones/text.h"
#include "dns/zones/zones.h"
#include "explain/fix.h"
#include "model/aws_services.h"
#include "model/dns_names.h"
#include "model/domain_verification.h"
#include "model/endpoint_state.h"
#include "model/hosted_zones.h"

namespace postern::explain {
namespace {

using model::EndpointService;
using model::HostedZone;
using model::NetworkInterface;
using model::Vpc;
using model::VpcEndpoint;
using model::World;

// How many names a name may stand for; more are a loop.
constexpr int kChainMax = 8;

// What is asked, and what is found out about it: `hop` is the question, `more` what others have to
// do with it.
class Doubt {
 public:
  Doubt(const World& world, const Vpc& vpc, Hop& hop, std::vector<Hop>& more)
      : world_(world), vpc_(vpc), hop_(hop), more_(more) {}

  // Why the VPC's resolver has no address of the name.
  void about(const std::string& name, int depth = 0) {
    about_endpoint(name);
    about_load_balancer(name);
    about_private_name(name);
    about_address_name(name);
    about_hosted_zones(name);
    for (const std::string& other : stands_for(name)) {
      if (depth < kChainMax) {
        hop_.because += fmt::format("; it stands for {}", other);
        about(other, depth + 1);
      }
    }
  }

 private:
  void fix(const model::Id<model::Account>& account, std::string command) {
    if (!command.empty()) {
      hop_.fixes.push_back({account.value, std::move(command)});
    }
  }

  // vpce-…-….vpce-svc-….<region>.vpce.amazonaws.com
  void about_endpoint(const std::string& name) {
    if (!name.starts_with("vpce-") || !name.contains(".vpce.amazonaws.com")) {
      return;
    }
    for (const auto& [id, endpoint] : world_.all<VpcEndpoint>()) {
      if (name.starts_with(id.value + "-") && endpoint->state != model::EndpointState::Deleted) {
        about(*endpoint, name);
        return;
      }
    }
    hop_.because += "; there is no such endpoint, or it is deleted";
    hop_.advice = "ask for the name of an endpoint that there is";
  }

  void about(const VpcEndpoint& endpoint, const std::string& name) {
    if (endpoint.owner != vpc_.owner) {
      hop_.because += fmt::format("; {} is another account's", endpoint.id);
      hop_.advice = "make an endpoint of your own to its service";
    } else if (endpoint.region != vpc_.region) {
      hop_.because +=
          fmt::format("; {} is in {}, and its names are known there", endpoint.id, endpoint.region);
      hop_.advice = "make an endpoint in this region, with --service-region if its service is not";
    } else if (endpoint.state != model::EndpointState::Available) {
      about_state(endpoint);
    } else {
      about_zone(endpoint, name);
    }
  }

  void about_state(const VpcEndpoint& endpoint) {
    hop_.because += fmt::format("; {} is {}", endpoint.id, model::text(endpoint.state));
    const auto service = model::service_of(world_, endpoint);
    if (service && model::next(endpoint.state, model::EndpointEvent::Accept)) {
      fix(service->owner, accept_command(endpoint));
    }
  }

  // A name of a zone in which the endpoint has no interface.
  void about_zone(const VpcEndpoint& endpoint, const std::string& name) {
    const auto service = model::service_of(world_, endpoint);
    for (const auto& [id, subnet] : world_.all<model::Subnet>()) {
      if (subnet->vpc != endpoint.vpc ||
          dns::lower(model::zonal_name(endpoint, subnet->zone)) != name) {
        continue;
      }
      hop_.because += fmt::format("; {} has no interface in {}", endpoint.id, subnet->zone);
      const auto zones = service ? endpoint_zones(*service, endpoint.owner, endpoint.region)
                                 : std::vector<std::string>();
      if (std::ranges::count(zones, subnet->zone_id) != 0) {
        fix(endpoint.owner, add_subnet_command(endpoint, *subnet));
      } else {
        hop_.advice = "ask for the name without the zone";
      }
      return;
    }
  }

  void about_load_balancer(const std::string& name) {
    for (const auto& [id, balancer] : world_.all<model::LoadBalancer>()) {
      if (balancer->owner != vpc_.owner &&
          name.ends_with(dns::lower(model::regional_name(*balancer)))) {
        hop_.because +=
            "; it is a load balancer of another account, whose names only its own VPCs "
            "resolve";
        hop_.advice = "go through an endpoint to its service";
      }
    }
  }

  // The private DNS name of a service that the VPC has an endpoint to.
  void about_private_name(const std::string& name) {
    for (const auto& [id, endpoint] : world_.all<VpcEndpoint>()) {
      if (endpoint->vpc != vpc_.id || endpoint->state == model::EndpointState::Deleted) {
        continue;
      }
      const auto service = model::service_of(world_, *endpoint);
      if (!service || !service->private_dns) {
        continue;
      }
      const std::string domain(model::domain_of(*service->private_dns));
      const bool wildcard = service->private_dns->name != domain;
      if (wildcard ? name.ends_with("." + domain) : name == domain) {
        about_private_dns(*endpoint, *service);
      }
    }
  }

  void about_private_dns(const VpcEndpoint& endpoint, const EndpointService& service) {
    if (!vpc_.enable_dns_hostnames) {
      hop_.because += fmt::format("; DNS hostnames are off in {}", vpc_.id);
      fix(vpc_.owner, vpc_attribute_command(vpc_, "dns-hostnames"));
    }
    if (endpoint.state != model::EndpointState::Available) {
      about_state(endpoint);
    }
    if (endpoint.private_zone_id.empty()) {
      hop_.because +=
          fmt::format("; private DNS is off at {}, whose service has that name", endpoint.id);
      const bool verified = service.private_dns->state == model::DnsNameState::Verified;
      if (!verified) {
        add_verification(service);
      }
      // The provider's part comes first: until then it is refused.
      if (verified) {
        fix(endpoint.owner, enable_private_dns_command(endpoint));
      }
    }
  }

  void add_verification(const EndpointService& service) {
    Hop hop{.step = "verification of the private DNS name",
            .resource = service.id.value,
            .account = service.owner.value,
            .judgement = Judgement::Stops};
    const model::PrivateDnsName& name = *service.private_dns;
    hop.because = fmt::format(
        "{} is {}: no endpoint may turn private DNS on before a TXT record proves the "
        "domain",
        name.name, name.state == model::DnsNameState::Failed ? "failed" : "pendingVerification");
    for (std::string& command : verify_domain_commands(world_, service)) {
      hop.fixes.push_back({service.owner.value, std::move(command)});
    }
    if (hop.fixes.empty()) {
      hop.advice = fmt::format("put {}.{} TXT \"{}\" into the domain's public zone",
                               name.record_name, model::domain_of(name), name.record_value);
    }
    more_.push_back(std::move(hop));
  }

  // ip-10-0-1-5.<region>.compute.internal
  void about_address_name(const std::string& name) {
    if (!vpc_.enable_dns_hostnames && name.ends_with("." + model::private_zone(vpc_.region))) {
      hop_.because += fmt::format("; DNS hostnames are off in {}", vpc_.id);
      fix(vpc_.owner, vpc_attribute_command(vpc_, "dns-hostnames"));
    }
  }

  // A private zone that has the name, and that the VPC's resolver does not look into. One of its
  // own that is no wider is asked in any case: then that is where a record is missing.
  void about_hosted_zones(const std::string& name) {
    const std::string dotted = name + ".";
    const HostedZone* own = model::private_zone_of(world_, vpc_.id, dotted);
    if (own != nullptr && model::records_at(*own, dotted).sets.empty()) {
      hop_.because += fmt::format("; the private zone {} of the VPC has no record of it", own->id);
    }
    for (const auto& [id, zone] : world_.all<HostedZone>()) {
      if (zone->is_private && zone->owner == vpc_.owner && model::is_within(dotted, zone->name) &&
          std::ranges::find(zone->vpcs, vpc_.id, &model::ZoneVpc::vpc) == zone->vpcs.end() &&
          (own == nullptr || zone->name.size() > own->name.size()) &&
          !model::records_at(*zone, dotted).sets.empty()) {
        hop_.because +=
            fmt::format("; the private zone {} has it, and is not associated with {}", id, vpc_.id);
        fix(zone->owner, join_zone_command(*zone, vpc_));
      }
    }
  }

  // The names that a zone's record puts in the place of this one.
  std::vector<std::string> stands_for(const std::string& name) const {
    const std::string dotted = name + ".";
    const HostedZone* zone = model::private_zone_of(world_, vpc_.id, dotted);
    if (zone == nullptr) {
      zone = model::public_zone_of(world_, dotted);
    }
    std::vector<std::string> names;
    if (zone == nullptr) {
      return names;
    }
    const auto add = [&](std::string other) {
      other = dns::lower(other);
      if (other.ends_with('.')) {
        other.pop_back();
      }
      names.push_back(std::move(other));
    };
    for (const model::ResourceRecordSet* set : model::records_at(*zone, dotted).sets) {
      if (set->alias && (set->type == "A" || set->type == "AAAA")) {
        add(set->alias->dns_name);
      } else if (set->type == "CNAME" && !set->values.empty()) {
        add(set->values.front());
      }
    }
    return names;
  }

  const World& world_;
  const Vpc& vpc_;
  Hop& hop_;
  std::vector<Hop>& more_;
};

}  // namespace

std::vector<IpAddress> look_up(const World& world, const NetworkInterface& source,
                               const std::string& name, std::vector<Hop>& hops) {
  const Vpc* vpc = world.find(source.vpc);
  Hop hop{.step = "DNS", .resource = name, .account = source.owner.value};
  std::vector<IpAddress> addresses;
  std::vector<Hop> more;
  if (vpc == nullptr) {
    hop.judgement = Judgement::Stops;
    hop.because = fmt::format("the VPC {} is gone", source.vpc);
  } else if (!vpc->enable_dns_support) {
    hop.judgement = Judgement::Stops;
    hop.because = fmt::format("DNS support is off in {}", vpc->id);
    hop.fixes.push_back({vpc->owner.value, vpc_attribute_command(*vpc, "dns-support")});
  } else {
    std::vector types = {dns::kTypeA};
    if (!source.ipv6_addresses.empty()) {
      types.push_back(dns::kTypeAaaa);
    }
    bool is_known = false;
    for (const auto type : types) {
      const auto answer = dns::answer(world, *vpc, {name, type}, {.client = source.address});
      is_known = is_known || answer.has_value();
      for (const dns::Record& record : answer ? answer->records : std::vector<dns::Record>()) {
        if (const auto* address = std::get_if<IpAddress>(&record.data)) {
          addresses.push_back(*address);
          hop.because += (hop.because.empty() ? "" : ", ") + address->text();
        }
      }
    }
    if (addresses.empty()) {
      hop.judgement = is_known ? Judgement::Stops : Judgement::Unknown;
      hop.because = is_known
                        ? "the VPC's resolver knows no address of it"
                        : "not a name of the VPC's; the daemon's upstream resolvers may know it";
      Doubt(world, *vpc, hop, more).about(dns::lower(name));
      if (!hop.fixes.empty() || !more.empty()) {
        hop.judgement = Judgement::Stops;
      }
    }
  }
  // What others have to do comes first: it is asked for before one's own part is allowed.
  hops.insert(hops.end(), more.begin(), more.end());
  hops.push_back(std::move(hop));
  return addresses;
}

}  // namespace postern::explain
