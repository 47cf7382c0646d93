// SPDX-License-Identifier: Apache-2.0
// Parameters of Parameter Store as they are looked up: an account's own, and the public ones, which
// AWS has in every region for everybody and which are in no World. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/parameter.h"
#include "model/world.h"

namespace postern::model {

inline constexpr std::string_view kString = "String";
inline constexpr std::string_view kSecureString = "SecureString";
// What the value of a parameter of that data type is: an image's id.
inline constexpr std::string_view kImageDataType = "aws:ec2:image";

// Below which all public ones are.
inline constexpr std::string_view kPublicParameters = "/aws/";

// The public ones, by name: those whose value is the id of one of images().
const std::vector<Parameter>& public_parameters();

// arn:aws:ssm:<region>:<owner>:parameter/<name>; of a public one without an owner.
std::string parameter_arn(std::string_view region, std::string_view owner, std::string_view name);

// The caller's parameter of that name, or the public one; null if there is none.
const Parameter* find_parameter(const World& world, const Caller& caller, std::string_view name);

// What a client means by `/a/b:3`, `/a/b:live`, or the ARN of either.
struct ParameterName {
  std::string name;
  std::string selector;  // a version's number or one of its labels; empty: the newest
};
ParameterName parse_parameter_name(const Caller& caller, std::string_view given);

// A version of a parameter.
struct FoundParameter {
  const Parameter* parameter;
  const ParameterVersion* version;
  std::string selector;  // ":3"; empty: it was asked for by its name
};

std::unexpected<Error> no_such_parameter(std::string_view name);
// `version`: its number or a label.
std::unexpected<Error> no_such_version(std::string_view version, std::string_view name);

// ParameterNotFound, ParameterVersionNotFound.
Result<FoundParameter> look_up_parameter(const World& world, const Caller& caller,
                                         std::string_view given);

}  // namespace postern::model
