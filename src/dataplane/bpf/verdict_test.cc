// SPDX-License-Identifier: Apache-2.0
// Each verdict of the list, by a world and a packet that get it.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

struct Row {
  const char* name;
  Verdict verdict;
  std::uint32_t from;  // port
  Bytes frame;
  // Makes the topology what this row needs; packets sent in it do not count.
  std::function<void(TestWorld&)> change = [](TestWorld&) {};
  std::uint32_t gso_size = 0;
};

Packet with(Packet packet, const std::function<void(Packet&)>& change) {
  change(packet);
  return packet;
}

Packet from_client_to(std::string_view destination) {
  return with(client_to_endpoint(), [&](Packet& p) { p.destination = ip(destination); });
}

Arp client_arp(std::string_view target) {
  return {.source_mac = mac_of(kClientPort),
          .sender_mac = mac_of(kClientPort),
          .sender = ip("10.0.1.10"),
          .target = ip(target)};
}

void connect(TestWorld& world) {
  const Outcome syn = world.fabric().send(kClientPort, client_to_endpoint().bytes());
  const Packet arrived = parse(syn.frame).packet;
  world.fabric().send(kTarget1Port, answer(arrived, kTarget1Port).bytes());
  world.fabric().send(kClientPort, next(client_to_endpoint(), kAck).bytes());
}

Bytes client_data() {
  return with(next(client_to_endpoint(), kAck | kPsh), [](Packet& p) { p.payload = {1, 2, 3}; })
      .bytes();
}

std::vector<Row> passed_rows() {
  return {
      {"a segment of an open connection", Verdict::FlowForwarded, kClientPort, client_data(),
       connect},
      {"to the neighbour", Verdict::InstanceAdmitted, kClientPort, client_to_neighbour().bytes()},
      {"ping to the neighbour", Verdict::InstanceAdmitted, kClientPort,
       with(client_to_neighbour(), [](Packet& p) { p.protocol = 1; }).bytes()},
      {"DNS, which no rule of the client allows", Verdict::ServiceAdmitted, kClientPort,
       client_to_resolver().bytes()},
      {"DNS at the link-local address", Verdict::ServiceAdmitted, kClientPort,
       with(client_to_resolver(), [](Packet& p) { p.destination = ip("169.254.169.253"); })
           .bytes()},
      {"instance metadata, which no rule allows", Verdict::ServiceAdmitted, kClientPort,
       from_client_to("169.254.169.254").bytes()},
      {"to the endpoint", Verdict::EndpointAdmitted, kClientPort, client_to_endpoint().bytes()},
      {"to the endpoint, UDP", Verdict::EndpointAdmitted, kClientPort,
       client_to_endpoint_udp().bytes()},
      {"to the node from its own VPC", Verdict::BalancerAdmitted, kLocalPort,
       local_to_node().bytes()},
      {"a health check", Verdict::ProbeAdmitted, kProviderServices, probe_to_target().bytes()},
      {"a health check by an NLB without inbound rules", Verdict::ProbeAdmitted, kProviderServices,
       probe_to_target().bytes(), [](TestWorld& w) { w.group(kNodeGroup, kPnIngress, {}); }},
      {"port unreachable from the neighbour", Verdict::ErrorForwarded, kNeighbourPort,
       with(icmp_error(with(client_to_neighbour(), [](Packet& p) { p.flags = kSyn; }), 3),
            [](Packet& p) { p.source_mac = mac_of(kNeighbourPort); })
           .bytes(),
       [](TestWorld& w) { w.fabric().send(kClientPort, client_to_neighbour().bytes()); }},
      {"ARP for the router", Verdict::ArpAnswered, kClientPort, client_arp("10.0.1.1").bytes()},
  };
}

std::vector<Row> unfit_rows() {
  const auto client = [](const std::function<void(Packet&)>& change) {
    return with(client_to_endpoint(), change).bytes();
  };
  Bytes cut_off = client_to_endpoint().bytes();
  cut_off.resize(40);
  Bytes too_long = client_to_endpoint().bytes();
  too_long[17] = 200;
  Bytes short_tcp = client_to_endpoint().bytes();
  short_tcp[14 + 20 + 12] = 0x40;
  Bytes short_ip = client_to_endpoint().bytes();
  short_ip[14] = 0x44;
  return {
      {"from a link that is not programmed", Verdict::PortUnknown, 25,
       client_to_endpoint().bytes()},
      {"cut off in the TCP header", Verdict::Malformed, kClientPort, cut_off},
      {"length beyond the frame", Verdict::Malformed, kClientPort, too_long},
      {"TCP header length of 16", Verdict::Malformed, kClientPort, short_tcp},
      {"IPv4 header length of 16", Verdict::Malformed, kClientPort, short_ip},
      {"LLDP", Verdict::EtherTypeUnknown, kClientPort,
       client([](Packet& p) { p.ether_type = 0x88cc; })},
      {"IPv4 that says it is IPv6", Verdict::Malformed, kClientPort,
       client([](Packet& p) { p.ether_type = 0x86dd; })},
      {"IPv4 options", Verdict::IpOptions, kClientPort,
       client([](Packet& p) { p.header_words = 6; })},
      {"first fragment of TCP to an endpoint", Verdict::Fragment, kClientPort,
       client([](Packet& p) { p.fragment = 0x2000; })},
      {"last fragment of what never began", Verdict::FragmentUnknown, kClientPort,
       client([](Packet& p) { p.fragment = 100; })},
      {"multicast address", Verdict::Multicast, kClientPort, from_client_to("224.0.0.251").bytes()},
      {"limited broadcast", Verdict::Multicast, kClientPort,
       from_client_to("255.255.255.255").bytes()},
      {"multicast MAC", Verdict::Multicast, kClientPort,
       client([](Packet& p) { p.destination_mac = *MacAddress::parse("01:00:5e:00:00:01"); })},
      {"ICMP timestamp", Verdict::IcmpUnsupported, kClientPort, client([](Packet& p) {
         p.protocol = 1;
         p.icmp_type = 13;
       })},
      {"ICMP error about nothing known", Verdict::IcmpErrorUnrelated, kNeighbourPort,
       with(icmp_error(client_to_neighbour(), 3),
            [](Packet& p) { p.source_mac = mac_of(kNeighbourPort); })
           .bytes()},
      {"ICMP error to another than whom it quotes", Verdict::IcmpErrorUnrelated, kNeighbourPort,
       with(icmp_error(client_to_neighbour(), 3),
            [](Packet& p) {
              p.source_mac = mac_of(kNeighbourPort);
              p.destination = ip("10.0.1.100");
            })
           .bytes(),
       [](TestWorld& w) { w.fabric().send(kClientPort, client_to_neighbour().bytes()); }},
      {"gratuitous ARP", Verdict::ArpIgnored, kClientPort, client_arp("10.0.1.10").bytes()},
      {"ARP probe for its own address", Verdict::ArpIgnored, kClientPort,
       [] {
         Arp arp = client_arp("10.0.1.10");
         arp.sender = ip("0.0.0.0");
         return arp.bytes();
       }()},
      {"ARP answer nobody asked for", Verdict::ArpIgnored, kClientPort,
       [] {
         Arp arp = client_arp("10.0.1.11");
         arp.operation = 2;
         return arp.bytes();
       }()},
      {"services asking about an address of their own", Verdict::ArpIgnored, kProviderServices,
       Arp{.source_mac = mac_of(kProviderServices),
           .sender_mac = mac_of(kProviderServices),
           .sender = ip("10.0.1.200"),
           .target = ip("10.0.2.200")}
           .bytes()},
      {"ARP for a free address", Verdict::ArpUnknownAddress, kClientPort,
       client_arp("10.0.1.77").bytes()},
      {"ARP for an address of the other VPC only", Verdict::ArpUnknownAddress, kClientPort,
       client_arp("10.0.2.20").bytes()},
      {"ARP as somebody else", Verdict::AddressSpoofed, kClientPort,
       [] {
         Arp arp = client_arp("10.0.1.11");
         arp.sender = ip("10.0.1.12");
         return arp.bytes();
       }()},
      {"ARP with another's MAC inside", Verdict::MacSpoofed, kClientPort,
       [] {
         Arp arp = client_arp("10.0.1.11");
         arp.sender_mac = mac_of(kNeighbourPort);
         return arp.bytes();
       }()},
      {"another's MAC", Verdict::MacSpoofed, kClientPort,
       client([](Packet& p) { p.source_mac = mac_of(kNeighbourPort); })},
      {"another's address", Verdict::AddressSpoofed, kClientPort,
       client([](Packet& p) { p.source = ip("10.0.1.11"); })},
      {"any address, where the source check is off", Verdict::InstanceAdmitted, kClientPort,
       client([](Packet& p) {
         p.source = ip("192.0.2.7");
         p.destination = ip("10.0.1.11");
         p.destination_port = 22;
       }),
       [](TestWorld& w) {
         w.port(kClientPort, kPnPortInstance, kConsumer, kClientEni, "10.0.1.10",
                kPnPortNoSourceCheck);
         w.group(kNeighbourGroup, kPnIngress, {rule(6, 22, 22, "192.0.2.0/24")});
       }},
      {"services with an address that they do not have", Verdict::AddressSpoofed, kProviderServices,
       with(probe_to_target(), [](Packet& p) { p.source = ip("10.0.2.20"); }).bytes()},
  };
}

std::vector<Row> nowhere_rows() {
  return {
      {"VPC not programmed", Verdict::VpcMissing, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.destination = ip("10.0.9.9"); }).bytes(),
       [](TestWorld& w) { w.fabric().remove(w.fabric().maps().pn_vpcs, kProvider); }},
      {"sender not programmed", Verdict::SourceMissing, kClientPort, client_to_neighbour().bytes(),
       [](TestWorld& w) { w.no_address(kConsumer, "10.0.1.10"); }},
      {"sender's address is another interface's", Verdict::SourceMissing, kClientPort,
       client_to_neighbour().bytes(),
       [](TestWorld& w) { w.port(kClientPort, kPnPortInstance, kConsumer, 199, "10.0.1.10"); }},
      {"outside the VPC", Verdict::NoRoute, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.destination = ip("192.0.2.1"); }).bytes()},
      {"free address in the VPC", Verdict::DestinationUnknown, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.destination = ip("10.0.9.9"); }).bytes()},
      {"ping to the router", Verdict::RouterSilent, kClientPort,
       with(from_client_to("10.0.1.1"), [](Packet& p) { p.protocol = 1; }).bytes()},
      {"neighbour's link is another interface's", Verdict::DestinationGone, kClientPort,
       client_to_neighbour().bytes(),
       [](TestWorld& w) { w.port(kNeighbourPort, kPnPortInstance, kConsumer, 199, "10.0.1.99"); }},
      {"open connection to a link that went", Verdict::DestinationGone, kClientPort, client_data(),
       [](TestWorld& w) {
         connect(w);
         w.port(kTarget1Port, kPnPortNone, 0, 0, "");
       }},
      {"a SYN to who has the address now", Verdict::InstanceAdmitted, kClientPort,
       client_to_neighbour().bytes(),
       [](TestWorld& w) {
         w.fabric().send(kClientPort, client_to_neighbour().bytes());
         w.port(kNeighbourPort, kPnPortNone, 0, 0, "");
         w.instance(kConsumer, "10.0.1.11", 199, 18, {kNeighbourGroup});
       }},
      {"resolver opening a connection", Verdict::ServiceUnsolicited, kConsumerServices,
       with(client_to_neighbour(),
            [](Packet& p) {
              p.source = ip("10.0.0.2");
              p.source_mac = mac_of(kConsumerServices);
            })
           .bytes()},
  };
}

std::vector<Row> group_rows() {
  const auto none = [](std::uint32_t group, pn_direction direction) {
    return [=](TestWorld& w) { w.group(group, direction, {}); };
  };
  const Bytes endpoint = client_to_endpoint().bytes();
  return {
      {"client's group not programmed", Verdict::GroupMissing, kClientPort, endpoint,
       [](TestWorld& w) { w.no_group(kClientGroup, kPnEgress); }},
      {"target's group not programmed", Verdict::GroupMissing, kClientPort, endpoint,
       [](TestWorld& w) { w.no_group(kTargetGroupOfRules, kPnIngress); }},
      {"client may not send", Verdict::SourceEgressDenied, kClientPort, endpoint,
       none(kClientGroup, kPnEgress)},
      {"interface without any group", Verdict::SourceEgressDenied, kClientPort, endpoint,
       [](TestWorld& w) { w.instance(kConsumer, "10.0.1.10", kClientEni, kClientPort, {}); }},
      {"neighbour does not admit", Verdict::DestinationIngressDenied, kClientPort,
       client_to_neighbour().bytes(), none(kNeighbourGroup, kPnIngress)},
      {"endpoint does not admit", Verdict::EndpointIngressDenied, kClientPort, endpoint,
       none(kEndpointGroup, kPnIngress)},
      {"NLB does not admit", Verdict::BalancerIngressDenied, kClientPort, endpoint,
       none(kNodeGroup, kPnIngress)},
      {"NLB's rule names a group of the consumer", Verdict::BalancerIngressDenied, kClientPort,
       endpoint,
       [](TestWorld& w) { w.group(kNodeGroup, kPnIngress, {rule(6, 80, 80, kClientGroup)}); }},
      {"NLB's rule names the endpoint's address, which it never sees",
       Verdict::BalancerIngressDenied, kClientPort, endpoint,
       [](TestWorld& w) { w.group(kNodeGroup, kPnIngress, {rule(6, 80, 80, "10.0.1.100/32")}); }},
      {"NLB does not enforce on PrivateLink", Verdict::EndpointAdmitted, kClientPort, endpoint,
       [](TestWorld& w) {
         w.group(kNodeGroup, kPnIngress, {});
         pn_endpoint entry = w.endpoint_entry();
         entry.flags = kPnEndpointSkipNodeIngress;
         w.endpoint(entry);
       }},
      {"not enforcing is for PrivateLink only", Verdict::BalancerIngressDenied, kLocalPort,
       local_to_node().bytes(),
       [](TestWorld& w) {
         w.group(kNodeGroup, kPnIngress, {});
         pn_endpoint entry = w.endpoint_entry();
         entry.flags = kPnEndpointSkipNodeIngress;
         w.endpoint(entry);
       }},
      {"local client named by its group", Verdict::BalancerAdmitted, kLocalPort,
       local_to_node().bytes(),
       [](TestWorld& w) { w.group(kNodeGroup, kPnIngress, {rule(6, 80, 80, kLocalGroup)}); }},
      {"NLB made without groups admits all", Verdict::EndpointAdmitted, kClientPort, endpoint,
       [](TestWorld& w) {
         pn_addr_info node = w.node_entry(kNodeAEni);
         node.group_count = 0;
         w.address(kProvider, "10.0.1.200", node);
         w.group(kTargetGroupOfRules, kPnIngress, {rule(6, 8080, 8080, "10.0.1.200/32")});
       }},
      {"NLB may not send", Verdict::BalancerEgressDenied, kClientPort, endpoint,
       none(kNodeGroup, kPnEgress)},
      {"NLB may not send probes", Verdict::BalancerEgressDenied, kProviderServices,
       probe_to_target().bytes(), none(kNodeGroup, kPnEgress)},
      {"target does not admit", Verdict::TargetIngressDenied, kClientPort, endpoint,
       none(kTargetGroupOfRules, kPnIngress)},
      {"target does not admit probes", Verdict::TargetIngressDenied, kProviderServices,
       probe_to_target().bytes(), none(kTargetGroupOfRules, kPnIngress)},
      {"target admits the client's address, which it never sees", Verdict::TargetIngressDenied,
       kClientPort, endpoint,
       [](TestWorld& w) {
         w.group(kTargetGroupOfRules, kPnIngress, {rule(6, 8080, 8080, "10.0.1.10/32")});
       }},
  };
}

std::vector<Row> endpoint_rows() {
  const Bytes syn = client_to_endpoint().bytes();
  const auto closed = [](TestWorld& w) {
    pn_endpoint entry = w.endpoint_entry();
    entry.state = kPnEndpointClosed;
    w.endpoint(entry);
  };
  return {
      {"endpoint deleted", Verdict::EndpointMissing, kClientPort, syn,
       [](TestWorld& w) { w.no_endpoint(); }},
      {"endpoint deleted with a connection open", Verdict::EndpointMissing, kClientPort,
       client_data(),
       [](TestWorld& w) {
         connect(w);
         w.no_endpoint();
       }},
      {"pending acceptance or rejected", Verdict::EndpointNotAccepted, kClientPort, syn, closed},
      {"rejected with a connection open", Verdict::EndpointNotAccepted, kClientPort, client_data(),
       [closed](TestWorld& w) {
         connect(w);
         closed(w);
       }},
      {"rejected and accepted again", Verdict::ConnectionReplaced, kClientPort, client_data(),
       [](TestWorld& w) {
         connect(w);
         pn_endpoint entry = w.endpoint_entry();
         entry.connection = 2;
         w.endpoint(entry);
       }},
      {"a SYN begins anew after that", Verdict::EndpointAdmitted, kClientPort, syn,
       [](TestWorld& w) {
         connect(w);
         pn_endpoint entry = w.endpoint_entry();
         entry.connection = 2;
         w.endpoint(entry);
       }},
      {"ping to an endpoint", Verdict::EndpointIcmp, kClientPort,
       with(client_to_endpoint(), [](Packet& p) { p.protocol = 1; }).bytes()},
      {"ping to a node", Verdict::EndpointIcmp, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.protocol = 1; }).bytes()},
      {"8501 bytes through an endpoint", Verdict::EndpointOversize, kClientPort,
       client_to_endpoint_udp().bytes(), [](TestWorld&) {}, 8501 - 28},
      {"8500 bytes through an endpoint", Verdict::EndpointAdmitted, kClientPort,
       client_to_endpoint_udp().bytes(), [](TestWorld&) {}, 8500 - 28},
      {"segments of 8501 bytes in an open connection", Verdict::EndpointOversize, kClientPort,
       client_data(), connect, 8501 - 40},
      {"no node in the endpoint's zone", Verdict::EndpointWithoutNode, kClientPort, syn,
       [](TestWorld& w) {
         pn_endpoint entry = w.endpoint_entry();
         entry.node_eni = 0;
         w.endpoint(entry);
       }},
  };
}

std::vector<Row> balancer_rows() {
  const Bytes syn = client_to_endpoint().bytes();
  return {
      {"node not programmed", Verdict::NodeMissing, kClientPort, syn,
       [](TestWorld& w) { w.no_address(kProvider, "10.0.1.200"); }},
      {"node's address is another node's", Verdict::NodeMissing, kClientPort, syn,
       [](TestWorld& w) { w.address(kProvider, "10.0.1.200", w.node_entry(199)); }},
      {"no listener for this port", Verdict::NoListener, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.destination_port = 443; }).bytes()},
      {"no listener for this protocol", Verdict::NoListener, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.protocol = 17; }).bytes()},
      {"target table not programmed", Verdict::TargetsMissing, kClientPort, syn,
       [](TestWorld& w) {
         w.fabric().remove(w.fabric().maps().pn_choices,
                           pn_choice_key{.target_group = kTcpTargets, .node_eni = kNodeAEni});
       }},
      {"targets in other zones only", Verdict::ZoneWithoutTargets, kClientPort, syn,
       [](TestWorld& w) { w.choice(kTcpTargets, kNodeAEni, 1, {}); }},
      {"no targets at all", Verdict::TargetGroupEmpty, kClientPort, syn,
       [](TestWorld& w) { w.choice(kTcpTargets, kNodeAEni, 0, {}); }},
      {"target not programmed", Verdict::TargetMissing, kClientPort, syn,
       [](TestWorld& w) { w.fabric().remove(w.fabric().maps().pn_targets, kTcpTarget1); }},
      {"target's address is nobody's", Verdict::TargetMissing, kClientPort, syn,
       [](TestWorld& w) { w.no_address(kProvider, "10.0.1.10"); }},
      {"target's address is another instance's now", Verdict::TargetMissing, kClientPort, syn,
       [](TestWorld& w) { w.instance(kProvider, "10.0.1.10", 199, kTarget1Port, {213}); }},
      {"probe to an address that is no instance's", Verdict::TargetMissing, kProviderServices,
       with(probe_to_target(), [](Packet& p) { p.destination = ip("10.0.9.9"); }).bytes()},
  };
}

// The endpoint as one to a service of AWS's, which is served at its own address.
void lead_to_aws(TestWorld& world, std::uint32_t flags = 0) {
  pn_endpoint endpoint = world.endpoint_entry();
  endpoint.flags = kPnEndpointAws | flags;
  endpoint.node_eni = endpoint.node_vpc = 0;
  world.endpoint(endpoint);
  pn_addr_info info{.kind = kPnAddrEndpoint, .eni = kEndpointEni, .port = kConsumerServices};
  info.group_count = 1;
  info.groups[0] = kEndpointGroup;
  world.address(kConsumer, "10.0.1.100", info);
}

std::vector<Row> aws_rows() {
  const auto served = [](TestWorld& w) { lead_to_aws(w); };
  const auto denied = [](TestWorld& w) {
    lead_to_aws(w);
    w.group(kEndpointGroup, kPnIngress, {});
  };
  return {
      {"to a service of AWS's", Verdict::AwsServiceAdmitted, kClientPort,
       client_to_endpoint().bytes(), served},
      {"to one that nobody serves", Verdict::AwsServiceUnserved, kClientPort,
       client_to_endpoint().bytes(), [](TestWorld& w) { lead_to_aws(w, kPnEndpointUnserved); }},
      {"to a service of AWS's, UDP", Verdict::AwsServicePort, kClientPort,
       client_to_endpoint_udp().bytes(), served},
      {"to a service of AWS's that the endpoint's group does not admit",
       Verdict::EndpointIngressDenied, kClientPort, client_to_endpoint().bytes(), denied},
      {"ping to a service of AWS's", Verdict::EndpointIcmp, kClientPort,
       with(client_to_endpoint(), [](Packet& p) { p.protocol = 1; }).bytes(), served},
      {"a segment of no connection to a service of AWS's", Verdict::NoFlow, kClientPort,
       with(client_to_endpoint(), [](Packet& p) { p.flags = kAck; }).bytes(), served},
      {"to a service of AWS's whose VPC's services link is not programmed",
       Verdict::DestinationGone, kClientPort, client_to_endpoint().bytes(),
       [](TestWorld& w) {
         lead_to_aws(w);
         w.port(kConsumerServices, kPnPortNone, 0, 0, "0.0.0.0");
       }},
      {"a service of AWS's that begins a connection itself", Verdict::ServiceUnsolicited,
       kConsumerServices,
       with(client_to_neighbour(),
            [](Packet& p) {
              p.source_mac = mac_of(kConsumerServices);
              p.source = ip("10.0.1.100");
            })
           .bytes(),
       served},
  };
}

Packet from_relay() {
  return with(probe_to_target(), [](Packet& p) {
    p.destination = IpAddress::v4(kPnRelayTargets);
    p.destination_port = 443;
  });
}

std::vector<Row> relay_rows() {
  const auto tls = [](TestWorld& w) { w.tls_listener(); };
  const auto at_443 = [](Packet packet) {
    packet.destination_port = 443;
    return packet.bytes();
  };
  return {
      {"to a TLS listener through the endpoint", Verdict::RelayAdmitted, kClientPort,
       at_443(client_to_endpoint()), tls},
      {"to a TLS listener from its own VPC", Verdict::RelayAdmitted, kLocalPort,
       at_443(local_to_node()), tls},
      {"a relay's connection", Verdict::RelayedAdmitted, kProviderServices, from_relay().bytes(),
       tls},
      {"a relay's connection that no inbound rule of the load balancer is asked about",
       Verdict::RelayedAdmitted, kProviderServices, from_relay().bytes(),
       [&](TestWorld& w) {
         w.tls_listener();
         w.group(kNodeGroup, kPnIngress, {});
       }},
      {"a relay's UDP", Verdict::NoListener, kProviderServices,
       with(from_relay(), [](Packet& p) { p.protocol = 17; }).bytes(), tls},
      {"a relay's connection for a listener that is not TLS", Verdict::NoListener,
       kProviderServices, with(from_relay(), [](Packet& p) { p.destination_port = 80; }).bytes(),
       tls},
      {"a relay whose load balancer may not send to the target", Verdict::BalancerEgressDenied,
       kProviderServices, from_relay().bytes(),
       [](TestWorld& w) {
         w.tls_listener();
         w.group(kNodeGroup, kPnEgress, {});
       }},
      {"a target that does not let the load balancer in", Verdict::TargetIngressDenied,
       kProviderServices, from_relay().bytes(),
       [](TestWorld& w) {
         w.tls_listener();
         w.group(kTargetGroupOfRules, kPnIngress, {});
       }},
      {"a relay without targets", Verdict::TargetGroupEmpty, kProviderServices,
       from_relay().bytes(),
       [](TestWorld& w) {
         w.tls_listener();
         w.choice(kTcpTargets, kNodeAEni, 0, {});
       }},
      {"a client that the load balancer does not let in", Verdict::BalancerIngressDenied,
       kClientPort, at_443(client_to_endpoint()),
       [](TestWorld& w) {
         w.tls_listener();
         w.group(kNodeGroup, kPnIngress, {});
       }},
      {"the middle of a connection that the relay has not", Verdict::ResetNoFlow, kLocalPort,
       at_443(next(local_to_node(), kAck)), tls},
      {"a services link that is gone", Verdict::DestinationGone, kClientPort,
       at_443(client_to_endpoint()),
       [](TestWorld& w) {
         w.tls_listener();
         w.port(kProviderServices, kPnPortNone, 0, 0, "0.0.0.0");
       }},
      {"an instance that sends to where relays do", Verdict::NoRoute, kLocalPort,
       with(local_to_node(), [](Packet& p) { p.destination = IpAddress::v4(kPnRelayTargets); })
           .bytes(),
       tls},
  };
}

std::vector<Row> tracking_rows() {
  const Bytes data = client_data();
  return {
      {"middle of a connection to a neighbour", Verdict::NoFlow, kClientPort,
       next(client_to_neighbour(), kAck).bytes()},
      {"echo reply nobody asked for", Verdict::NoFlow, kLocalPort,
       with(local_to_node(),
            [](Packet& p) {
              p.destination = ip("10.0.1.10");
              p.protocol = 1;
              p.icmp_type = 0;
            })
           .bytes(),
       [](TestWorld& w) {
         w.group(kTargetGroupOfRules, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
       }},
      {"middle of a connection to a listener", Verdict::ResetNoFlow, kClientPort, data},
      {"RST to a listener, which no RST may answer", Verdict::NoFlow, kClientPort,
       next(client_to_endpoint(), kRst).bytes()},
      {"silent for longer than the listener allows", Verdict::FlowExpired, kClientPort, data,
       [](TestWorld& w) {
         connect(w);
         w.fabric().pass(352);
       }},
      {"silent, but not for so long", Verdict::FlowForwarded, kClientPort, data,
       [](TestWorld& w) {
         connect(w);
         w.fabric().pass(349);
       }},
      {"target deregistered with its connections", Verdict::TargetClosed, kClientPort, data,
       [](TestWorld& w) {
         connect(w);
         pn_target entry = w.target_entry(kTcpTarget1);
         entry.state = kPnTargetClosed;
         w.target(kTcpTarget1, entry);
       }},
      {"too many half-open connections", Verdict::HalfOpenLimit, kClientPort,
       client_to_endpoint().bytes(),
       [](TestWorld& w) {
         for (std::uint16_t port = 1; port <= 8; ++port) {
           w.fabric().send(kClientPort, with(client_to_endpoint(), [&](Packet& p) {
                                          p.source_port = port;
                                        }).bytes());
         }
       }},
      // [NLB guide, "Client IP preservation": connections with the same tuple collide]
      {"two nodes, one client port, client address preserved", Verdict::TupleInUse, kLocalPort,
       with(local_to_node(),
            [](Packet& p) {
              p.destination = ip("10.0.2.200");
              p.destination_port = 81;
            })
           .bytes(),
       [](TestWorld& w) {
         w.choice(kPreservingTargets, kNodeCEni, 1, {kPreservedTarget});
         w.fabric().send(kLocalPort,
                         with(local_to_node(), [](Packet& p) { p.destination_port = 81; }).bytes());
       }},
  };
}

void take_all_ports(TestWorld& world) {
  std::vector<pn_flow_key> keys(kPnSnatPorts);
  for (std::uint32_t i = 0; i < kPnSnatPorts; ++i) {
    pn_flow_key& key = keys[i];
    key.vpc = kProvider;
    key.source = addr("10.0.1.10");
    key.destination = addr("10.0.1.200");
    key.source_port_be = htons(8080);
    key.destination_port_be = htons(static_cast<std::uint16_t>(kPnSnatFirst + i));
    key.protocol = 6;
  }
  world.fabric().fill_flows(keys);
}

void fill_flow_table(TestWorld& world) {
  std::vector<pn_flow_key> keys(bpf_map__max_entries(world.fabric().maps().pn_flows));
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    keys[i].vpc = 99;
    keys[i].source.word_be[3] = i;
  }
  world.fabric().fill_flows(keys);
}

// Client and endpoint in two subnets, one of which has ACL 801.
void between_subnets(TestWorld& world, std::uint32_t client_acl, std::uint32_t endpoint_acl) {
  world.place(kConsumer, "10.0.1.10", 701, client_acl);
  world.place(kConsumer, "10.0.1.11", 702, endpoint_acl);
  world.place(kConsumer, "10.0.1.100", 702, endpoint_acl);
  world.place(kProvider, "10.0.1.200", 703, 0);
  world.place(kProvider, "10.0.1.10", 704, 0);
  world.acl(801, kPnIngress, {});
  world.acl(801, kPnEgress, {});
  world.acl_generation(1);
}

std::vector<Row> acl_rows() {
  return {
      {"client's subnet lets nothing out", Verdict::SourceAclDenied, kClientPort,
       client_to_endpoint().bytes(), [](TestWorld& w) { between_subnets(w, 801, 0); }},
      {"endpoint's subnet lets nothing in", Verdict::EndpointAclDenied, kClientPort,
       client_to_endpoint().bytes(), [](TestWorld& w) { between_subnets(w, 0, 801); }},
      {"neighbour's subnet lets nothing in", Verdict::DestinationAclDenied, kClientPort,
       client_to_neighbour().bytes(), [](TestWorld& w) { between_subnets(w, 0, 801); }},
      {"node's subnet lets nothing out", Verdict::BalancerAclDenied, kClientPort,
       client_to_endpoint().bytes(),
       [](TestWorld& w) {
         between_subnets(w, 0, 0);
         w.place(kProvider, "10.0.1.200", 703, 801);
       }},
      {"an ACL that is not programmed", Verdict::AclMissing, kClientPort,
       client_to_endpoint().bytes(), [](TestWorld& w) { between_subnets(w, 802, 0); }},
  };
}

std::vector<Row> full_rows() {
  return {
      {"every source port towards the target taken", Verdict::PortAllocationError, kClientPort,
       client_to_endpoint().bytes(), take_all_ports},
      {"flow table full", Verdict::FlowTableFull, kClientPort, client_to_neighbour().bytes(),
       fill_flow_table},
      {"flow table full, where a port is chosen", Verdict::FlowTableFull, kClientPort,
       client_to_endpoint().bytes(), fill_flow_table},
  };
}

std::vector<Row> fault_rows() {
  return {
      {"its own link loses it", Verdict::LostOnPurpose, kClientPort, client_to_endpoint().bytes(),
       [](TestWorld& w) { w.lose(kClientPort, kPnLossAll); }},
      {"the target's link loses it", Verdict::LostOnPurpose, kClientPort,
       client_to_endpoint().bytes(), [](TestWorld& w) { w.lose(kTarget1Port, kPnLossAll); }},
  };
}

std::vector<Row> ipv6_rows() {
  const auto to_ipv6_target = [](const std::function<void(Packet&)>& change) {
    return with(client_to_endpoint_udp(),
                [&](Packet& p) {
                  p.destination_port = 54;
                  change(p);
                })
        .bytes();
  };
  const auto add_ipv6 = [](TestWorld& w) { w.add_ipv6(); };
  return {
      {"IPv6 to an instance", Verdict::InstanceAdmitted, kClientPort,
       client_to_neighbour_ipv6().bytes(), add_ipv6},
      {"IPv6 to the endpoint", Verdict::EndpointAdmitted, kClientPort,
       client_to_endpoint_ipv6().bytes(), add_ipv6},
      {"an IPv6 fragment", Verdict::Ipv6Extension, kClientPort,
       with(client_to_neighbour_ipv6(), [](Packet& p) { p.protocol = 44; }).bytes(), add_ipv6},
      {"UDP without a checksum to an IPv6 target", Verdict::NotTranslatable, kClientPort,
       to_ipv6_target([](Packet& p) { p.without_checksum = true; }), add_ipv6},
      {"a fragment of UDP to an IPv6 target", Verdict::NotTranslatable, kClientPort,
       to_ipv6_target([](Packet& p) { p.fragment = 0x2000; }), add_ipv6},
      {"IPv6 from an IPv4 address", Verdict::Malformed, kClientPort,
       [] {
         Bytes frame = client_to_neighbour_ipv6().bytes();
         const auto mapped = ip("10.0.1.10").bytes();
         std::ranges::copy(mapped, frame.begin() + 14 + 8);
         return frame;
       }(),
       add_ipv6},
      {"IPv6 to an IPv4 address", Verdict::Malformed, kClientPort,
       [] {
         Bytes frame = client_to_neighbour_ipv6().bytes();
         const auto mapped = ip("10.0.1.11").bytes();
         std::ranges::copy(mapped, frame.begin() + 14 + 24);
         return frame;
       }(),
       add_ipv6},
      {"IPv6 from an interface that has no such address", Verdict::AddressSpoofed, kClientPort,
       client_to_neighbour_ipv6().bytes()},
      {"IPv6 from another's address", Verdict::AddressSpoofed, kNeighbourPort,
       with(client_to_neighbour_ipv6(), [](Packet& p) { p.source_mac = mac_of(kNeighbourPort); })
           .bytes(),
       add_ipv6},
      {"IPv6 to nobody in the VPC", Verdict::DestinationUnknown, kClientPort,
       with(client_to_neighbour_ipv6(),
            [](Packet& p) {
              p.destination = ip("2600:1f00:0:1::dead");
              p.protocol = 58;
              p.icmp_type = 128;
            })
           .bytes(),
       add_ipv6},
      {"IPv6 out of the VPC, which no rule allows", Verdict::SourceEgressDenied, kClientPort,
       with(client_to_neighbour_ipv6(), [](Packet& p) { p.destination = ip("2001:db8::1"); })
           .bytes(),
       add_ipv6},
      {"IPv6 to a group of stations", Verdict::Multicast, kClientPort,
       with(client_to_neighbour_ipv6(), [](Packet& p) { p.destination = ip("ff02::fb"); }).bytes(),
       add_ipv6},
      {"a router's advertisement", Verdict::ArpIgnored, kClientPort,
       with(client_to_neighbour_ipv6(),
            [](Packet& p) {
              p.protocol = 58;
              p.icmp_type = 134;
              p.destination = ip("ff02::1");
            })
           .bytes(),
       add_ipv6},
      {"ping of an endpoint by IPv6", Verdict::EndpointIcmp, kClientPort,
       with(client_to_endpoint_ipv6(),
            [](Packet& p) {
              p.protocol = 58;
              p.icmp_type = 128;
            })
           .bytes(),
       add_ipv6},
      {"a node without an IPv6 address to an IPv6 target", Verdict::NodeMissing, kClientPort,
       with(client_to_endpoint(), [](Packet& p) { p.destination_port = 82; }).bytes(),
       [](TestWorld& w) {
         w.add_ipv6();
         w.fabric().remove(w.fabric().maps().pn_nodes, std::uint32_t{kNodeAEni});
       }},
      {"IPv6, whose rules are not programmed", Verdict::GroupMissing, kClientPort,
       client_to_neighbour_ipv6().bytes(),
       [](TestWorld& w) {
         w.add_ipv6();
         w.fabric().remove(w.fabric().maps().pn_groups,
                           pn_group_key{.group = kClientGroup,
                                        .direction = kPnEgress + std::uint32_t{kPnRulesIpv6}});
       }},
      {"IPv6 that only a rule of IPv4 would allow", Verdict::SourceEgressDenied, kClientPort,
       client_to_neighbour_ipv6().bytes(),
       [](TestWorld& w) {
         w.add_ipv6();
         w.group(kClientGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
         w.group(kClientGroup, kPnEgress, {}, true);
       }},
  };
}

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (auto part : {passed_rows(), unfit_rows(), nowhere_rows(), group_rows(), endpoint_rows(),
                    balancer_rows(), relay_rows(), aws_rows(), acl_rows(), tracking_rows(),
                    full_rows(), fault_rows(), ipv6_rows()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

TEST(Verdicts, Each_packet_gets_its_verdict_and_each_verdict_has_a_packet) {
  std::set<Verdict> seen;
  for (const Row& row : all_rows()) {
    SCOPED_TRACE(row.name);
    TestWorld world(fabric());
    row.change(world);
    const std::uint64_t before = fabric().count(row.verdict);
    const Outcome outcome = fabric().send(row.from, row.frame, row.gso_size);
    EXPECT_EQ(info(outcome.verdict).name, info(row.verdict).name);
    EXPECT_EQ(fabric().count(row.verdict), before + 1);
    const VerdictAction action = info(row.verdict).action;
    EXPECT_EQ(outcome.sent, action != VerdictAction::Drop);
    if (action == VerdictAction::Reset || action == VerdictAction::Answer) {
      EXPECT_EQ(outcome.to_port, row.from);
    }
    seen.insert(outcome.verdict);
  }
  for (const VerdictInfo& each : kVerdicts) {
    EXPECT_TRUE(seen.contains(each.verdict)) << each.name << " has no row";
  }
}

}  // namespace
}  // namespace postern::dataplane::testing
