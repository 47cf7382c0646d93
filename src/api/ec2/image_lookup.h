// SPDX-License-Identifier: Apache-2.0
// Images by what requests call them.
#pragma once

#include <string>

#include "base/result.h"
#include "model/images.h"
#include "model/world.h"

namespace postern::api::ec2 {

// The image of that id, or of that name; InvalidAMIID.Malformed for what is neither.
Result<model::Image> find_image(const std::string& id);

// Whether it names a parameter of Parameter Store: resolve:ssm:NAME, and maybe a version or a label
// after it.
bool names_parameter(const std::string& image);

// What an instance is launched from: as find_image(), or whose id the parameter has at the time.
// SsmInvalidParameter for a parameter that is not there, or none of an image.
Result<model::Image> image_to_launch(const model::World& world, const model::Caller& caller,
                                     const std::string& image);

}  // namespace postern::api::ec2
