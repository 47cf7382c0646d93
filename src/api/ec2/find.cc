// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/find.h"

#include <algorithm>

namespace postern::api::ec2 {

// Codes and words: EC2 API error-code page; recorded answers where they differ.
#define ID_WORDS(type, ...)                          \
  template <>                                        \
  const IdWords& id_words<model::type>() {           \
    static constexpr IdWords kWords = {__VA_ARGS__}; \
    return kWords;                                   \
  }
ID_WORDS(Vpc, "vpc-", "vpc ID", &faults::InvalidVpcIDNotFound, &faults::InvalidVpcIDMalformed)
ID_WORDS(Subnet, "subnet-", "subnet ID", &faults::InvalidSubnetIDNotFound,
         &faults::InvalidSubnetIDMalformed)
ID_WORDS(NetworkAcl, "acl-", "networkAcl ID", &faults::InvalidNetworkAclIDNotFound,
         &faults::InvalidNetworkAclIDMalformed)
ID_WORDS(RouteTable, "rtb-", "routeTable ID", &faults::InvalidRouteTableIDNotFound,
         &faults::InvalidRouteTableIDMalformed)
ID_WORDS(InternetGateway, "igw-", "internetGateway ID", &faults::InvalidInternetGatewayIDNotFound,
         &faults::InvalidInternetGatewayIDMalformed)
ID_WORDS(EgressOnlyInternetGateway, "eigw-", "eigw ID", &faults::InvalidGatewayIDNotFound,
         &faults::InvalidGatewayIDNotFound)
ID_WORDS(NatGateway, "nat-", "Nat Gateway", &faults::NatGatewayNotFound,
         &faults::NatGatewayMalformed)
ID_WORDS(ElasticIp, "eipalloc-", "allocation ID", &faults::InvalidAllocationIDNotFound,
         &faults::InvalidAllocationIDNotFound)
ID_WORDS(DhcpOptions, "dopt-", "dhcpOption ID", &faults::InvalidDhcpOptionIDNotFound,
         &faults::InvalidDhcpOptionsIdMalformed)
ID_WORDS(PrefixList, "pl-", "prefix list ID", &faults::InvalidPrefixListIDNotFound,
         &faults::InvalidPrefixListIdMalformed)
ID_WORDS(SecurityGroup, "sg-", "security group", &faults::InvalidGroupNotFound,
         &faults::InvalidGroupIdMalformed)
ID_WORDS(NetworkInterface, "eni-", "networkInterface ID",
         &faults::InvalidNetworkInterfaceIDNotFound, &faults::InvalidNetworkInterfaceIdMalformed)
ID_WORDS(Instance, "i-", "instance ID", &faults::InvalidInstanceIDNotFound,
         &faults::InvalidInstanceIDMalformed)
ID_WORDS(KeyPair, "key-", "key pair", &faults::InvalidKeyPairNotFound,
         &faults::InvalidKeyPairNotFound)
ID_WORDS(LaunchTemplate, "lt-", "launch template ID", &faults::InvalidLaunchTemplateIdNotFound,
         &faults::InvalidLaunchTemplateIdMalformed)
ID_WORDS(FlowLog, "fl-", "flow log ID", &faults::InvalidFlowLogIdNotFound,
         &faults::InvalidFlowLogIdMalformed)
ID_WORDS(NetworkInsightsPath, "nip-", "network insights path ID",
         &faults::InvalidNetworkInsightsPathIdNotFound,
         &faults::InvalidNetworkInsightsPathIdMalformed)
ID_WORDS(NetworkInsightsAnalysis, "nia-", "network insights analysis ID",
         &faults::InvalidNetworkInsightsAnalysisIdNotFound,
         &faults::InvalidNetworkInsightsAnalysisIdMalformed)
ID_WORDS(EndpointService, "vpce-svc-", "VpcEndpointService Id",
         &faults::InvalidVpcEndpointServiceIdNotFound,
         &faults::InvalidVpcEndpointServiceIdMalformed)
ID_WORDS(VpcEndpoint, "vpce-", "Vpc Endpoint Id", &faults::InvalidVpcEndpointIdNotFound,
         &faults::InvalidVpcEndpointIdMalformed)
ID_WORDS(ConnectionNotification, "vpce-nfn-", "ConnectionNotification Id",
         &faults::InvalidConnectionNotification, &faults::InvalidConnectionNotification)
#undef ID_WORDS

bool well_formed(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) {
    return false;
  }
  const std::string_view hex = id.substr(prefix.size());
  return (hex.size() == 8 || hex.size() == 17) && std::all_of(hex.begin(), hex.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::unexpected<Error> refuse_id(const IdWords& words, std::string_view id) {
  if (!well_formed(id, words.prefix)) {
    return refuse(*words.malformed, "Invalid id: \"{}\" (expecting \"{}...\")", id, words.prefix);
  }
  return refuse(*words.not_found, "The {} '{}' does not exist", words.noun, id);
}

}  // namespace postern::api::ec2
