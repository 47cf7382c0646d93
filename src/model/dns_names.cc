// SPDX-License-Identifier: Apache-2.0
#include "model/dns_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "model/cross_region.h"

namespace postern::model {
namespace {

struct RegionZone {
  std::string_view region;
  std::string_view id;
};

// The hosted zones of <region>.vpce.amazonaws.com, as endpoints' dnsEntrySet prints them.
constexpr std::array kEndpointZones = std::to_array<RegionZone>({
    {"af-south-1", "Z09302161J80N9A7UTP7U"},
    {"ap-east-1", "Z2LIHJ7PKBEMWN"},
    {"ap-northeast-1", "Z2E726K9Y6RL4W"},
    {"ap-northeast-2", "Z27UANNT0PRK1T"},
    {"ap-northeast-3", "Z376B5OMM2JZL2"},
    {"ap-south-1", "Z2KVTB3ZLFM7JR"},
    {"ap-south-2", "Z0952991RWSF5AHIQDIY"},
    {"ap-southeast-1", "Z18LLCSTV4NVNL"},
    {"ap-southeast-2", "ZDK2GCRPAFKGO"},
    {"ap-southeast-3", "Z03881013RZ9BYYZO8N5W"},
    {"ap-southeast-4", "Z07508191CO1RNBX3X3AU"},
    {"ca-central-1", "ZRCXCF510Y6P9"},
    {"eu-central-1", "Z273ZU8SZ5RJPC"},
    {"eu-central-2", "Z045369019J4FUQ4S272E"},
    {"eu-north-1", "Z3OWWK6JFDEDGC"},
    {"eu-south-1", "Z2A5FDNRLY7KZG"},
    {"eu-south-2", "Z014396544HENR57XQCJ"},
    {"eu-west-1", "Z38GZ743OKFT7T"},
    {"eu-west-2", "Z7K1066E3PUKB"},
    {"eu-west-3", "Z1DWHTMFP0WECP"},
    {"me-central-1", "Z07122992YCEUCB9A9570"},
    {"me-south-1", "Z3B95P3VBGEQGY"},
    {"sa-east-1", "Z2LXUWEVLCVZIB"},
    {"us-east-1", "Z7HUB22UULQXV"},
    {"us-east-2", "ZC8PG0KIFKBRI"},
    {"us-gov-east-1", "Z2MU5TEIGO9WXB"},
    {"us-gov-west-1", "Z12529ZODG2B6H"},
    {"us-west-1", "Z12I86A8N7VCZO"},
    {"us-west-2", "Z1YSA3EXCYUU9Z"},
});

// [AWS General Reference, "Elastic Load Balancing endpoints and quotas", Route 53 zone id, NLB]
constexpr std::array kLoadBalancerZones = std::to_array<RegionZone>({
    {"af-south-1", "Z203XCE67M25HM"},
    {"ap-east-1", "Z12Y7K3UBGUAD1"},
    {"ap-northeast-1", "Z31USIVHYNEOWT"},
    {"ap-northeast-2", "ZIBE1TIR4HY56"},
    {"ap-northeast-3", "Z1GWIQ4HH19I5X"},
    {"ap-south-1", "ZVDDRBQ08TROA"},
    {"ap-south-2", "Z0711778386UTO08407HT"},
    {"ap-southeast-1", "ZKVM4W9LS7TM"},
    {"ap-southeast-2", "ZCT6FZBF4DROD"},
    {"ap-southeast-3", "Z01971771FYVNCOVWJU1G"},
    {"ap-southeast-4", "Z01156963G8MIIL7X90IV"},
    {"ca-central-1", "Z2EPGBW3API2WT"},
    {"cn-north-1", "Z3QFB96KMJ7ED6"},
    {"cn-northwest-1", "ZQEIKTCZ8352D"},
    {"eu-central-1", "Z3F0SRJ5LGBH90"},
    {"eu-central-2", "Z02239872DOALSIDCX66S"},
    {"eu-north-1", "Z1UDT6IFJ4EJM"},
    {"eu-south-1", "Z23146JA1KNAFP"},
    {"eu-south-2", "Z1011216NVTVYADP1SSV"},
    {"eu-west-1", "Z2IFOLAFXWLO4F"},
    {"eu-west-2", "ZD4D7Y8KGAS4G"},
    {"eu-west-3", "Z1CMS0P5QUZ6D5"},
    {"il-central-1", "Z0313266YDI6ZRHTGQY4"},
    {"me-central-1", "Z00282643NTTLPANJJG2P"},
    {"me-south-1", "Z3QSRYVP46NYYV"},
    {"sa-east-1", "ZTK26PT1VY4CU"},
    {"us-east-1", "Z26RNL4JYFTOTI"},
    {"us-east-2", "ZLMOA37VPKANP"},
    {"us-gov-east-1", "Z1ZSMQQ6Q24QQ8"},
    {"us-gov-west-1", "ZMG1MZ2THAWF1"},
    {"us-west-1", "Z24FKFUX50B4VW"},
    {"us-west-2", "Z18D5FSROUN65G"},
});

// [the same, Application Load Balancers]
constexpr std::array kApplicationZones = std::to_array<RegionZone>({
    {"af-south-1", "Z268VQBMOI5EKX"},          {"ap-east-1", "Z3DQVH9N71FHZ0"},
    {"ap-northeast-1", "Z14GRHDCWA56QT"},      {"ap-northeast-2", "ZWKZPGTI48KDX"},
    {"ap-northeast-3", "Z5LXEXXYW11ES"},       {"ap-south-1", "ZP97RAFLXTNZK"},
    {"ap-south-2", "Z0173938T07WNTVAEPZN"},    {"ap-southeast-1", "Z1LMS91P8CMLE5"},
    {"ap-southeast-2", "Z1GM3OXH4ZPM65"},      {"ap-southeast-3", "Z08888821HLRG5A9ZRTER"},
    {"ca-central-1", "ZQSVJUPU6J1EY"},         {"cn-north-1", "Z1GDH35T77C1KE"},
    {"cn-northwest-1", "ZM7IZAIOVVDZF"},       {"eu-central-1", "Z215JYRZR1TBD5"},
    {"eu-central-2", "Z06391101F2ZOEP8P5EB3"}, {"eu-north-1", "Z23TAZ6LKFMNIO"},
    {"eu-south-1", "Z3ULH7SSC9OV64"},          {"eu-south-2", "Z0956581394HF5D5LXGAP"},
    {"eu-west-1", "Z32O12XQLNTSW2"},           {"eu-west-2", "ZHURV8PSTC4K8"},
    {"eu-west-3", "Z3Q77PNBQS71R4"},           {"me-central-1", "Z08230872XQRWHG2XF6I"},
    {"me-south-1", "ZS929ML54UICD"},           {"sa-east-1", "Z2P70J7HTTTPLU"},
    {"us-east-1", "Z35SXDOTRQ7X7K"},           {"us-east-2", "Z3AADJGX6KTTL2"},
    {"us-gov-east-1", "Z166TLBEWOO7G0"},       {"us-gov-west-1", "Z33AYJ8TM3BH4J"},
    {"us-west-1", "Z368ELLRRE2KJ0"},           {"us-west-2", "Z1H1FL5HABSF5"},
});

// "Z" and the region's letters and digits: never one of AWS's own, which have no such form.
std::string own_zone_id(std::string_view prefix, std::string_view region) {
  std::string id(prefix);
  for (const char c : region) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      id += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  return id;
}

std::string zone_id(std::span<const RegionZone> zones, std::string_view own_prefix,
                    std::string_view region) {
  const auto at = std::ranges::find(zones, region, &RegionZone::region);
  return at == zones.end() ? own_zone_id(own_prefix, region) : std::string(at->id);
}

}  // namespace

std::string_view amazon_domain(std::string_view region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

std::string endpoint_zone(std::string_view region) {
  return fmt::format("{}.vpce.{}", region, amazon_domain(region));
}

std::string load_balancer_zone(std::string_view region) {
  return fmt::format("elb.{}.{}", region, amazon_domain(region));
}

std::string application_zone(std::string_view region) {
  return fmt::format("{}.elb.{}", region, amazon_domain(region));
}

std::string private_zone(std::string_view region) {
  return region == "us-east-1" ? "ec2.internal" : fmt::format("{}.compute.internal", region);
}

std::string base_endpoint_name(const EndpointService& service) {
  return fmt::format("{}.{}", service.id, endpoint_zone(service.region));
}

std::string regional_name(const VpcEndpoint& endpoint) {
  return fmt::format("{}-{}.{}.{}", endpoint.id, endpoint.dns_suffix, endpoint.service,
                     endpoint_zone(service_region(endpoint)));
}

std::string zonal_name(const VpcEndpoint& endpoint, std::string_view zone) {
  return fmt::format("{}-{}-{}.{}.{}", endpoint.id, endpoint.dns_suffix, zone, endpoint.service,
                     endpoint_zone(service_region(endpoint)));
}

std::string regional_name(const LoadBalancer& load_balancer) {
  if (is_application(load_balancer)) {
    // Ten digits at most, as AWS's.
    const auto digits = std::stoul("0" + load_balancer.hex.substr(0, 8), nullptr, 16);
    return fmt::format("{}{}-{}.{}", load_balancer.scheme == "internal" ? "internal-" : "",
                       load_balancer.name, digits, application_zone(load_balancer.region));
  }
  return fmt::format("{}-{}.{}", load_balancer.name, load_balancer.hex,
                     load_balancer_zone(load_balancer.region));
}

std::string zonal_name(const LoadBalancer& load_balancer, std::string_view zone) {
  return fmt::format("{}.{}", zone, regional_name(load_balancer));
}

std::string private_name(std::string_view region, const IpAddress& address) {
  const std::uint32_t value = address.v4_value();
  return fmt::format("ip-{}-{}-{}-{}.{}", value >> 24, (value >> 16) & 255, (value >> 8) & 255,
                     value & 255, private_zone(region));
}

std::string endpoint_hosted_zone_id(std::string_view region) {
  return zone_id(kEndpointZones, "ZVPCE", region);
}

std::string load_balancer_hosted_zone_id(std::string_view region) {
  return zone_id(kLoadBalancerZones, "ZNLB", region);
}

std::string application_hosted_zone_id(std::string_view region) {
  return zone_id(kApplicationZones, "ZALB", region);
}

}  // namespace postern::model
