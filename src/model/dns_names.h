// SPDX-License-Identifier: Apache-2.0
// The DNS names that AWS gives to things, and the hosted zones that they are in. The API prints
// them and the resolver answers them. Names have no final dot.
#pragma once

#include <string>
#include <string_view>

#include "model/endpoint.h"

namespace postern::model {

// amazonaws.com, and amazonaws.com.cn in China's regions.
std::string_view amazon_domain(std::string_view region);

// The zones of a region, in which all names of their kind lie.
std::string endpoint_zone(std::string_view region);       // <region>.vpce.amazonaws.com
std::string load_balancer_zone(std::string_view region);  // elb.<region>.amazonaws.com
// Of Application Load Balancers: <region>.elb.amazonaws.com
std::string application_zone(std::string_view region);
std::string private_zone(
    std::string_view region);  // <region>.compute.internal, us-east-1: ec2.internal

// <service id>.<region>.vpce.amazonaws.com: what every endpoint's names of the service end in.
std::string base_endpoint_name(const EndpointService& service);

// <endpoint id>-<suffix>.<service id>.<region>.vpce.amazonaws.com
std::string regional_name(const VpcEndpoint& endpoint);
// <endpoint id>-<suffix>-<zone>.…, with the zone's name as the endpoint's owner sees it.
std::string zonal_name(const VpcEndpoint& endpoint, std::string_view zone);

// <name>-<hex>.elb.<region>.amazonaws.com, for internal NLBs too. Keeps the case of the NLB's name.
// Of an ALB: [internal-]<name>-<digits>.<region>.elb.amazonaws.com
std::string regional_name(const LoadBalancer& load_balancer);
// <zone>.<name>-<hex>.elb.…
std::string zonal_name(const LoadBalancer& load_balancer, std::string_view zone);

// ip-10-0-1-5.<region>.compute.internal: the private name of an IPv4 address, whatever holds it.
std::string private_name(std::string_view region, const IpAddress& address);

// The hosted zone ids of AWS that the Describe calls print. A region that AWS does not have gets
// one that is made from its name.
std::string endpoint_hosted_zone_id(std::string_view region);
std::string load_balancer_hosted_zone_id(std::string_view region);  // CanonicalHostedZoneId of NLBs
std::string application_hosted_zone_id(std::string_view region);    // and of ALBs

}  // namespace postern::model
