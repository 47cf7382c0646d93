// SPDX-License-Identifier: Apache-2.0
// ModifyInstanceMetadataOptions.
#include "api/ec2/instance_metadata.h"

#include "api/ec2/actions.h"
#include "api/ec2/find.h"

namespace postern::api::ec2 {
namespace {

struct Choice {
  std::string_view parameter;
  std::string_view one;
  std::string_view other;
};

// An empty text counts as not given.
Result<> choose(const Choice& choice, const std::optional<std::string>& given, std::string& out) {
  if (given.value_or("").empty()) {
    return {};
  }
  if (*given != choice.one && *given != choice.other) {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter {} is invalid.", *given,
                  choice.parameter);
  }
  out = *given;
  return {};
}

struct ModifyInstanceMetadataOptionsRequest {
  std::string InstanceId;
  std::optional<std::string> HttpTokens;
  std::optional<int> HttpPutResponseHopLimit;
  std::optional<std::string> HttpEndpoint;
  std::optional<std::string> HttpProtocolIpv6;
  std::optional<std::string> InstanceMetadataTags;
};
BOOST_DESCRIBE_STRUCT(ModifyInstanceMetadataOptionsRequest, (),
                      (InstanceId, HttpTokens, HttpPutResponseHopLimit, HttpEndpoint,
                       HttpProtocolIpv6, InstanceMetadataTags))

struct ModifyInstanceMetadataOptionsAnswer {
  std::string instanceId;
  MetadataOptionsItem instanceMetadataOptions;
};
BOOST_DESCRIBE_STRUCT(ModifyInstanceMetadataOptionsAnswer, (),
                      (instanceId, instanceMetadataOptions))

Result<ModifyInstanceMetadataOptionsAnswer> modify_instance_metadata_options(
    model::Transaction& tx, const model::Caller& caller,
    const ModifyInstanceMetadataOptionsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::Instance>(tx.world(), caller, request.InstanceId));
  model::Instance instance = *found;
  TRY_ASSIGN(
      instance.metadata,
      with_options(instance.metadata, {.HttpTokens = request.HttpTokens,
                                       .HttpPutResponseHopLimit = request.HttpPutResponseHopLimit,
                                       .HttpEndpoint = request.HttpEndpoint,
                                       .HttpProtocolIpv6 = request.HttpProtocolIpv6,
                                       .InstanceMetadataTags = request.InstanceMetadataTags}));
  tx.put(instance);
  return ModifyInstanceMetadataOptionsAnswer{
      .instanceId = instance.id.value,
      .instanceMetadataOptions = metadata_options_item(instance.metadata)};
}

}  // namespace

// [EC2 API reference, InstanceMetadataOptionsRequest: hop limits are 1 to 64]
Result<model::MetadataOptions> with_options(model::MetadataOptions options,
                                            const MetadataOptionsSpecification& specification) {
  TRY(choose({"HttpTokens", "optional", "required"}, specification.HttpTokens,
             options.http_tokens));
  TRY(choose({"HttpEndpoint", "enabled", "disabled"}, specification.HttpEndpoint,
             options.http_endpoint));
  TRY(choose({"InstanceMetadataTags", "enabled", "disabled"}, specification.InstanceMetadataTags,
             options.instance_tags));
  TRY(only<std::string>("HttpProtocolIpv6", specification.HttpProtocolIpv6, "disabled"));
  const int hops = specification.HttpPutResponseHopLimit.value_or(options.hop_limit);
  if (hops < 1 || hops > 64) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter HttpPutResponseHopLimit is invalid.", hops);
  }
  options.hop_limit = hops;
  return options;
}

MetadataOptionsItem metadata_options_item(const model::MetadataOptions& options) {
  return {.httpTokens = options.http_tokens,
          .httpPutResponseHopLimit = options.hop_limit,
          .httpEndpoint = options.http_endpoint,
          .instanceMetadataTags = options.instance_tags};
}

std::vector<Action> instance_metadata_actions() {
  return {write<modify_instance_metadata_options>("ModifyInstanceMetadataOptions")};
}

}  // namespace postern::api::ec2
