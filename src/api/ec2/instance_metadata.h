// SPDX-License-Identifier: Apache-2.0
// The options of an instance's metadata service: as requests give them and answers print them.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "api/ec2/supported.h"
#include "model/instance.h"

namespace postern::api::ec2 {

struct MetadataOptionsSpecification {
  std::optional<std::string> HttpTokens;
  std::optional<int> HttpPutResponseHopLimit;
  std::optional<std::string> HttpEndpoint;
  std::optional<std::string> HttpProtocolIpv6;
  std::optional<std::string> InstanceMetadataTags;
};
BOOST_DESCRIBE_STRUCT(MetadataOptionsSpecification, (),
                      (HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6,
                       InstanceMetadataTags))

struct MetadataOptionsItem {
  std::string state = "applied";
  std::string httpTokens;
  int httpPutResponseHopLimit = 1;
  std::string httpEndpoint;
  std::string httpProtocolIpv6 = "disabled";
  std::string instanceMetadataTags;
};
BOOST_DESCRIBE_STRUCT(MetadataOptionsItem, (),
                      (state, httpTokens, httpPutResponseHopLimit, httpEndpoint, httpProtocolIpv6,
                       instanceMetadataTags))

// `options` with what the specification gives put over them.
Result<model::MetadataOptions> with_options(model::MetadataOptions options,
                                            const MetadataOptionsSpecification& specification);

MetadataOptionsItem metadata_options_item(const model::MetadataOptions& options);

}  // namespace postern::api::ec2
