// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"
#include "model/chosen.h"
#include "model/images.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class ImageTest : public Ec2Test {};

TEST_F(ImageTest, The_hosts_own_image_says_what_it_is) {
  const model::Image& image = model::images().front();
  const Answer seen = must("DescribeImages", "ImageId.1=ami-host");
  EXPECT_EQ(seen.xml(),
            "<imagesSet><item><imageId>" + image.id +
                "</imageId><imageLocation>postern/ami-host</imageLocation><imageState>available"
                "</imageState><imageOwnerId>000000000000</imageOwnerId><imageOwnerAlias>amazon"
                "</imageOwnerAlias><creationDate>2026-01-01T00:00:00.000Z</creationDate><isPublic>"
                "true</isPublic><architecture>" +
                image.architecture +
                "</architecture><imageType>machine</imageType><name>ami-host</name><description>" +
                model::description(image, false) +
                "</description><platformDetails>Linux/UNIX</platformDetails><rootDeviceType>"
                "ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping>"
                "<item><deviceName>/dev/xvda</deviceName><ebs><snapshotId>snap-0000000000000a057"
                "</snapshotId><volumeSize>8</volumeSize><deleteOnTermination>true"
                "</deleteOnTermination><volumeType>gp3</volumeType><encrypted>false</encrypted>"
                "</ebs></item></blockDeviceMapping><virtualizationType>hvm</"
                "virtualizationType><tagSet/></item></imagesSet>");
}

TEST_F(ImageTest, Is_found_in_all_the_ways_that_clients_look) {
  const std::string id = model::images().front().id;
  struct Case {
    std::string parameters;
    bool found;
  };
  const Case cases[] = {
      {"ImageId.1=" + id, true},
      {"ImageId.1=ami-host", true},
      {"Owner.1=amazon", true},
      {"Owner.1=000000000000&IncludeDeprecated=false", true},
      {"Owner.1=self", false},
      {"Owner.1=099720109477", false},
      {"ExecutableBy.1=all", true},
      {"ExecutableBy.1=self", false},
      {"Filter.1.Name=name&Filter.1.Value.1=ami-*", true},
      {"Filter.1.Name=name&Filter.1.Value.1=al2023-*", false},
      {"Filter.1.Name=state&Filter.1.Value.1=available", true},
      {"Filter.1.Name=is-public&Filter.1.Value.1=true", true},
      {"Filter.1.Name=image-id&Filter.1.Value.1=" + id, true},
      {"Filter.1.Name=image-type&Filter.1.Value.1=kernel", false},
      {"Filter.1.Name=architecture&Filter.1.Value.1=i386", false},
      {"Filter.1.Name=owner-alias&Filter.1.Value.1=amazon", true},
      {"Filter.1.Name=owner-id&Filter.1.Value.1=111111111111", false},
      {"Filter.1.Name=virtualization-type&Filter.1.Value.1=hvm", true},
      {"Filter.1.Name=root-device-type&Filter.1.Value.1=ebs", true},
      {"Filter.1.Name=description&Filter.1.Value.1=*overlay*", true},
      {"Filter.1.Name=creation-date&Filter.1.Value.1=2026-*", true},
      {"Filter.1.Name=platform&Filter.1.Value.1=windows", false},
      {"Filter.1.Name=tag:a&Filter.1.Value.1=b", false},
  };
  for (const Case& c : cases) {
    const auto found = must("DescribeImages", c.parameters).texts("//imageId");
    EXPECT_EQ(std::count(found.begin(), found.end(), id), c.found ? 1 : 0) << c.parameters;
  }
  become("222222222222", "us-east-1");
  EXPECT_THAT(
      must("DescribeImages", "Filter.1.Name=name&Filter.1.Value.1=ami-host").texts("//imageId"),
      ElementsAre(id));
}

// [spec: the names that public projects look up]
TEST_F(ImageTest, Names_that_projects_look_up_stand_for_the_hosts_own) {
  for (const auto& [owner, name] :
       {std::pair<std::string, std::string>{"amazon", "amzn2-ami-hvm-*-gp2"},
        {"amazon", "al2023-ami-2023*-kernel-6.1-*"},
        {"099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-*-server-*"},
        {"136693071363", "debian-12-*"}}) {
    const std::string named = "Owner.1=" + owner + "&Filter.1.Name=name&Filter.1.Value.1=" + name;
    EXPECT_EQ(must("DescribeImages", named).count("//imageId"), 2U) << name;
    for (const char* architecture : {"x86_64", "arm64"}) {
      const Answer seen = must(
          "DescribeImages", named + "&Filter.2.Name=architecture&Filter.2.Value.1=" + architecture);
      EXPECT_EQ(seen.count("//imageId"), 1U) << name;
      EXPECT_THAT(seen.text("//description"), testing::HasSubstr("the host's own system")) << name;
    }
  }
  EXPECT_EQ(must("DescribeImages", "ImageId.1=ami-0123456789abcdef0").text("//imageId"),
            "ami-0123456789abcdef0");
}

TEST_F(ImageTest, Once_the_image_with_systemd_is_built_names_stand_for_its_variants) {
  change([](model::Transaction& tx) { model::set_built_image(tx, true); });
  const auto words = [&](const std::string& id) {
    return must("DescribeImages", "Filter.1.Name=name&Filter.1.Value.1=" + id)
        .text("//description");
  };
  EXPECT_EQ(words("amzn2-ami-hvm-*"),
            "Stands for Amazon Linux 2: what runs is Debian 12 with systemd, built on this host, "
            "with a yum that installs Debian's packages");
  EXPECT_EQ(words("*ubuntu-jammy*"),
            "Stands for Ubuntu 22.04: what runs is Debian 12 with systemd, built on this host, "
            "with the user ubuntu");
  EXPECT_EQ(words("debian-12-*"),
            "Debian 12 with systemd, built on this host, run in namespaces of its own on the "
            "host's kernel");
  EXPECT_THAT(words("ami-host"), testing::HasSubstr("The host's own system"));
  EXPECT_THAT(
      must("DescribeImages", "ImageId.1=ami-0123456789abcdef0").text("//description"),
      testing::StartsWith("Stands for an image that is not known here: what runs is Debian"));
}

// [EC2 error-code page: InvalidAMIID.Malformed]
TEST_F(ImageTest, What_is_no_image_is_refused) {
  EXPECT_EQ(refusal("DescribeImages", "ImageId.1=debian"),
            "InvalidAMIID.Malformed: Invalid id: \"debian\" (expecting \"ami-...\")");
  EXPECT_EQ(refusal("DescribeImages", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
}

}  // namespace
}  // namespace postern::api::ec2
