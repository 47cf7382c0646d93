// SPDX-License-Identifier: Apache-2.0
// For tests: a consumer's VPC with a client and an endpoint, and a provider's with a node and a
// target, by the numbers that the data plane knows them by.
#pragma once

#include <arpa/inet.h>

#include <cstring>

#include "flow_logs/passage.h"

namespace postern::flow_logs {

constexpr std::uint32_t kConsumer = 1, kProvider = 2;
constexpr std::uint32_t kClient = 11, kNeighbour = 12, kEndpoint = 13, kNode = 21, kTarget = 22;

inline model::World test_world() {
  model::WorldBuilder world;
  const auto vpc = [&](const char* id, std::uint32_t number) {
    world.put(model::Vpc{
        .id = model::Id<model::Vpc>(id), .cidr = *Cidr::parse("10.0.0.0/16"), .number = number});
    const std::string subnet = std::string("subnet-") + id;
    world.put(model::Subnet{.id = model::Id<model::Subnet>(subnet),
                            .vpc = model::Id<model::Vpc>(id),
                            .cidr = *Cidr::parse("10.0.1.0/24"),
                            .zone_id = "apne1-az4"});
  };
  const auto interface = [&](const char* id, const char* in, const char* address,
                             std::uint32_t number, const char* ipv6 = nullptr) {
    model::NetworkInterface made{.id = model::Id<model::NetworkInterface>(id),
                                 .owner = model::Id<model::Account>(
                                     std::string(in) == "vpc-a" ? "111111111111" : "222222222222"),
                                 .region = "ap-northeast-1",
                                 .vpc = model::Id<model::Vpc>(in),
                                 .subnet = model::Id<model::Subnet>(std::string("subnet-") + in),
                                 .address = *IpAddress::parse(address),
                                 .number = number};
    if (std::string(id) == "eni-client") {
      made.attachment = model::Attachment{.instance_id = "i-client"};
    }
    if (ipv6 != nullptr) {
      made.ipv6_addresses = {*IpAddress::parse(ipv6)};
    }
    world.put(made);
  };
  vpc("vpc-a", kConsumer);
  vpc("vpc-b", kProvider);
  interface("eni-client", "vpc-a", "10.0.1.10", kClient, "2600:1f00::10");
  interface("eni-neighbour", "vpc-a", "10.0.1.11", kNeighbour, "2600:1f00::11");
  interface("eni-endpoint", "vpc-a", "10.0.1.100", kEndpoint);
  interface("eni-node", "vpc-b", "10.0.1.20", kNode);
  interface("eni-target", "vpc-b", "10.0.1.10", kTarget);
  return world.build();
}

inline pn_addr word(const char* address) {
  const auto bytes = IpAddress::parse(address)->bytes();
  pn_addr out{};
  std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

// Five packets of a flow, 300 bytes in all, seen at 10 s and 12 s after boot.
struct Counted {
  pn_traffic_key key{};
  pn_traffic traffic{};
};

inline Counted counted(std::uint32_t vpc, std::uint32_t owner, const char* source,
                       std::uint16_t source_port, const char* destination,
                       std::uint16_t destination_port, std::uint32_t verdict) {
  Counted out;
  out.key.flow = {.vpc = vpc,
                  .source = word(source),
                  .destination = word(destination),
                  .source_port_be = htons(source_port),
                  .destination_port_be = htons(destination_port),
                  .protocol = 6};
  out.key.owner = owner;
  out.key.verdict = verdict;
  out.traffic.packets = 5;
  out.traffic.bytes = 300;
  out.traffic.first = 10'000'000'000;
  out.traffic.last = 12'000'000'000;
  return out;
}

// The client's way through the endpoint, as far as `verdict` lets it.
inline Counted through_endpoint(std::uint32_t verdict) {
  Counted out = counted(kConsumer, kClient, "10.0.1.10", 40000, "10.0.1.100", 80, verdict);
  out.traffic.source = word("10.0.1.20");
  out.traffic.source_port_be = htons(5000);
  out.traffic.destination = word("10.0.1.10");
  out.traffic.destination_port_be = htons(8080);
  out.traffic.to_vpc = kProvider;
  out.traffic.to_owner = kTarget;
  out.traffic.endpoint = kEndpoint;
  out.traffic.node_eni = kNode;
  out.traffic.flags = kPnFlowEndpoint | kPnFlowTranslate | kPnFlowTarget;
  return out;
}

// And back.
inline Counted answer_through_endpoint(std::uint32_t verdict) {
  Counted out = counted(kProvider, kTarget, "10.0.1.10", 8080, "10.0.1.20", 5000, verdict);
  out.traffic.source = word("10.0.1.100");
  out.traffic.source_port_be = htons(80);
  out.traffic.destination = word("10.0.1.10");
  out.traffic.destination_port_be = htons(40000);
  out.traffic.to_vpc = kConsumer;
  out.traffic.to_owner = kClient;
  out.traffic.endpoint = kEndpoint;
  out.traffic.node_eni = kNode;
  out.traffic.flags = kPnFlowEndpoint | kPnFlowTranslate | kPnFlowTarget | kPnFlowReply;
  return out;
}

inline std::vector<Passage> passages(const model::World& world, const Counted& row) {
  return passages_of(Interfaces(model::World(), world), row.key, row.traffic,
                     TimePoint(std::chrono::seconds(1000)));
}

}  // namespace postern::flow_logs
