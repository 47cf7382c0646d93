// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Neighbor discovery (RFC 4861): solicitations for addresses of the VPC are answered here, nothing
// is ever passed on.
#pragma once

#include "lib/rewrite.h"

enum {
  kPnRouterSolicitation = 133,
  kPnNeighborSolicitation = 135,
  kPnNeighborAdvertisement = 136,
  kPnRedirect = 137,
  kPnSolicitedAndOverride = 0x60,
  kPnRouterToo = 0x80,
  kPnTargetLinkAddress = 2,
};

// A neighbor advertisement with its one option.
struct pn_advertisement {
  struct ipv6hdr ip;
  __u8 type;
  __u8 code;
  __u16 check;
  __u8 flags;
  __u8 reserved[3];
  struct pn_addr target;
  __u8 option;
  __u8 option_words;
  __u8 mac[ETH_ALEN];
};
_Static_assert(sizeof(struct pn_advertisement) == 72, "as it is on the wire");

enum {
  kPnSolicitationBytes = 24,  // without options
  kPnAdvertisementBytes = sizeof(struct pn_advertisement) - sizeof(struct ipv6hdr),
};

PN_ARRAY(pn_neighbor_scratch, BPF_MAP_TYPE_PERCPU_ARRAY, struct pn_advertisement, 1);

PN_INLINE _Bool pn_is_discovery(struct __sk_buff* skb, __u32 l4_bytes) {
  __u8 type = 0;
  return l4_bytes >= sizeof(struct icmp6hdr) &&
         bpf_skb_load_bytes(skb, kPnL4OffsetIpv6, &type, sizeof(type)) == 0 &&
         type >= kPnRouterSolicitation && type <= kPnRedirect;
}

PN_INLINE _Bool pn_is_router(const struct pn_addr* address) {
  const union {
    __u8 bytes[16];
    struct pn_addr address;
  } router = {.bytes = PN_ROUTER_LINK_LOCAL};
  return pn_same_addr(address, &router.address);
}

// The sum over the pseudo header and the rest, whose checksum field is 0.
PN_INLINE __u16 pn_advertisement_check(struct pn_advertisement* out) {
  const __u32 pseudo[2] = {bpf_htonl(kPnAdvertisementBytes), bpf_htonl(IPPROTO_ICMPV6)};
  __s64 sum = bpf_csum_diff(0, 0, (__be32*)pseudo, sizeof(pseudo), 0);
  // Both addresses and all that follows.
  sum = bpf_csum_diff(0, 0, (__be32*)&out->ip.saddr, sizeof(*out) - 8, sum);
  return ~pn_fold(sum);
}

// Turns what asks for `key->address` into its answer.
PN_INLINE enum pn_verdict pn_advertise(struct __sk_buff* skb, const struct pn_packet* packet,
                                       const struct pn_port* port, const struct pn_addr_key* key) {
  const _Bool router = pn_is_router(&key->address);
  const struct pn_addr_info* info = bpf_map_lookup_elem(&pn_addrs, key);
  const __u32 zero = 0;
  struct pn_advertisement* out = bpf_map_lookup_elem(&pn_neighbor_scratch, &zero);
  if (!router && !info) {
    return kPnVerdictArpUnknownAddress;
  }
  if (!out) {
    return kPnVerdictMalformed;
  }
  if (!router && info->port == packet->port) {  // its own: it asks whether another has it
    return kPnVerdictArpIgnored;
  }
  const __u8 router_mac[ETH_ALEN] = PN_ROUTER_MAC;
  __builtin_memset(out, 0, sizeof(*out));
  out->ip.version = 6;
  out->ip.payload_len = bpf_htons(kPnAdvertisementBytes);
  out->ip.nexthdr = IPPROTO_ICMPV6;
  out->ip.hop_limit = 255;
  __builtin_memcpy(&out->ip.saddr, &key->address, sizeof(key->address));
  __builtin_memcpy(&out->ip.daddr, &packet->key.source, sizeof(packet->key.source));
  out->type = kPnNeighborAdvertisement;
  out->flags = router ? kPnSolicitedAndOverride | kPnRouterToo : kPnSolicitedAndOverride;
  out->target = key->address;
  out->option = kPnTargetLinkAddress;
  out->option_words = 1;
  __builtin_memcpy(out->mac, router ? router_mac : info->mac, ETH_ALEN);
  out->check = pn_advertisement_check(out);
  if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(*out), 0) != 0 ||
      bpf_skb_store_bytes(skb, ETH_HLEN, out, sizeof(*out), 0) != 0 ||
      bpf_skb_store_bytes(skb, 0, port->mac, ETH_ALEN, 0) != 0 ||
      bpf_skb_store_bytes(skb, ETH_ALEN, out->mac, ETH_ALEN, 0) != 0) {
    return kPnVerdictMalformed;
  }
  return kPnVerdictArpAnswered;
}

// Whether the address that the packet comes from is its interface's: then it stands at its link.
PN_INLINE _Bool pn_has_ipv6(const struct pn_packet* packet, const struct pn_port* port) {
  const struct pn_addr_key key = {.vpc = port->vpc, .address = packet->key.source};
  const struct pn_addr_info* info = bpf_map_lookup_elem(&pn_addrs, &key);
  return info && info->kind == kPnAddrInstance && info->port == packet->port &&
         info->eni == port->owner;
}

// The sender must be who its link says, or ask by a link-local address: which those are is its own
// choice, and the answer goes to nobody else.
PN_INLINE _Bool pn_may_ask(const struct pn_packet* packet, const struct pn_port* port) {
  const struct pn_addr* source = &packet->key.source;
  if ((source->word_be[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000) ||
      port->kind != kPnPortInstance || port->flags & kPnPortNoSourceCheck) {
    return 1;
  }
  return pn_has_ipv6(packet, port);
}

static __noinline enum pn_verdict pn_answer_solicitation(struct __sk_buff* skb,
                                                         const struct pn_packet* packet,
                                                         const struct pn_port* port,
                                                         __u32 l4_bytes) {
  if (!packet || !port) {
    return kPnVerdictPortUnknown;
  }
  struct pn_addr_key key = {.vpc = port->vpc};
  struct icmp6hdr icmp;
  __u8 hop_limit = 0;
  if (bpf_skb_load_bytes(skb, kPnIpOffset + 7, &hop_limit, sizeof(hop_limit)) != 0 ||
      bpf_skb_load_bytes(skb, kPnL4OffsetIpv6, &icmp, sizeof(icmp)) != 0) {
    return kPnVerdictMalformed;
  }
  // RFC 4861, 7.1.1. One without a source asks whether its own address is free: no answer says so.
  const struct pn_addr* source = &packet->key.source;
  const _Bool nobody =
      !(source->word_be[0] | source->word_be[1] | source->word_be[2] | source->word_be[3]);
  if (icmp.icmp6_type != kPnNeighborSolicitation || icmp.icmp6_code != 0 || hop_limit != 255 ||
      nobody || l4_bytes < kPnSolicitationBytes ||
      bpf_skb_load_bytes(skb, kPnL4OffsetIpv6 + sizeof(icmp), &key.address, sizeof(key.address)) !=
          0 ||
      pn_is_mapped(&key.address)) {
    return kPnVerdictArpIgnored;
  }
  return pn_may_ask(packet, port) ? pn_advertise(skb, packet, port, &key)
                                  : kPnVerdictAddressSpoofed;
}
