// SPDX-License-Identifier: Apache-2.0
// How an endpoint service is shown: to its owner, and to those who may use it.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/tag_specification.h"
#include "model/endpoint.h"

namespace postern::api::ec2 {

struct ServiceTypeItem {
  std::string serviceType;
};
BOOST_DESCRIBE_STRUCT(ServiceTypeItem, (), (serviceType))

// What the private DNS name's owner has to publish. Without a name: an empty element.
struct PrivateDnsItem {
  std::optional<std::string> state;
  std::optional<std::string> type;
  std::optional<std::string> value;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(PrivateDnsItem, (), (state, type, value, name))

struct SupportedRegionItem {
  std::string region;
  std::string serviceState;
};
BOOST_DESCRIBE_STRUCT(SupportedRegionItem, (), (region, serviceState))

struct PrivateDnsNameItem {
  std::string privateDnsName;
};
BOOST_DESCRIBE_STRUCT(PrivateDnsNameItem, (), (privateDnsName))

// ServiceConfiguration: the owner's view.
struct ServiceItem {
  std::vector<ServiceTypeItem> serviceType;
  std::string serviceId;
  std::string serviceName;
  std::string serviceState;
  std::vector<std::string> availabilityZoneIdSet;
  std::vector<std::string> availabilityZoneSet;
  bool acceptanceRequired = true;
  bool managesVpcEndpoints = false;
  std::vector<std::string> networkLoadBalancerArnSet;
  std::vector<std::string> supportedIpAddressTypeSet;
  std::vector<std::string> baseEndpointDnsNameSet;
  std::optional<std::string> privateDnsName;
  PrivateDnsItem privateDnsNameConfiguration;
  std::optional<std::string> payerResponsibility;
  std::vector<TagItem> tagSet;
  std::vector<SupportedRegionItem> supportedRegionSet;
  bool remoteAccessEnabled = false;
};
BOOST_DESCRIBE_STRUCT(ServiceItem, (),
                      (serviceType, serviceId, serviceName, serviceState, availabilityZoneIdSet,
                       availabilityZoneSet, acceptanceRequired, managesVpcEndpoints,
                       networkLoadBalancerArnSet, supportedIpAddressTypeSet, baseEndpointDnsNameSet,
                       privateDnsName, privateDnsNameConfiguration, payerResponsibility, tagSet,
                       supportedRegionSet, remoteAccessEnabled))

ServiceItem service_item(const model::EndpointService& service);

// ServiceDetail: the consumer's view. Zones are those that both sides have, by the consumer's
// names.
struct ServiceDetail {
  std::string serviceName;
  std::string serviceId;
  std::vector<ServiceTypeItem> serviceType;
  std::string serviceRegion;
  std::vector<std::string> availabilityZoneIdSet;
  std::vector<std::string> availabilityZoneSet;
  std::string owner;
  std::vector<std::string> baseEndpointDnsNameSet;
  std::optional<std::string> privateDnsName;
  std::vector<PrivateDnsNameItem> privateDnsNameSet;
  bool vpcEndpointPolicySupported = false;
  bool acceptanceRequired = true;
  bool managesVpcEndpoints = false;
  std::optional<std::string> payerResponsibility;
  std::vector<TagItem> tagSet;
  std::optional<std::string> privateDnsNameVerificationState;
  std::vector<std::string> supportedIpAddressTypeSet;
};
BOOST_DESCRIBE_STRUCT(ServiceDetail, (),
                      (serviceName, serviceId, serviceType, serviceRegion, availabilityZoneIdSet,
                       availabilityZoneSet, owner, baseEndpointDnsNameSet, privateDnsName,
                       privateDnsNameSet, vpcEndpointPolicySupported, acceptanceRequired,
                       managesVpcEndpoints, payerResponsibility, tagSet,
                       privateDnsNameVerificationState, supportedIpAddressTypeSet))

ServiceDetail service_detail(const model::EndpointService& service, const model::Caller& consumer);

// Service states are written in UpperCamel, unlike endpoint states.
std::string_view text(model::ServiceState state);

}  // namespace postern::api::ec2
