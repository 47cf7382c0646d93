// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "model/images.h"

namespace postern::api::ec2 {

// The image of that id, or of that name; InvalidAMIID.Malformed for what is neither.
inline Result<model::Image> find_image(const std::string& id) {
  if (auto image = model::find_image(id)) {
    return *std::move(image);
  }
  return refuse(faults::InvalidAMIIDMalformed, "Invalid id: \"{}\" (expecting \"ami-...\")", id);
}

}  // namespace postern::api::ec2
