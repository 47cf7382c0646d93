# SPDX-License-Identifier: Apache-2.0
# Bugs that the property test must find: each is a copy of the programs, changed in one place when it
# is built. The sources themselves have none of it.

set(planted_folder ${CMAKE_CURRENT_BINARY_DIR}/planted)
set(planted_from ${PROJECT_SOURCE_DIR}/src/dataplane/bpf)
file(GLOB planted_sources CONFIGURE_DEPENDS ${planted_from}/*.bpf.c ${planted_from}/lib/*.h
     ${PROJECT_SOURCE_DIR}/src/dataplane/layout/*)
set(planted_names "")
set(planted_objects "")

# planted_bug(Name lib/file.h [[what is there]] [[what the bug has instead]])
function(planted_bug name file old new)
  set(folder ${planted_folder}/${name})
  file(CONFIGURE OUTPUT ${folder}/old CONTENT "${old}" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/new CONTENT "${new}" @ONLY)
  postern_bpf_compiler(compile ${folder})
  add_custom_command(
    OUTPUT ${folder}.bpf.o
    COMMAND ${CMAKE_COMMAND} -DFROM=${planted_from} -DTO=${folder} -DFILE=${file}
            -DOLD=${folder}/old -DNEW=${folder}/new -P ${PROJECT_SOURCE_DIR}/cmake/plant_bug.cmake
    # What a bug leaves unused is no fault of the bug.
    COMMAND ${compile} -Wno-unused -c ${folder}/pn_fabric.bpf.c -o ${folder}.bpf.o
    DEPENDS ${planted_sources} ${folder}/old ${folder}/new
            ${PROJECT_SOURCE_DIR}/cmake/plant_bug.cmake
    VERBATIM)
  set(planted_names ${planted_names} ${name} PARENT_SCOPE)
  set(planted_objects ${planted_objects} ${folder}.bpf.o PARENT_SCOPE)
endfunction()

# Who may send what to whom.
planted_bug(Any_source_address_is_believed pn_fabric.bpf.c
            [[!packet->own) {
    return kPnVerdictAddressSpoofed;]]
            [[0) {
    return kPnVerdictAddressSpoofed;]])
planted_bug(A_rules_last_port_is_not_in_it lib/question.h [[asked->low <= high]]
            [[asked->low < high]])
planted_bug(ACL_rules_that_deny_are_skipped lib/acl.h
            [[return rule->allow ? kPnAclAllows : kPnAclDenies;]]
            [[if (rule->allow) {
        return kPnAclAllows;
      }]])
planted_bug(ACLs_are_asked_about_first_packets_only lib/acl.h
            [[return flow->acl_generation == generation && is_same]] [[return 1]])
planted_bug(ARP_believes_any_sender lib/arp.h [[if (!pn_same_mac(arp->sender_mac, port->mac)) {]]
            [[if (0) {]])

# Whether a connection still stands.
planted_bug(A_rejected_endpoint_keeps_its_connections lib/flow.h
            [[if (endpoint->state != kPnEndpointForwarding) {]] [[if (0) {]])
planted_bug(A_new_acceptance_keeps_old_connections lib/flow.h
            [[return endpoint->connection == flow->connection ? kPnVerdictNone : kPnVerdictConnectionReplaced;]]
            [[return kPnVerdictNone;]])
planted_bug(Once_let_through_a_connection_is_never_asked_again lib/track.h
            [[return generation != 0 && flow->cut_generation == generation]]
            [[return flow->cut_generation]])
planted_bug(A_closed_target_keeps_its_connections lib/flow.h
            [[target && target->state == kPnTargetOpen]] [[target]])
planted_bug(A_cut_connection_keeps_its_tuple lib/flow.h [[ || pn_check_cut(flow) != kPnVerdictNone]]
            [[]])
planted_bug(A_links_next_owner_gets_what_was_for_the_last lib/track.h
            [[to && to->kind != kPnPortNone && to->owner == flow->to_owner]]
            [[to && to->kind != kPnPortNone]])
planted_bug(One_silent_side_ends_a_connection lib/flow.h
            [[pn_age(flow->last, now) > limit && pn_age(other->last, now) > limit]]
            [[pn_age(flow->last, now) > limit || pn_age(other->last, now) > limit]])
planted_bug(Closed_connections_stay_half_open lib/track.h
            [[    pn_uncount(forward);
    return 0;]]
            [[    return 0;]])

# Where it goes, and as what.
planted_bug(Client_addresses_are_preserved_through_endpoints lib/admit.h
            [[!through_endpoint && (chosen.flags & kPnListenerPreserve)]]
            [[(chosen.flags & kPnListenerPreserve)]])
planted_bug(Clients_behind_endpoints_come_to_a_relay_as_themselves lib/admit.h
            [[forward->source = clients;]] [[]])
planted_bug(A_relay_comes_to_the_side_of_the_clients lib/admit.h
            [[.side = asker == kPnAskerRelay ? kPnSideRelay : kPnSideClients};]]
            [[.side = kPnSideClients};]])
planted_bug(Sticky_clients_do_not_stick lib/admit.h [[return flags & kPnListenerSticky]]
            [[return flags & kPnListenerRelay]])
planted_bug(Weights_are_passed_over lib/target.h [[drawn > split->shares[at].last]] [[0]])
planted_bug(A_translated_port_is_not_in_the_checksum lib/rewrite.h
            [[bpf_l4_csum_replace(skb, check, old_ports, new_ports, 4 | mangled)]]
            [[bpf_l4_csum_replace(skb, check, old_ports, old_ports, 4 | mangled)]])
planted_bug(An_error_quotes_the_translated_port lib/icmp_error.h
            [[ports_be[1] = flow->source_port_be;]] [[ports_be[1] = ports_be[1];]])
planted_bug(An_MSS_at_an_odd_offset_spoils_the_checksum lib/rewrite.h [[if (found & 1) {]]
            [[if (0) {]])
planted_bug(Acknowledgements_of_the_PROXY_header_reach_the_client lib/proxy.h
            [[__u32 moved = acknowledged - by;]] [[__u32 moved = acknowledged;]])

# Endpoints to AWS's own services.
planted_bug(What_nobody_serves_is_let_through lib/admit.h
            [[if (endpoint->flags & kPnEndpointUnserved) {]] [[if (0) {]])
planted_bug(AWS_services_are_reached_at_any_port lib/admit.h
            [[if (key->protocol != IPPROTO_TCP || (key->destination_port_be]]
            [[if (0 && (key->destination_port_be]])

# IPv6.
planted_bug(IPv6_packets_may_have_IPv4_addresses lib/ipv6.h
            [[pn_is_mapped(&packet->key.source) || pn_is_mapped(&packet->key.destination)]] [[0]])
planted_bug(IPv6_is_asked_the_rules_of_IPv4 lib/question.h
            [[asked->direction + kPnRulesIpv6;]] [[asked->direction;]])
planted_bug(Any_address_of_the_VPC_is_the_interfaces_own lib/neighbor.h
            [[info->port == packet->port &&
         info->eni == port->owner;]] [[info->port;]])
planted_bug(Neighbors_may_be_asked_for_by_anybody lib/neighbor.h
            [[return pn_has_ipv6(packet, port);]] [[return 1;]])
planted_bug(Another_familys_addresses_are_not_in_the_checksum lib/create.h
            [[sizeof(to), 0);
  return 0;]] [[sizeof(to) / 2, 0);
  return 0;]])
planted_bug(Client_addresses_are_preserved_in_another_family lib/admit.h
            [[pn_is_mapped(&target->address) == !packet->ipv6;]] [[1;]])
planted_bug(Other_familys_segments_are_as_long lib/rewrite.h
            [[(ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr))]] [[(sizeof(struct iphdr))]])

# Bugs that were there.
planted_bug(A_borrowed_address_ends_its_owners_connections pn_fabric.bpf.c
            [[if (pn_is_anothers(packet, flow)) {]] [[if (0) {]])
planted_bug(An_error_about_an_expired_connection_passes lib/icmp_error.h
            [[ || pn_is_over(&key, flow)]] [[]])
planted_bug(Padding_counts_as_the_clients_first_bytes lib/proxy.h
            [[length_be ? bpf_ntohs(length_be) : skb->len - l4 + header]]
            [[skb->len - l4 + header]])
planted_bug(The_last_TCP_option_is_not_looked_at lib/options.h
            [[walk->found <= kPnTcpOptionsMax]] [[walk->found < kPnTcpOptionsMax]])

add_custom_target(reference_planted DEPENDS ${planted_objects})
