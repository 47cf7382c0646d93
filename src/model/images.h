// SPDX-License-Identifier: Apache-2.0
// The images that instances can be started from. There are two, the host's own system and, once it
// was built, a Debian with systemd in variants. The names by which projects look images up stand
// for the latter, and for the former as long as it was not built. They are the same in every region
// and account.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace postern::model {

struct Image {
  std::string id;            // ami-…
  std::string name;          // accepted in place of the id when an instance is started
  std::string stands_for;    // what AWS has by that id or name; empty: it is what its name says
  std::string variant;       // of the built image; empty: it is always the host's own system
  std::string architecture;  // x86_64 or arm64: of what it stands for, else the host's
  TimePoint created_at;
  std::string owner_id;
  std::string owner_alias;  // amazon, or empty
  std::string root_device = "/dev/xvda";
  std::vector<std::string> parameters;  // the public ones of Parameter Store that have its id
  std::string parameter_data_type;

  // Whether it says nothing of what architecture a machine for it has to be.
  bool is_of_any_architecture() const;
};

// x86_64 or arm64: what all images' programs really are.
std::string_view host_architecture();

// What it really is, for whoever asks.
std::string description(const Image& image, bool is_built);

// The host's own first.
const std::vector<Image>& images();

// The image of that id or that name. Any other id of an image's form is of an image that AWS has
// and nobody here knows: it stands for what there is here, too, and says so. nullopt for what is
// no image's id.
std::optional<Image> find_image(std::string_view id_or_name);

// The size of every image's root volume, and the snapshot that it is said to be made from.
inline constexpr int kRootVolumeGib = 8;
std::string root_snapshot_id(const Image& image);

}  // namespace postern::model
