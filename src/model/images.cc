// SPDX-License-Identifier: Apache-2.0
#include "model/images.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::model {
namespace {

// Instances run on the host's own processor.
#if defined(__aarch64__)
constexpr const char* kHostArchitecture = "arm64";
#else
constexpr const char* kHostArchitecture = "x86_64";
#endif

// What the names of images say of the machines that they are for.
struct Architecture {
  const char* name;       // of Amazon's and of AWS's
  const char* of_debian;  // of Debian's and Ubuntu's
  int first_number;       // of its images' ids
  TimePoint created_at;
};

// Who takes the latest of a name that says no architecture gets x86_64.
constexpr Architecture kArchitectures[] = {
    {"x86_64", "amd64", 0, std::chrono::sys_days{std::chrono::January / 1 / 2026}},
    {"arm64", "arm64", 0x100,
     std::chrono::sys_days{std::chrono::January / 1 / 2026} - std::chrono::hours(1)},
};

constexpr const char* kAmazonLinux = "137112412989";
constexpr const char* kCanonical = "099720109477";
constexpr const char* kDebian = "136693071363";

// Variants of the built image: whose users there are, and whether there is a yum.
constexpr const char* kLikeAmazonLinux = "amazon-linux";
constexpr const char* kLikeUbuntu = "ubuntu";
constexpr const char* kItself = "debian";
constexpr const char* kLikeAny = "any";

constexpr const char* kHostWords =
    "The host's own system: an overlay over its root directory, its secrets "
    "masked, run in namespaces of its own on the host's kernel";

Image of_host() {
  return {.id = "ami-0000000000000a057",
          .name = "ami-host",
          .stands_for = {},
          .variant = {},
          .architecture = kHostArchitecture,
          .created_at = kArchitectures[0].created_at,
          .owner_id = "000000000000",
          .owner_alias = "amazon",
          .parameters = {},
          .parameter_data_type = {}};
}

struct StandIn {
  int number;  // in its id
  std::string name;
  const char* of;
  const char* owner;
  std::vector<std::string> parameters;
};

// The names that public projects look up, and the parameters, as AWS and the owners form them.
// [EC2 user guide, "Find an AMI"; Systems Manager user guide, "Calling AMI public parameters";
// owners' own documentation]. The minimal variants of Amazon Linux are what the others are.
std::vector<StandIn> stand_ins(const Architecture& of) {
  const auto ubuntu = [&](std::string_view kind, std::string_view release) {
    return fmt::format("ubuntu/images/{}/ubuntu-{}-{}-server-20260101", kind, release,
                       of.of_debian);
  };
  // amzn2-ami-hvm-*-gp2, with the architecture in place of the asterisk.
  const auto amazons = [&](std::initializer_list<std::string_view> forms) {
    std::vector<std::string> names;
    for (const std::string_view form : forms) {
      const auto at = form.find('*');
      names.push_back(fmt::format("/aws/service/ami-amazon-linux-latest/{}{}{}", form.substr(0, at),
                                  of.name, form.substr(at + 1)));
    }
    return names;
  };
  const auto canonicals = [&](std::initializer_list<std::string_view> releases,
                              std::string_view volume) {
    std::vector<std::string> names;
    for (const std::string_view release : releases) {
      names.push_back(
          fmt::format("/aws/service/canonical/ubuntu/server/{}/stable/current/{}/hvm/{}/ami-id",
                      release, of.of_debian, volume));
    }
    return names;
  };
  std::vector<StandIn> all = {
      {0xa2, fmt::format("amzn2-ami-hvm-2.0.20260101.0-{}-gp2", of.name), "Amazon Linux 2",
       kAmazonLinux,
       amazons({"amzn2-ami-hvm-*-gp2", "amzn2-ami-hvm-*-ebs", "amzn2-ami-minimal-hvm-*-ebs"})},
      {0xa3, fmt::format("amzn2-ami-kernel-5.10-hvm-2.0.20260101.0-{}-gp2", of.name),
       "Amazon Linux 2", kAmazonLinux,
       amazons({"amzn2-ami-kernel-5.10-hvm-*-gp2", "amzn2-ami-kernel-default-hvm-*-gp2"})},
      {0xa4, fmt::format("al2023-ami-2023.9.20260101.0-kernel-6.1-{}", of.name),
       "Amazon Linux 2023", kAmazonLinux,
       amazons({"al2023-ami-kernel-default-*", "al2023-ami-kernel-6.1-*",
                "al2023-ami-minimal-kernel-default-*", "al2023-ami-minimal-kernel-6.1-*"})},
      {0xc1, ubuntu("hvm-ssd", "xenial-16.04"), "Ubuntu 16.04", kCanonical,
       canonicals({"16.04", "xenial"}, "ebs-gp2")},
      {0xc2, ubuntu("hvm-ssd", "bionic-18.04"), "Ubuntu 18.04", kCanonical,
       canonicals({"18.04", "bionic"}, "ebs-gp2")},
      {0xc3, ubuntu("hvm-ssd", "focal-20.04"), "Ubuntu 20.04", kCanonical,
       canonicals({"20.04", "focal"}, "ebs-gp2")},
      {0xc4, ubuntu("hvm-ssd", "jammy-22.04"), "Ubuntu 22.04", kCanonical,
       canonicals({"22.04", "jammy"}, "ebs-gp2")},
      {0xc5, ubuntu("hvm-ssd-gp3", "noble-24.04"), "Ubuntu 24.04", kCanonical,
       canonicals({"24.04", "noble"}, "ebs-gp3")},
      {0xd1,
       fmt::format("debian-12-{}-20260101-2000", of.of_debian),
       "Debian 12",
       kDebian,
       {fmt::format("/aws/service/debian/release/12/latest/{}", of.of_debian),
        fmt::format("/aws/service/debian/release/bookworm/latest/{}", of.of_debian)}},
  };
  if (std::string_view(of.name) == "x86_64") {
    all.push_back(
        {0xa1, fmt::format("amzn-ami-hvm-2018.03.0.20260101.0-{}-gp2", of.name), "Amazon Linux 1",
         kAmazonLinux,
         amazons({"amzn-ami-hvm-*-gp2", "amzn-ami-hvm-*-ebs", "amzn-ami-minimal-hvm-*-ebs"})});
  }
  return all;
}

const char* variant_of(std::string_view owner) {
  return owner == kAmazonLinux ? kLikeAmazonLinux : owner == kCanonical ? kLikeUbuntu : kItself;
}

std::vector<Image> all_images() {
  std::vector<Image> all = {of_host()};
  for (const Architecture& of : kArchitectures) {
    for (const StandIn& each : stand_ins(of)) {
      all.push_back({.id = fmt::format("ami-{:017x}", 0xa057000 + of.first_number + each.number),
                     .name = each.name,
                     .stands_for = each.of,
                     .variant = variant_of(each.owner),
                     .architecture = of.name,
                     .created_at = of.created_at,
                     .owner_id = each.owner,
                     .owner_alias = each.owner == kAmazonLinux ? "amazon" : "",
                     .root_device = each.owner == kAmazonLinux ? "/dev/xvda" : "/dev/sda1",
                     .parameters = each.parameters,
                     .parameter_data_type = each.owner == kCanonical ? "aws:ec2:image" : "text"});
    }
  }
  return all;
}

// ami-, and 8 or 17 hex digits.
bool is_image_id(std::string_view id) {
  constexpr std::string_view kPrefix = "ami-";
  const std::string_view hex = id.starts_with(kPrefix) ? id.substr(kPrefix.size()) : "";
  return (hex.size() == 8 || hex.size() == 17) && std::all_of(hex.begin(), hex.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Image unknown_image(std::string_view id) {
  Image image = of_host();
  image.id = id;
  image.name = fmt::format("{} (not known here)", id);
  image.stands_for = "an image that is not known here";
  image.variant = kLikeAny;
  return image;
}

}  // namespace

bool Image::is_of_any_architecture() const {
  return variant.empty() || variant == kLikeAny;
}

std::string_view host_architecture() {
  return kHostArchitecture;
}

std::string description(const Image& image, bool is_built) {
  if (image.variant.empty()) {
    return kHostWords;
  }
  const std::string programs = image.architecture == kHostArchitecture
                                   ? std::string()
                                   : fmt::format(". Its programs are {}", kHostArchitecture);
  if (!is_built) {
    return fmt::format(
        "Stands for {}: what runs is the host's own system (ami-host), with the host's packages{}",
        image.stands_for, programs);
  }
  constexpr const char* kBuilt = "Debian 12 with systemd, built on this host";
  if (image.variant == kItself) {
    return fmt::format("{}, run in namespaces of its own on the host's kernel{}", kBuilt, programs);
  }
  return fmt::format("Stands for {}: what runs is {}{}{}", image.stands_for, kBuilt,
                     image.variant == kLikeUbuntu ? ", with the user ubuntu"
                                                  : ", with a yum that installs Debian's packages",
                     programs);
}

const std::vector<Image>& images() {
  static const std::vector<Image> kImages = all_images();
  return kImages;
}

std::optional<Image> find_image(std::string_view id_or_name) {
  for (const Image& image : images()) {
    if (image.id == id_or_name || image.name == id_or_name) {
      return image;
    }
  }
  return is_image_id(id_or_name) ? std::optional(unknown_image(id_or_name)) : std::nullopt;
}

std::string root_snapshot_id(const Image& image) {
  return "snap-" + image.id.substr(image.id.find('-') + 1);
}

}  // namespace postern::model
