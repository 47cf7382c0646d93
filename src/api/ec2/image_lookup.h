// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/ec2/find.h"
#include "model/images.h"

namespace postern::api::ec2 {

// The image of that id, or of that name. InvalidAMIID.Malformed or .NotFound.
inline Result<const model::Image*> find_image(const std::string& id) {
  if (const model::Image* image = model::find_image(id)) {
    return image;
  }
  if (!well_formed(id, "ami-")) {
    return refuse(faults::InvalidAMIIDMalformed, "Invalid id: \"{}\" (expecting \"ami-...\")", id);
  }
  return refuse(faults::InvalidAMIIDNotFound, "The image id '[{}]' does not exist", id);
}

}  // namespace postern::api::ec2
