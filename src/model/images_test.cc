// SPDX-License-Identifier: Apache-2.0
#include "model/images.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace postern::model {
namespace {

TEST(Images, The_hosts_own_is_found_by_id_and_by_name) {
  const auto image = find_image("ami-host");
  ASSERT_TRUE(image);
  EXPECT_EQ(find_image(image->id)->name, "ami-host");
  EXPECT_FALSE(find_image(""));
  EXPECT_FALSE(find_image("ami-0123"));
  EXPECT_FALSE(find_image("debian"));
}

// [spec: projects name images of AWS's by their ids; they run, and are described as what they are]
TEST(Images, An_id_that_nobody_knows_stands_for_what_there_is) {
  const auto image = find_image("ami-0123456789abcdef0");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "ami-0123456789abcdef0");
  EXPECT_NE(description(*image, false).find("host's own system"), std::string::npos);
  EXPECT_NE(description(*image, true).find("Debian 12 with systemd"), std::string::npos);
  EXPECT_EQ(image->variant, "any");
  EXPECT_TRUE(find_image("ami-0123abcd"));
}

// Whose user data looks the name up finds its user, and its yum.
TEST(Images, Each_owners_names_have_their_variant_and_the_hosts_own_has_none) {
  for (const Image& image : images()) {
    SCOPED_TRACE(image.name);
    const std::string_view name = image.name;
    EXPECT_EQ(image.variant, name == "ami-host"            ? ""
                             : name.starts_with("debian-") ? "debian"
                             : name.starts_with("ubuntu/") ? "ubuntu"
                                                           : "amazon-linux");
    EXPECT_EQ(description(image, true) == description(image, false), name == "ami-host");
  }
}

// A machine of either architecture finds its image, and both are what the host has.
TEST(Images, Each_name_is_there_for_both_architectures) {
  int others = 0;
  for (const Image& image : images()) {
    SCOPED_TRACE(image.name);
    const bool is_other = image.architecture != host_architecture();
    others += int{is_other};
    const std::string said = fmt::format("Its programs are {}", host_architecture());
    EXPECT_EQ(description(image, true).contains(said), is_other);
    EXPECT_EQ(description(image, false).contains(said), is_other);
    const bool says_arm = image.name.contains("arm64");
    EXPECT_TRUE(image.is_of_any_architecture() || says_arm == (image.architecture == "arm64"));
  }
  EXPECT_EQ(std::ssize(images()), host_architecture() == "x86_64" ? 2 * others + 2 : 2 * others);
}

TEST(Images, Ids_have_the_form_of_AWS_ids_and_are_each_its_own) {
  std::set<std::string> seen;
  for (const Image& image : images()) {
    ASSERT_EQ(image.id.size(), std::string_view("ami-").size() + 17) << image.id;
    EXPECT_EQ(image.id.substr(0, 4), "ami-");
    EXPECT_EQ(image.id.find_first_not_of("0123456789abcdef", 4), std::string::npos);
    EXPECT_TRUE(seen.insert(image.id).second) << image.id;
  }
}

}  // namespace
}  // namespace postern::model
