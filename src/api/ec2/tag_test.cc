// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TagTest : public Ec2Test {
 protected:
  std::vector<std::string> keys_of(const std::string& id) {
    return must("DescribeTags", "Filter.1.Name=resource-id&Filter.1.Value.1=" + id).texts("//key");
  }
};

// [EC2 API reference, CreateTags, ResourceType]
TEST_F(TagTest, Every_kind_of_resource_takes_them) {
  const std::string vpc = make_vpc();
  const std::string subnet = make_subnet(vpc);
  const std::string group = make_group(vpc);
  const std::string rule =
      must("DescribeSecurityGroupRules", "Filter.1.Name=group-id&Filter.1.Value.1=" + group)
          .text("//securityGroupRuleId");
  const std::string interface =
      make("CreateNetworkInterface", "SubnetId=" + subnet, "//networkInterfaceId");
  const std::string instance = "i-00000000000000001";
  const std::string service = "vpce-svc-00000000000000001";
  const std::string endpoint = "vpce-00000000000000001";
  change([&](model::Transaction& tx) {
    tx.put(model::Instance{.id = model::Id<model::Instance>(instance),
                           .owner = caller_.account,
                           .region = caller_.region});
    tx.put(model::EndpointService{.id = model::Id<model::EndpointService>(service),
                                  .owner = caller_.account,
                                  .region = caller_.region});
    tx.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>(endpoint),
                              .owner = caller_.account,
                              .region = caller_.region});
  });
  const std::pair<std::string, std::string> all[] = {
      {vpc, "vpc"},
      {subnet, "subnet"},
      {group, "security-group"},
      {rule, "security-group-rule"},
      {interface, "network-interface"},
      {instance, "instance"},
      {service, "vpc-endpoint-service"},
      {endpoint, "vpc-endpoint"},
  };
  std::string ids;
  int n = 0;
  for (const auto& [id, type] : all) {
    ids += fmt::format("ResourceId.{}={}&", ++n, id);
  }
  EXPECT_EQ(must("CreateTags", ids + "Tag.1.Key=Name&Tag.1.Value=a&Tag.2.Key=Empty").xml(),
            "<return>true</return>");
  for (const auto& [id, type] : all) {
    SCOPED_TRACE(type);
    const Answer tags = must("DescribeTags", "Filter.1.Name=resource-id&Filter.1.Value.1=" + id +
                                                 "&Filter.2.Name=key&Filter.2.Value.1=Name");
    EXPECT_EQ(tags.xml(), "<tagSet><item><resourceId>" + id + "</resourceId><resourceType>" + type +
                              "</resourceType><key>Name</key><value>a</value></item></tagSet>");
    EXPECT_THAT(keys_of(id), UnorderedElementsAre("Name", "Empty"));
  }
  must("DeleteTags", ids + "Tag.1.Key=Name");
  for (const auto& [id, type] : all) {
    EXPECT_THAT(keys_of(id), ElementsAre("Empty")) << type;
  }
}

// [EC2 API reference, DeleteTags]
TEST_F(TagTest, A_value_restricts_what_is_deleted_and_no_key_deletes_all) {
  const std::string vpc = make_vpc();
  const std::string of_vpc = "ResourceId.1=" + vpc;
  must("CreateTags", of_vpc + "&Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b&Tag.2.Value=2&Tag.3.Key=c");
  must("DeleteTags", of_vpc + "&Tag.1.Key=a&Tag.1.Value=other&Tag.2.Key=b&Tag.2.Value=");
  EXPECT_EQ(keys_of(vpc).size(), 3U);
  must("DeleteTags", of_vpc + "&Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=c&Tag.2.Value=&Tag.3.Key=none");
  EXPECT_THAT(keys_of(vpc), ElementsAre("b"));
  must("DeleteTags", of_vpc);
  EXPECT_THAT(keys_of(vpc), IsEmpty());
}

// [EC2 user guide, "Tag restrictions"; EC2 error-code page: InvalidID, TagLimitExceeded]
TEST_F(TagTest, What_cannot_be_tagged_is_refused) {
  const std::string vpc = make_vpc();
  const std::string of_vpc = "ResourceId.1=" + vpc;
  std::string fifty;
  for (int n = 1; n <= 50; ++n) {
    fifty += fmt::format("&Tag.{}.Key=k{}&Tag.{}.Value=v", n, n, n);
  }
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"Tag.1.Key=a", "MissingParameter: The request must contain the parameter ResourceId"},
      {of_vpc, "MissingParameter: The request must contain the parameter Tag"},
      {of_vpc + "&Tag.1.Value=a",
       "MissingParameter: The request must contain the parameter Tag.1.Key"},
      {of_vpc + "&Tag.1.Key=", "InvalidParameterValue: Tag key cannot be empty."},
      {of_vpc + "&Tag.1.Key=aws:a",
       "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use"},
      {of_vpc + "&Tag.1.Key=" + std::string(129, 'a'),
       "InvalidParameterValue: Tag key exceeds the maximum length of 128 characters"},
      {of_vpc + "&Tag.1.Key=a&Tag.1.Value=" + std::string(257, 'a'),
       "InvalidParameterValue: Tag value exceeds the maximum length of 256 characters"},
      {of_vpc + fifty + "&Tag.51.Key=k51", "TagLimitExceeded: A resource can have at most 50 tags"},
      {"ResourceId.1=web&Tag.1.Key=a", "InvalidID: The ID 'web' is not valid"},
      {of_vpc + "&ResourceId.2=i-00000000000000000&Tag.1.Key=a",
       "InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' does not exist"},
      {"ResourceId.1=vpce-svc-00000000000000000&Tag.1.Key=a",
       "InvalidVpcEndpointServiceId.NotFound: The VpcEndpointService Id "
       "'vpce-svc-00000000000000000' does not exist"},
      {"ResourceId.1=vpce-00000000000000000&Tag.1.Key=a",
       "InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-00000000000000000' does not "
       "exist"},
      {"ResourceId.1=sgr-00000000000000000&Tag.1.Key=a",
       "InvalidSecurityGroupRuleId.NotFound: The security group rule ID 'sgr-00000000000000000' "
       "does not exist"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateTags", c.parameters), c.error);
  }
  EXPECT_THAT(keys_of(vpc), IsEmpty()) << "one bad id among two: neither is tagged";
  must("CreateTags", of_vpc + fifty);
  must("CreateTags", of_vpc + "&Tag.1.Key=k1&Tag.1.Value=new");
  EXPECT_EQ(run("CreateTags", of_vpc + "&Tag.1.Key=k51").code(), "TagLimitExceeded");
  EXPECT_EQ(refusal("DeleteTags", "Tag.1.Key=a"),
            "MissingParameter: The request must contain the parameter ResourceId");
}

TEST_F(TagTest, Another_accounts_resource_does_not_exist) {
  const std::string vpc = make_vpc();
  must("CreateTags", "ResourceId.1=" + vpc + "&Tag.1.Key=a");
  become("222222222222");
  EXPECT_EQ(refusal("CreateTags", "ResourceId.1=" + vpc + "&Tag.1.Key=a"),
            "InvalidVpcID.NotFound: The vpc ID '" + vpc + "' does not exist");
  EXPECT_EQ(refusal("DeleteTags", "ResourceId.1=" + vpc),
            "InvalidVpcID.NotFound: The vpc ID '" + vpc + "' does not exist");
  EXPECT_EQ(must("DescribeTags").count("//item"), 0U);
}

// [EC2 API reference, DescribeTags]
TEST_F(TagTest, Filters_pick_by_key_value_and_resource) {
  const std::string vpc = make_vpc();
  const std::string group = make_group(vpc);
  must("CreateTags", "ResourceId.1=" + vpc + "&Tag.1.Key=Name&Tag.1.Value=blue");
  must("CreateTags", "ResourceId.1=" + group + "&Tag.1.Key=Name&Tag.1.Value=red&Tag.2.Key=x");
  struct Case {
    std::string name;
    std::string value;
    std::size_t found;
  };
  const Case cases[] = {
      {"key", "Name", 2},          {"key", "x", 1},           {"value", "red", 1},
      {"resource-type", "vpc", 1}, {"resource-id", group, 2}, {"tag:Name", "blue", 1},
      {"tag-key", "Na*", 2},       {"tag:x", "", 1},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(must("DescribeTags", "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value)
                  .count("//item"),
              c.found)
        << c.name << " " << c.value;
  }
  EXPECT_EQ(refusal("DescribeTags", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
}

// [EC2 user guide, "Tag restrictions"]
TEST_F(TagTest, AWSs_own_tags_stay) {
  must("CreateLaunchTemplate",
       "LaunchTemplateName=web&LaunchTemplateData.ImageId=ami-host&TagSpecification.1.ResourceType="
       "launch-template&TagSpecification.1.Tag.1.Key=Name");
  EXPECT_EQ(must("DescribeTags", "Filter.1.Name=resource-type&Filter.1.Value.1=launch-template")
                .count("//item"),
            1U);
  const std::string instance =
      make("RunInstances",
           "MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateName=web&SubnetId=" +
               make_subnet(make_vpc()) +
               "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=own",
           "//instanceId");
  const std::string of = "ResourceId.1=" + instance;
  EXPECT_EQ(refusal("DeleteTags", of + "&Tag.1.Key=aws:ec2launchtemplate:id"),
            "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use");
  must("DeleteTags", of);
  EXPECT_THAT(
      must("DescribeTags", "Filter.1.Name=resource-id&Filter.1.Value.1=" + instance).texts("//key"),
      UnorderedElementsAre("aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version"));
}

TEST_F(TagTest, Come_in_pages) {
  const std::string vpc = make_vpc();
  must("CreateTags", "ResourceId.1=" + vpc +
                         "&Tag.1.Key=a%20b&Tag.2.Key=%C3%A9&Tag.3.Key=c&Tag.4.Key=d&Tag.5.Key=e&"
                         "Tag.6.Key=f");
  const Answer first = must("DescribeTags", "MaxResults=5");
  const Answer rest = must("DescribeTags", "MaxResults=5&NextToken=" + first.text("//nextToken"));
  std::vector<std::string> keys = first.texts("//key");
  const auto last = rest.texts("//key");
  keys.insert(keys.end(), last.begin(), last.end());
  EXPECT_THAT(keys, UnorderedElementsAre("a b", "\xC3\xA9", "c", "d", "e", "f"));
}

}  // namespace
}  // namespace postern::api::ec2
