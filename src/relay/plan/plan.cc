// SPDX-License-Identifier: Apache-2.0
#include "relay/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/wire/digest.h"
#include "dataplane/layout/layout.h"
#include "model/attributes.h"
#include "model/target_health.h"
#include "relay/plan/tls_words.h"

namespace postern::relay {
namespace {

using model::Id;

// An ARN's last part is a UUID.
std::string file_of(const Id<model::Certificate>& id) {
  return id.value.substr(id.value.rfind('/') + 1) + ".pem";
}

std::string pem_of(const model::Certificate& certificate) {
  std::string pem;
  for (const std::string* part :
       {&certificate.body, &certificate.chain, &certificate.private_key}) {
    pem += *part;
    if (!part->empty() && part->back() != '\n') {
      pem += '\n';
    }
  }
  return pem;
}

// The listener's certificates become files of the relay; their names.
std::vector<std::string> add_certificates(const model::World& world,
                                          const model::Listener& listener, Relay& relay) {
  std::vector<Id<model::Certificate>> ids = {listener.certificate};
  ids.insert(ids.end(), listener.other_certificates.begin(), listener.other_certificates.end());
  std::vector<std::string> names;
  for (const auto& id : ids) {
    if (const model::Certificate* certificate = world.find(id)) {
      const std::string file = file_of(id);
      relay.files[file] = pem_of(*certificate);
      if (std::ranges::find(names, file) == names.end()) {
        names.push_back(file);
      }
    }
  }
  return names;
}

void add_listener(const model::World& world, const model::Listener& listener,
                  const model::LoadBalancer& balancer, const model::TargetGroup& group,
                  Relay& relay) {
  Front front{.listener = listener.number,
              .node = {},
              .port = listener.port,
              .certificates = add_certificates(world, listener, relay),
              .ssl_policy = listener.ssl_policy,
              .alpn_policy = listener.alpn_policy == "None" ? "" : listener.alpn_policy,
              .tls_to_targets = group.protocol == "TLS",
              .tells_targets = model::is_on(group.attributes, "proxy_protocol_v2.enabled", false)};
  for (const model::LoadBalancerZone& zone : balancer.zones) {
    if (const auto* node = world.find(zone.network_interface)) {
      front.node = node->address;
      relay.fronts.push_back(front);
    }
  }
}

// The targets that the node in `zone` asks.
Pool pool_of(const model::World& world, const model::LoadBalancer& balancer,
             const model::TargetGroup& group, const model::LoadBalancerZone& zone) {
  Pool pool{.group = group.id,
            .number = group.number,
            .tls = group.protocol == "HTTPS",
            .attributes = group.attributes,
            .servers = {}};
  for (const model::Target* target : model::routed_targets(world, balancer, group, zone)) {
    if (const auto address = model::target_address(world, *target)) {
      pool.servers.push_back({.target = target->number, .address = *address, .port = target->port});
    }
  }
  return pool;
}

void add_application(const model::World& world, const model::Listener& listener,
                     const model::LoadBalancer& balancer, Relay& relay) {
  ApplicationFront front{.listener = listener,
                         .attributes = balancer.attributes,
                         .node = {},
                         .certificates = add_certificates(world, listener, relay),
                         .pools = {}};
  relay.files.merge(application_files(listener));
  for (const model::LoadBalancerZone& zone : balancer.zones) {
    if (const auto* node = world.find(zone.network_interface)) {
      front.node = node->address;
      front.pools.clear();
      for (const Id<model::TargetGroup>& id : model::groups_of(listener)) {
        if (const auto* group = world.find(id)) {
          front.pools.push_back(pool_of(world, balancer, *group, zone));
        }
      }
      relay.applications.push_back(front);
    }
  }
}

// ---- HAProxy's words ----------------------------------------------------------------------------

// [NLB guide, "ALPN policies"]
std::string alpn_list(const std::string& policy) {
  return policy == "HTTP1Only"        ? "http/1.1,http/1.0"
         : policy == "HTTP2Only"      ? "h2"
         : policy == "HTTP2Optional"  ? "http/1.1,http/1.0,h2"
         : policy == "HTTP2Preferred" ? "h2,http/1.1,http/1.0"
                                      : "";
}

std::string bind_line(const Front& front, const std::string& folder) {
  return fmt::format("  bind {}:{} accept-proxy", front.node.text(), front.port) +
         tls_words(front.certificates, front.ssl_policy, alpn_list(front.alpn_policy), folder) +
         "\n";
}

// One that speaks `alpn` to targets; empty: none.
std::string server_line(const Front& front, const std::string& name, const std::string& alpn) {
  std::string line =
      fmt::format("  server {} {}:{} source {}:{}-{}", name, IpAddress::v4(kPnRelayTargets).text(),
                  front.port, front.node.text(), +kPnSnatFirst, kPnServicesPortFirst - 1);
  if (front.tls_to_targets) {
    // Their certificates are not looked at. [NLB guide, "Target groups": TLS]
    line += " ssl verify none" + policy_words(policy_towards_targets(front.ssl_policy));
    line += alpn.empty() ? "" : " alpn " + alpn;
  }
  if (front.tells_targets) {
    line += " send-proxy-v2 proxy-v2-options crc32c";
  }
  return line + "\n";
}

// What was agreed on with the client is what the target is asked for.
std::string server_lines(const Front& front) {
  if (!front.tls_to_targets || front.alpn_policy.empty()) {
    return server_line(front, "target", "");
  }
  std::string lines;
  std::string rules;
  const std::pair<const char*, const char*> kProtocols[] = {
      {"h2", "h2"}, {"http11", "http/1.1"}, {"http10", "http/1.0"}};
  for (const auto& [name, alpn] : kProtocols) {
    rules += fmt::format("  use-server {} if {{ ssl_fc_alpn {} }}\n", name, alpn);
    lines += server_line(front, name, alpn);
  }
  return rules + "  use-server target if { always_true }\n" + lines +
         server_line(front, "target", "");
}

std::string listen_section(const Front& front, const std::string& folder) {
  return fmt::format("\nlisten listener-{}-at-{}\n", front.listener, front.node.text()) +
         bind_line(front, folder) + server_lines(front);
}

// [NLB guide, "Network Load Balancer listeners": the idle timeout of TLS is 350 seconds]
std::string config_of(const Relay& relay, const std::string& folder,
                      const std::string& generation) {
  std::string text = fmt::format(
      "# Written by posternd.\n"
      "global\n"
      "  node {}\n"
      "  stats socket {}/{} mode 600 level admin expose-fd listeners\n"
      "  user haproxy\n"
      "  group haproxy\n"
      "  chroot {}/empty\n"
      "\n"
      "defaults\n"
      "  mode tcp\n"
      "  timeout connect 10s\n"
      "  timeout client 350s\n"
      "  timeout server 350s\n"
      "  retries 1\n",
      generation, folder, kWorkerSocket, folder);
  for (const Front& front : relay.fronts) {
    text += listen_section(front, folder);
  }
  for (const ApplicationFront& front : relay.applications) {
    text += application_sections(front, folder);
  }
  return text;
}

}  // namespace

std::map<Id<model::Vpc>, Relay> relays_of(const model::World& world) {
  std::map<Id<model::Vpc>, Relay> relays;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    const auto* balancer = world.find(listener->load_balancer);
    const auto* vpc = balancer != nullptr ? world.find(balancer->vpc) : nullptr;
    if (vpc == nullptr || (listener->protocol != "TLS" && !is_application(*balancer))) {
      continue;
    }
    Relay& relay = relays[vpc->id];
    relay.vpc = vpc->number;
    if (is_application(*balancer)) {
      add_application(world, *listener, *balancer, relay);
    } else if (const auto shares = model::shares_of(world, listener->default_action);
               !shares.empty()) {
      add_listener(world, *listener, *balancer, *shares.front().group, relay);
    }
  }
  std::erase_if(relays, [](const auto& row) {
    return row.second.fronts.empty() && row.second.applications.empty();
  });
  return relays;
}

std::string generation_of(const Relay& relay) {
  std::string all = config_of(relay, "", "");
  for (const auto& [name, content] : relay.files) {
    all += name + "\n" + content;
  }
  return api::wire::sha256_hex(all).substr(0, 32);
}

std::string haproxy_config(const Relay& relay, const std::string& folder) {
  return config_of(relay, folder, generation_of(relay));
}

}  // namespace postern::relay
