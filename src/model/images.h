// SPDX-License-Identifier: Apache-2.0
// The images that instances can be started from. They are Postern's own and the same in every
// region and account.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::model {

struct Image {
  std::string id;    // ami-…
  std::string name;  // accepted in place of the id when an instance is started
  std::string description;
  std::string architecture;  // x86_64 or arm64
  std::string created_at;    // as DescribeImages prints it
};

// By id.
const std::vector<Image>& images();

// The image of that id or that name, or null.
const Image* find_image(std::string_view id_or_name);

}  // namespace postern::model
