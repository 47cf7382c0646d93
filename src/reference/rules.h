// SPDX-License-Identifier: Apache-2.0
// Security groups and network ACLs: does one side of a path let a packet through?
// [VPC user guide, "Security groups"; "Control subnet traffic with network access control lists"]
#pragma once

#include <vector>

#include "reference/maps.h"

namespace postern::reference {

// What is asked: a protocol with its port or type, and who the other side is.
struct Question {
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;  // destination port of TCP and UDP
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  IpAddress peer;
  std::vector<std::uint32_t> peer_groups;  // of the other side's interface
};

std::vector<std::uint32_t> groups_of(const pn_addr_info& info);

enum class Answer { Yes, No, NotProgrammed };

// The union of all groups: one that admits is enough.
Answer ask_groups(const Maps& maps, const std::vector<std::uint32_t>& groups,
                  pn_direction direction, const Question& question);

// The first rule that fits decides; none means no.
Answer ask_acl(const Maps& maps, std::uint32_t acl, pn_direction direction,
               const Question& question);

// Whether `address` is in a network of layout.h.
bool contains(const pn_addr& net, const pn_addr& mask, const IpAddress& address);

}  // namespace postern::reference
