// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What the programs and the daemon agree on: the maps, their keys and values, and what each entry
// means. Included as it is by C (bpf/) and by C++ (compile/, apply/, linux/, explain/).
//
// Rules of all maps:
//  - Zero-fill a value or key before setting its fields: padding is part of a hash key.
//  - Things are named by their record's `number`, which is never used again, so an entry that is
//    left over can never be mistaken for another thing's. Number 0 means none.
//  - `_be` is network byte order; everything else is the host's.
//  - An entry that is missing means "drop, with a name". There is no order of filling in which a
//    half-programmed path lets through what the finished one would not; to take away, delete or
//    overwrite the entry that grants.
//  - A hash entry is replaced whole by one update: a packet sees the old or the new one.
#pragma once

#include <linux/types.h>

#ifdef __cplusplus
#define PN_SIZE(type, size) static_assert(sizeof(type) == (size), #type " has moved")
#else
#define PN_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has moved")
#endif

// Changes with anything in this file or in verdicts.def, and with a map's size, but not with a map
// that is new: it is made beside those that are there; nor with a flag, or a field that was
// padding, that programs which do not know it do well to pass over; nor with a verdict at the end
// of the list, for which only pn_counters is made anew. Of pinned maps of an older version the
// connections are taken over (linux/older_maps.h); the rest is written anew.
enum { kPnLayoutVersion = 5 };

enum pn_limit {
  kPnPortsMax = 65536,   // ifindex of a link: 1 to 65535
  kPnGroupsMax = 5,      // security groups of one interface [VPC quotas]
  kPnRulesMax = 64,      // rules of one group in one direction; AWS's limit is 60 [VPC quotas]
  kPnTargetsMax = 1024,  // targets that one node may use for one target group
  kPnSlotsMax = 2 * kPnTargetsMax,  // places that a hash may draw, see pn_choice
  kPnAclRulesMax = 40,              // rules of one network ACL in one direction [VPC quotas]
  kPnMtu = 9001,                    // of every link [EC2 user guide, "Network MTU"]
  kPnEndpointMtu = 8500,            // through an endpoint [AWS PrivateLink guide]
  // Source ports that a node uses towards targets: kPnSnatPorts (a prime) ports from kPnSnatFirst.
  // The ports above are left for what the services namespace opens itself: its
  // net.ipv4.ip_local_port_range must be kPnServicesPortFirst to 65535, or probes and translated
  // connections could want the same port of a node.
  kPnSnatFirst = 1024,
  kPnSnatPorts = 59999,
  kPnServicesPortFirst = 61024,
};

// An address: 16 bytes as they stand on the wire, IPv4 in its mapped form ::ffff:a.b.c.d (the bytes
// of IpAddress::bytes()).
struct pn_addr {
  __u32 word_be[4];
};
PN_SIZE(struct pn_addr, 16);

// ---- pn_ports: ARRAY[kPnPortsMax], by ifindex in the fabric namespace ---------------------------
// The links: one for each running instance's interface, one for each VPC's services namespace.
// Key: NetworkInterface::port or Vpc::services_port. All zero (kPnPortNone): no such link, packets
// from it are dropped and none are sent to it. A port's number may be used again for another
// interface; `owner` tells them apart.

enum pn_port_kind {
  kPnPortNone = 0,
  kPnPortInstance = 1,
  kPnPortServices = 2,
};

enum pn_port_flag {
  kPnPortNoSourceCheck = 1,  // source/destination check is off: it may send from any address
  kPnPortTap = 2,      // the link is a tap device: its guest is behind it and not at its other end
  kPnPortCounted = 4,  // its packets are counted in pn_traffic: a flow log may want them
  kPnPortQueued = 8,   // what it is sent goes by its queue, which may hold it back: `postern fault`
};

struct pn_port {
  __u32 kind;              // enum pn_port_kind
  __u32 vpc;               // Vpc::number
  __u32 owner;             // instance: NetworkInterface::number; services: Vpc::number
  __u32 flags;             // enum pn_port_flag
  struct pn_addr address;  // instance: its private address; services: zero, pn_addrs says
  __u8 mac[6];  // of the guest's end: its frames come from it, frames to it are sent to it
  __u16 loss;   // of kPnLossAll IP packets, in either direction, so many are LostOnPurpose
};
PN_SIZE(struct pn_port, 40);

enum { kPnLossAll = 65535 };

// ---- pn_vpcs: HASH, Vpc::number -> pn_vpc -------------------------------------------------------

struct pn_vpc {
  struct pn_addr net;   // the CIDR's base, mapped
  struct pn_addr mask;  // over the mapped form: 96 ones before an IPv4 mask
};
PN_SIZE(struct pn_vpc, 32);

// ---- pn_vpc_blocks: HASH, Vpc::number -> pn_vpc_blocks ------------------------------------------
// The VPC's CIDRs beside the first: four of IPv4 and five of IPv6. A VPC without an entry has none.

enum { kPnVpcBlocksMax = 9 };  // [VPC quotas]

struct pn_vpc_blocks {
  __u32 count;
  struct pn_vpc blocks[kPnVpcBlocksMax];
};
PN_SIZE(struct pn_vpc_blocks, 4 + 32 * kPnVpcBlocksMax);

// ---- pn_addrs: HASH, pn_addr_key -> pn_addr_info ------------------------------------------------
// What is at an address of a VPC. One entry for each
//   - network interface of an instance that has a link (kPnAddrInstance),
//   - endpoint network interface, in whatever state its endpoint is (kPnAddrEndpoint),
//   - NLB node interface (kPnAddrNode),
//   - resolver: VPC base + 2 and 169.254.169.253 (kPnAddrService),
//   - instance metadata 169.254.169.254 (kPnAddrService),
//   - router: base + 1 of each subnet (kPnAddrRouter; answers ARP, is not pingable, as in AWS).
// An interface has an entry for its IPv4 address and for each of its IPv6 addresses, all alike. An
// entry is also what ARP and neighbor solicitations are answered from. 169.254.0.0/16 addresses are
// on link for instances. The router's IPv6 address is PN_ROUTER_LINK_LOCAL, on every link.

enum pn_addr_kind {
  kPnAddrNone = 0,
  kPnAddrInstance = 1,
  kPnAddrEndpoint = 2,
  kPnAddrNode = 3,
  kPnAddrService = 4,
  kPnAddrRouter = 5,
};

struct pn_addr_key {
  __u32 vpc;
  struct pn_addr address;
};
PN_SIZE(struct pn_addr_key, 20);

struct pn_addr_info {
  __u32 kind;  // enum pn_addr_kind
  __u32 eni;   // NetworkInterface::number; services and router: 0
  // Where its packets are sent: instance: its port; node and service: the VPC's services port;
  // endpoint and router: 0, but of an endpoint to a service of AWS's that Postern serves: as a
  // node.
  __u32 port;
  __u32 balancer;  // node: LoadBalancer::number; else 0
  __u8 mac[6];     // what ARP answers: NetworkInterface::mac; for the VPC's own ones PN_ROUTER_MAC
  __u8 pad[2];
  // SecurityGroup::number of each group. Instance and endpoint: at least one, or nothing is
  // admitted. Node: the NLB's groups; none if it was made without, and then everything is admitted.
  // Service and router: none, they are never filtered.
  __u32 group_count;
  __u32 groups[kPnGroupsMax];
  // Network ACLs are asked between two subnets, so never where `subnet` is the same on both sides
  // or 0 on one: resolver, metadata and router. [VPC user guide, "Network ACL basics"]
  __u32 subnet;  // Subnet::number
  __u32 acl;     // NetworkAcl::number of its subnet; 0: one that allows everything
};
PN_SIZE(struct pn_addr_info, 56);

// The fabric's own MAC address: source of every frame that it delivers.
#define PN_ROUTER_MAC {0x02, 0x50, 0x4e, 0x00, 0x00, 0x01}

// fe80::50:4eff:fe00:1, of that MAC address (RFC 4291, appendix A).
#define PN_ROUTER_LINK_LOCAL \
  {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x00, 0x50, 0x4e, 0xff, 0xfe, 0x00, 0x00, 0x01}

// ---- pn_nodes: HASH, NetworkInterface::number of an NLB node -> pn_node -------------------------
// Both addresses of a node that has two: what enters it by one may leave by the other.

struct pn_node {
  struct pn_addr ipv4;
  struct pn_addr ipv6;
};
PN_SIZE(struct pn_node, 32);

// ---- pn_groups: HASH, pn_group_key -> pn_group --------------------------------------------------
// The rules of a security group in one direction. Both directions have an entry as long as the
// group exists, also when there are no rules (count 0); a missing entry is the verdict
// GroupMissing. A group of a VPC with IPv6 has two more, with what its rules say of IPv6: a rule
// that names a group, or a prefix list, may be in both. AWS: union of all groups, order does not
// matter, allow only.

enum pn_direction { kPnIngress = 0, kPnEgress = 1 };

// Added to a direction in a key: the rules for IPv6.
enum { kPnRulesIpv6 = 2 };

struct pn_group_key {
  __u32 group;      // SecurityGroup::number
  __u32 direction;  // enum pn_direction, and kPnRulesIpv6
};
PN_SIZE(struct pn_group_key, 8);

enum { kPnProtocolAny = 256 };  // protocol "-1"
enum { kPnIcmpAny = 0xffff };   // ICMP type or code -1

// One rule. Peer: if `group` is not 0, the other interface must have that group; else the other
// address must be in net/mask (mapped: 0.0.0.0/0 has a mask of 96 ones).
struct pn_rule {
  struct pn_addr net;
  struct pn_addr mask;
  __u32 group;
  __u16 protocol;  // IP protocol number, or kPnProtocolAny
  // TCP and UDP: first and last destination port. ICMP: type and code, or kPnIcmpAny. Other
  // protocols and kPnProtocolAny: not looked at.
  __u16 low;
  __u16 high;
  __u16 pad;
};
PN_SIZE(struct pn_rule, 44);

struct pn_group {
  __u32 count;
  struct pn_rule rules[kPnRulesMax];
};
PN_SIZE(struct pn_group, 4 + 44 * kPnRulesMax);

// ---- pn_acls: HASH, pn_acl_key -> pn_acl --------------------------------------------------------
// The rules of a network ACL in one direction, in the order of their numbers: the first that fits
// decides, and none means deny. An ACL that pn_addrs names and that is missing denies (AclMissing).
// What it says of IPv6 is in entries of its own, in VPCs with IPv6.
// [VPC user guide, "Control subnet traffic with network access control lists"]

struct pn_acl_key {
  __u32 acl;        // NetworkAcl::number
  __u32 direction;  // enum pn_direction, as the subnet sees it, and kPnRulesIpv6
};
PN_SIZE(struct pn_acl_key, 8);

struct pn_acl_rule {
  struct pn_addr net;  // of the other side
  struct pn_addr mask;
  __u16 protocol;  // IP protocol number, or kPnProtocolAny
  __u16 low;       // as in pn_rule
  __u16 high;
  __u16 allow;  // 1 or 0
};
PN_SIZE(struct pn_acl_rule, 40);

struct pn_acl {
  __u32 count;
  struct pn_acl_rule rules[kPnAclRulesMax];
};
PN_SIZE(struct pn_acl, 4 + 40 * kPnAclRulesMax);

// ---- pn_generations: ARRAY[2] of __u64, by enum pn_generation -----------------------------------
// What is asked of each packet of a connection has the same answer for all of one direction, as
// long as the maps that say it are as they were. So a flow entry keeps the generation of the maps
// by which it was last let through, and is asked again when it is another. A generation is of the
// contents: the same ones have the same number, however often the daemon starts. (docs/adr/0029)

enum pn_generation {
  // Of pn_acls and of which ACL an address has: ACLs know no connections. Written after them. 0: no
  // address has an ACL, none is asked.
  kPnAclGeneration = 0,
  // Of pn_endpoints and pn_targets, which cut connections. 0: each packet asks. It is 0 from before
  // one of their entries is closed or taken away until all of them are as they shall be: what is
  // closed is so for the next packet, whatever becomes of the daemon.
  kPnCutGeneration = 1,
  kPnGenerations = 2,
};

// ---- pn_endpoints: HASH, NetworkInterface::number of the endpoint's interface -> pn_endpoint ----
// One entry for each zone (EndpointSubnet) of an endpoint that is not deleted. Every packet through
// it is held to it (kPnCutGeneration), so overwriting or deleting an entry cuts the connections
// through it at once: state not forwarding -> EndpointNotAccepted, other connection ->
// ConnectionReplaced, no entry -> EndpointMissing.

enum pn_endpoint_state {
  kPnEndpointClosed = 0,      // pending acceptance, rejected, failed, expired, deleting
  kPnEndpointForwarding = 1,  // accepted: pending or available
};

enum pn_endpoint_flag {
  kPnEndpointSkipNodeIngress = 1,  // enforce_inbound_rules_on_private_link is off at its NLB
  // It leads to a service of AWS's, so to no node: what reaches it by TCP on a pn_aws_port is
  // handed as it is to the VPC's services namespace, where Postern listens at the endpoint's own
  // address. (docs/adr/0025) A program that does not know the flag finds no node.
  kPnEndpointAws = 2,
  kPnEndpointUnserved = 4,  // beside kPnEndpointAws: nobody listens there
};

enum pn_aws_port { kPnAwsHttp = 80, kPnAwsHttps = 443 };

enum { kPnEndpointIdBytes = 22 };

struct pn_endpoint {
  __u32 state;       // enum pn_endpoint_state
  __u32 connection;  // VpcEndpoint::connection
  __u32 flags;       // enum pn_endpoint_flag
  // The node that this zone's connections enter: the interface of EndpointSubnet::load_balancer in
  // the same zone id. It must be in pn_addrs as a kPnAddrNode with this eni. node_eni 0: no node in
  // this zone (EndpointWithoutNode).
  __u32 node_vpc;
  __u32 node_eni;
  struct pn_addr node_address;
  char id[kPnEndpointIdBytes];  // "vpce-" and 17 digits, for the PROXY protocol; not terminated
  char pad[2];
};
PN_SIZE(struct pn_endpoint, 60);

// ---- pn_listeners: HASH, pn_listener_key -> pn_listener -----------------------------------------
// A TCP_UDP listener is two entries, and so is a TLS one: the clients' side is handed to the relay,
// a program in the VPC's services namespace that listens at the node's own address, and the relay's
// side says where its connections go on to. A program that knows no relay finds no target on the
// clients' side: nothing gets past the relay. (docs/adr/0021)

enum pn_listener_side { kPnSideClients = 0, kPnSideRelay = 1 };

struct pn_listener_key {
  __u32 balancer;  // LoadBalancer::number
  __u16 port_be;
  __u8 protocol;  // IPPROTO_TCP or IPPROTO_UDP
  __u8 side;      // enum pn_listener_side
};
PN_SIZE(struct pn_listener_key, 8);

enum pn_listener_flag {
  // Its target group has client IP preservation on: in effect for clients of the same VPC only, a
  // client behind an endpoint always comes from the node's address [NLB guide, "Client IP
  // preservation"].
  kPnListenerPreserve = 1,
  // Its target group is sticky: a client's address alone decides. [NLB guide, "Sticky sessions"]
  kPnListenerSticky = 2,
  // Its target group wants the PROXY protocol's header, version 2, before what the client sends.
  // [NLB guide, "Proxy protocol"]
  kPnListenerProxyV2 = 4,
  // Clients are handed to the relay: target_group is 0. The clients' side of a TLS listener has
  // kPnListenerProxyV2 too, by which the relay is told who its clients are. A listener of an
  // Application Load Balancer has not: clients of the VPC come with their own addresses, others by
  // a Network Load Balancer, and the relay chooses targets by requests and goes to them itself.
  kPnListenerRelay = 8,
  // It forwards to several target groups by their weights: pn_splits says which, and what these
  // flags would say is said of each of them there. kPnListenerSticky beside it: a client's address
  // alone decides which group. A program that knows no splits finds no target: target_group is 0.
  kPnListenerSplit = 16,
};

// What stands for others at the relay, 169.254.255.1 and .2: an address of no VPC, since none may
// have a CIDR of 169.254.0.0/16.
enum {
  // Source of what comes through an endpoint, since its clients' addresses may be anybody's. The
  // port tells them apart; it is drawn as a node's towards a target.
  kPnRelayClients = 0xa9feff01,
  // Destination of the relay's own connections: from a node's address to the port of its listener.
  kPnRelayTargets = 0xa9feff02,
};

struct pn_listener {
  __u32 listener;      // Listener::number
  __u32 target_group;  // TargetGroup::number of its default action, if that is one
  __u32 flags;         // enum pn_listener_flag
  __u32 idle_seconds;  // tcp.idle_timeout.seconds (350) or for UDP 120
};
PN_SIZE(struct pn_listener, 16);

// ---- pn_splits: HASH, Listener::number -> pn_split ----------------------------------------------
// How a listener's connections are shared among the target groups of its action, by their weights.
// [NLB guide, "Listeners": weighted target groups]
//
// The draw is draw kPnDraws (pn_draw) of the connection's hash, or of its client's, over 32 bits:
// it is the first share's whose `last` it does not exceed. A group keeps its connections as far as
// the order and the sums of weights stay the same.

enum { kPnSharesMax = 5 };  // target groups of one action [NLB guide, "Quotas"]

struct pn_share {
  __u32 last;          // the greatest draw that is this group's; of the last share all ones
  __u32 target_group;  // TargetGroup::number
  __u32 flags;         // enum pn_listener_flag: what the group wants
};
PN_SIZE(struct pn_share, 12);

struct pn_split {
  __u32 count;  // of shares, at least 2
  struct pn_share shares[kPnSharesMax];
};
PN_SIZE(struct pn_split, 64);

// ---- pn_choices: HASH, pn_choice_key -> pn_choice -----------------------------------------------
// The targets that a node may give new connections to: one entry for each target group that a
// listener of the node's NLB forwards to, and each node of that NLB. Healthy ones of the node's
// zone, of all zones with cross-zone on; when none is healthy, all (fail open): that is decided
// outside, the program only draws. Tracked connections do not look here again.
//
// The draw is by a hash over addresses, ports, protocol and, for TCP, its first sequence number
// [NLB guide, "Network Load Balancer overview"]; over the client's address if the group is sticky.
// It tries kPnDraws slots, each from another mix of the hash, and takes the first that is taken by
// a target. A target keeps its slot while others come and go, so that few draws end elsewhere when
// the list changes (docs/adr/0006). If all are free, it takes targets[hash * count >> 32].

struct pn_choice_key {
  __u32 target_group;  // TargetGroup::number
  __u32 node_eni;      // NetworkInterface::number of the node
};
PN_SIZE(struct pn_choice_key, 8);

enum { kPnDraws = 16 };  // for targets; one more is for target groups

struct pn_choice {
  __u32 registered;  // targets that the group has anywhere; 0: TargetGroupEmpty, a RST
  __u32 count;       // entries of `targets`; 0 with others registered: ZoneWithoutTargets
  __u32 slot_mask;   // a power of two less one: slots in use
  __u32 targets[kPnTargetsMax];  // Target::number
  __u16 slots[kPnSlotsMax];      // 1 + index in `targets`; 0: free
};
PN_SIZE(struct pn_choice, 12 + 4 * kPnTargetsMax + 2 * kPnSlotsMax);

// The slot of draw `draw` (0 to kPnDraws) of a connection's hash.
static inline __u32 pn_draw(__u32 hash, __u32 draw, __u32 slot_mask) {
  __u32 mixed = (hash + draw * 0x9e3779b9u) * 0x85ebca6bu;
  mixed ^= mixed >> 15;
  mixed *= 0xc2b2ae35u;
  return (mixed ^ mixed >> 16) & slot_mask;
}

// ---- pn_targets: HASH, Target::number -> pn_target ----------------------------------------------
// A registration that connections may be on: it stays here while draining, unhealthy or
// deregistered for as long as its connections live, and every packet of them is held to it
// (kPnCutGeneration). A missing or closed one is the verdict TargetClosed: its connections get RST
// (target_health_state.unhealthy.connection_termination.enabled,
// deregistration_delay.connection_termination.enabled).

enum pn_target_state {
  kPnTargetClosed = 0,
  kPnTargetOpen = 1,
};

struct pn_target {
  __u32 state;  // enum pn_target_state
  __u32 vpc;    // Vpc::number of its target group
  // NetworkInterface::number at `address`: pn_addrs must say the same. An instance's, or of a node
  // of an Application Load Balancer that listens on the port.
  __u32 eni;
  __u16 port_be;
  __u16 pad;
  struct pn_addr address;
};
PN_SIZE(struct pn_target, 32);

// ---- pn_flows: HASH (no preallocation), pn_flow_key -> pn_flow ----------------------------------
// Written by the programs only; the daemon reads it for listings and never writes. Two entries for
// each connection, one a direction: the key is the packet as its sender writes it.

// ICMP and ICMPv6 echo: source port of a request is its id, destination port is kPnEchoPortBe; a
// reply the other way round. Other protocols: both 0.
enum { kPnEchoPortBe = 0x0008 };

struct pn_flow_key {
  __u32 vpc;
  struct pn_addr source;
  struct pn_addr destination;
  __u16 source_port_be;
  __u16 destination_port_be;
  __u8 protocol;
  __u8 pad[3];
};
PN_SIZE(struct pn_flow_key, 44);

enum pn_flow_flag {
  kPnFlowReply = 1,      // the direction of the side that did not begin
  kPnFlowTranslate = 2,  // addresses or ports change
  kPnFlowEndpoint = 4,   // through an endpoint: `endpoint` and `connection` are checked
  kPnFlowTarget = 8,     // through an NLB: `target` is checked
  kPnFlowIpv6 = 16,      // its packets come as IPv6
  kPnFlowToIpv6 = 32,    // and are sent on as IPv6
};

// TCP flags seen in this direction (the header's own bits), and what became of the entry.
enum pn_flow_seen {
  kPnSeenFin = 1,
  kPnSeenSyn = 2,
  kPnSeenRst = 4,
  kPnSeenAck = 16,
  kPnSeenOpen = 256,     // forward entry: both sides have answered, the connection is established
  kPnSeenCounted = 512,  // forward entry: counted in pn_half_open
  kPnSeenDead = 1024,    // swept: lookups do not see it, the next sweep deletes it
  // Forward entry, PROXY protocol: its header was put before the client's first bytes; the target
  // has acknowledged all of it.
  kPnSeenHeaderSent = 2048,
  kPnSeenHeaderDone = 4096,
  // Other protocols than TCP: how many packets have passed in this direction, at least.
  kPnSeenOnce = 8192,
  kPnSeenTwice = 16384,
};

struct pn_flow {
  // The packet as it is sent on. The other direction's key is
  // {to_vpc, destination, source, destination_port_be, source_port_be, protocol} of these.
  struct pn_addr source;
  struct pn_addr destination;
  __u16 source_port_be;
  __u16 destination_port_be;
  __u32 to_vpc;
  __u32 to_port;  // where it is sent; pn_ports must have to_owner there
  __u32 to_owner;
  __u32 from_port;
  __u32 from_owner;  // owner of the port that it comes from
  __u32 endpoint;    // key in pn_endpoints
  __u32 connection;
  __u32 node_eni;
  __u32 listener;
  __u32 target;
  __u32 address_difference;  // for the L4 checksum
  __u32 idle_seconds;
  __u32 last;  // CLOCK_MONOTONIC second of this direction's last packet
  __u32 seen;  // enum pn_flow_seen; written by this direction's packets only, but for Dead
  __u16 header_difference;  // the same, folded, for the IPv4 header's
  __u8 flags;               // enum pn_flow_flag
  __u8 protocol;
  __u32 first_sequence;  // PROXY protocol: the client's first sequence number
  __u16 proxy_bytes;     // length of the PROXY protocol's header; 0: none
  __u16 pad;
  __u64 acl_generation;  // by which network ACLs last let this direction through
  __u64 cut_generation;  // by which endpoints and targets last did
  // Through a node: packets that passed and their bytes, as in pn_meter, which are not in pn_meters
  // yet. (docs/adr/0029)
  __u64 packets;
  __u64 bytes;
};
PN_SIZE(struct pn_flow, 136);

// ---- pn_half_open: ARRAY[kPnPortsMax], by ifindex -> number of half-open connections (__u32)
// ----- Those that the link's guest began and that nobody has answered; TCP's until it has answered
// back.

// ---- pn_clock: ARRAY[1], __u64 nanoseconds added to the clock; used only if pn_test_clock was set
//      before load

// ---- pn_counters: PERCPU_ARRAY[kPnVerdictCount], by verdict -> pn_counter -----------------------

struct pn_counter {
  __u64 packets;
  __u64 bytes;
};
PN_SIZE(struct pn_counter, 16);

enum pn_verdict {
  kPnVerdictNone = 0,
#define VERDICT(name, action, meaning) kPnVerdict##name,
#include "verdicts.def"
#undef VERDICT
  kPnVerdictCount
};

enum pn_action { kPnActionPass, kPnActionAnswer, kPnActionReset, kPnActionDrop };

// ---- pn_watching: ARRAY[1] -> pn_watching -------------------------------------------------------
// Who watches sets `until` some seconds ahead, again and again: when it has died, nobody is told.

struct pn_watching {
  __u64 until;  // CLOCK_MONOTONIC, nanoseconds; 0: nobody watches
  __u64 lost;   // events that found no room, since the map was made
};
PN_SIZE(struct pn_watching, 16);

// ---- pn_events: RINGBUF of pn_event -------------------------------------------------------------
// Each packet while somebody watches, but those of tracked connections (FlowForwarded) and ARP
// answers. A reader that is too slow loses events and holds up no packet.

struct pn_event {
  __u64 nanoseconds;  // CLOCK_MONOTONIC
  __u32 verdict;      // enum pn_verdict
  __u32 port;         // link that it came from
  __u32 bytes;
  __u32 tcp_flags;
  struct pn_flow_key key;  // as far as it was read: zero for what is no IPv4 packet
  __u32 pad;
};
PN_SIZE(struct pn_event, 72);

// ---- pn_traffic_round: ARRAY[1], __u32 ----------------------------------------------------------
// The daemon counts it up. Once no program runs that has seen the last one, what was counted in
// that stays as it is, and can be read and deleted without losing a packet.

// ---- pn_traffic_lost: ARRAY[1], __u64 packets that found no room in pn_traffic, since it was made

// ---- pn_traffic: HASH (no preallocation), pn_traffic_key -> pn_traffic --------------------------
// Packets of links with kPnPortCounted, as their senders wrote them, by what became of them. Not of
// what is no packet of the sender's own (PortUnknown to AddressSpoofed in verdicts.def), nor ARP.
// Which interfaces have seen a packet, and what they say of it, is for the reader to tell.

struct pn_traffic_key {
  struct pn_flow_key flow;
  __u32 port;  // link that they came from
  __u32 owner;
  __u32 round;
  __u32 verdict;  // enum pn_verdict; FlowForwarded for all that passed
};
PN_SIZE(struct pn_traffic_key, 60);

struct pn_traffic {
  __u64 packets;  // on the wire: segments, where several came as one
  __u64 bytes;    // of IP
  __u64 first;    // CLOCK_MONOTONIC, nanoseconds
  __u64 last;
  // The rest is as pn_flow has it: the packets as they are sent on and what they pass on the way,
  // as far as the judgement came.
  struct pn_addr source;
  struct pn_addr destination;
  __u16 source_port_be;
  __u16 destination_port_be;
  __u32 to_vpc;
  __u32 to_owner;
  __u32 endpoint;
  __u32 node_eni;
  __u32 flags;      // enum pn_flow_flag
  __u32 tcp_flags;  // of all of them; ACK only where it came with SYN
  // Of a refusal by a network ACL: enum pn_direction, as its subnet sees it.
  __u32 direction;
};
PN_SIZE(struct pn_traffic, 96);

// ---- pn_meters: PERCPU_HASH (no preallocation), pn_meter_key -> pn_meter ------------------------
// What endpoints and load balancers' nodes have carried and refused since the map was made: what
// CloudWatch's metrics are made of. An entry never counts down; the daemon deletes those of what is
// no more. What passes is counted in its flow entry first: pn_drain and each sweep bring it here,
// as does the end of its connection.

struct pn_meter_key {
  __u32 endpoint;  // as in pn_flow; 0: not through an endpoint
  __u32 node_eni;
  __u32 target;  // 0: refused before one was drawn; or a health check
  // enum pn_verdict. FlowForwarded: all packets that passed, first ones too; an admission: the
  // first ones of them; another: packets that were refused for it.
  __u8 verdict;
  __u8 protocol;
  __u8 reply;  // 1: what the target sends
  __u8 pad;
};
PN_SIZE(struct pn_meter_key, 16);

struct pn_meter {
  __u64 packets;  // on the wire: segments, where several came as one
  __u64 bytes;    // of IP
  __u64 resets;   // TCP segments with RST among them
};
PN_SIZE(struct pn_meter, 24);

// ---- pn_active_round: ARRAY[1], __u32: the number of the newest sweep ---------------------------

// ---- pn_active: HASH (no preallocation), pn_meter_key -> pn_active ------------------------------
// How many connections there were in a sweep, closed ones not among them. `verdict` and `reply` are
// 0. Entries of other rounds than the newest count none; the daemon deletes them.

struct pn_active {
  __u32 round;
  __u32 connections;
};
PN_SIZE(struct pn_active, 8);

// ---- pn_meta: ARRAY[1] --------------------------------------------------------------------------
// The daemon's own: read at start to tell whether pinned maps can be used as they are.

struct pn_meta {
  __u32 layout_version;  // kPnLayoutVersion
  __u32 adopting;        // not 0: connections of an older layout are still being taken over
  __u64 revision;        // of the World that the maps hold completely
};
PN_SIZE(struct pn_meta, 16);

// ---- pn_adopt: a program of type syscall
// --------------------------------------------------------- Takes the connections in pn_adoptions
// into pn_flows.

enum { kPnAdoptions = 256 };

struct pn_adoption {
  struct pn_flow_key key;
  struct pn_flow flow;
};

struct pn_adopt_report {
  __u32 count;    // in: how many are in pn_adoptions
  __u32 adopted;  // out: entries that are new
  __u32 refused;  // out: for want of room
  __u32 pad;
};
PN_SIZE(struct pn_adopt_report, 16);

// ---- judgement ----------------------------------------------------------------------------------
// The order in which a packet is asked, and so which verdict it gets when several would fit; what
// predicts verdicts goes the same way.
//
//  every packet   PortUnknown, MacSpoofed, EtherTypeUnknown/Multicast, lengths (Malformed,
//                 IpOptions, FragmentUnknown; of IPv6 Malformed, neighbor discovery, Multicast,
//                 Ipv6Extension), AddressSpoofed, LostOnPurpose (its own link's)
//  tracked        FlowExpired, Endpoint{Missing,NotAccepted}, ConnectionReplaced, TargetClosed,
//                 DestinationGone, the network ACLs, EndpointOversize, Fragment, FlowForwarded.
//                 What may begin a connection (a SYN, a UDP packet, an echo request) begins anew
//                 instead of being refused here. Of another link, from an address that is not its
//                 own: TupleInUse, as long as the connection lives
//  first packet   from an instance: SourceMissing; services pass here (ServiceAdmitted), the router
//                 ends here; SourceEgressDenied; VpcMissing, NoRoute, DestinationUnknown; then
//    instance     DestinationIngressDenied, DestinationGone, NoFlow
//    endpoint     EndpointMissing, EndpointNotAccepted, EndpointIcmp/Fragment, EndpointOversize,
//                 EndpointIngressDenied, then of one to a service of AWS's AwsServiceUnserved,
//                 AwsServicePort, DestinationGone, NoFlow and no more; of others
//                 EndpointWithoutNode, NodeMissing, then as a node
//    node         EndpointIcmp/Fragment, NoListener, BalancerIngressDenied, ResetNoFlow,
//                 TargetsMissing, ZoneWithoutTargets/TargetGroupEmpty, TargetMissing,
//                 NotTranslatable, NodeMissing, BalancerEgressDenied, TargetIngressDenied; of a
//                 TLS listener's clients, after ResetNoFlow, DestinationGone and no more
//    from a node  to kPnRelayTargets as to a node, but for BalancerIngressDenied; else (a probe)
//                 TargetMissing, BalancerEgressDenied, TargetIngressDenied
//  then           the network ACLs, HalfOpenLimit, TupleInUse/PortAllocationError, FlowTableFull
//  at last        LostOnPurpose (of the link that it is sent to)
// A group that is missing on the way of a refusal makes it GroupMissing.
// The network ACLs of a path, in its order: SourceAclDenied (sender's subnet, outbound);
// EndpointAclDenied or BalancerAclDenied (subnet of what the packet reaches, inbound; of what it
// goes on from, outbound); DestinationAclDenied (receiver's subnet, inbound). AclMissing for one
// that is not programmed. They are not asked before all that is stateful has said yes, so that what
// they are blamed for is theirs alone.

// ---- programs -----------------------------------------------------------------------------------
// pn_from_eni (tc): at ingress of every link in pn_ports. Never lets a packet go on into the stack.
// With pn_dry_run set before load, it only judges, each packet as a connection's first, for those
// who ask by BPF_PROG_TEST_RUN what would become of one; such a copy is attached to nothing and has
// a pn_scratch of its own. pn_sweep (syscall): run with BPF_PROG_TEST_RUN and a pn_sweep_report as
// context, every few seconds: marks the entries of pn_flows that are past their time and deletes
// those that the sweep before marked. Nothing visible hangs on when it runs: lookups enforce the
// times themselves.
struct pn_sweep_report {
  __u32 live;     // entries, two for each connection
  __u32 marked;   // by this sweep
  __u32 deleted;  // by this sweep
};
PN_SIZE(struct pn_sweep_report, 12);

// pn_drain (syscall): run as pn_sweep is, without a context: brings what flow entries have counted
// to pn_meters.
//
// pn_expire (syscall): run as pn_sweep is, with an order as context. Each connection that has been
// silent in both directions for so long is as if it had been for longer than it may be: its next
// packet is FlowExpired. Of those that entered a node (node_eni), each is forgotten instead, silent
// or not.
struct pn_expire_order {
  __u32 idle_seconds;  // in
  __u32 node_eni;      // in; 0: all nodes', and those of none
  __u32 expired;       // out: connections
};
PN_SIZE(struct pn_expire_order, 12);

// After a run, skb->cb[] tells a test what was decided.
enum pn_cb { kPnCbVerdict = 0, kPnCbPort = 1 };
