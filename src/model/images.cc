// SPDX-License-Identifier: Apache-2.0
#include "model/images.h"

namespace postern::model {
namespace {

// Instances run on the host's own processor.
#if defined(__aarch64__)
constexpr const char* kHostArchitecture = "arm64";
#else
constexpr const char* kHostArchitecture = "x86_64";
#endif

}  // namespace

const std::vector<Image>& images() {
  static const std::vector<Image> kImages = {
      {.id = "ami-0000000000000a057",
       .name = "ami-host",
       .description = "The host's own system: an overlay over its root directory, its secrets "
                      "masked, run in namespaces of its own on the host's kernel",
       .architecture = kHostArchitecture,
       .created_at = "2026-01-01T00:00:00.000Z"}};
  return kImages;
}

const Image* find_image(std::string_view id_or_name) {
  for (const Image& image : images()) {
    if (image.id == id_or_name || image.name == id_or_name) {
      return &image;
    }
  }
  return nullptr;
}

}  // namespace postern::model
