// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/parameter_item.h"

#include "api/wire/base64.h"
#include "api/wire/digest.h"

namespace postern::api::ssm {
namespace {

// How ciphertexts of KMS begin in base64.
constexpr std::string_view kCiphertextBegin = "AQICAH";

}  // namespace

std::string shown_value(const model::Parameter& parameter, const model::ParameterVersion& version,
                        bool decrypted) {
  if (parameter.type != model::kSecureString || decrypted) {
    return version.value;
  }
  const std::string named = fmt::format("{}:{}:{}", parameter.id, version.number,
                                        version.modified_at.time_since_epoch().count());
  return std::string(kCiphertextBegin) +
         wire::base64_encode(wire::digest_of(wire::Digest::Sha256, named));
}

ParameterItem parameter_item(const model::Caller& caller, const model::FoundParameter& found,
                             bool decrypted) {
  const model::Parameter& parameter = *found.parameter;
  return {
      .Name = parameter.name,
      .Type = parameter.type,
      .Value = shown_value(parameter, *found.version, decrypted),
      .Version = found.version->number,
      .Selector = found.selector.empty() ? std::nullopt : std::optional(found.selector),
      .LastModifiedDate = seconds(found.version->modified_at),
      .ARN = model::parameter_arn(caller.region, parameter.owner.value, parameter.name),
      .DataType = found.version->data_type,
  };
}

}  // namespace postern::api::ssm
