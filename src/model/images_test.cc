// SPDX-License-Identifier: Apache-2.0
#include "model/images.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

TEST(Images, The_hosts_own_is_found_by_id_and_by_name) {
  const Image* image = find_image("ami-host");
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(find_image(image->id), image);
  EXPECT_EQ(find_image("ami-00000000000000000"), nullptr);
  EXPECT_EQ(find_image(""), nullptr);
}

TEST(Images, Ids_have_the_form_of_AWS_ids) {
  for (const Image& image : images()) {
    ASSERT_EQ(image.id.size(), std::string_view("ami-").size() + 17) << image.id;
    EXPECT_EQ(image.id.substr(0, 4), "ami-");
    EXPECT_EQ(image.id.find_first_not_of("0123456789abcdef", 4), std::string::npos);
  }
}

}  // namespace
}  // namespace postern::model
