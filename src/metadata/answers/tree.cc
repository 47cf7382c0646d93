// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/tree.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "metadata/answers/role.h"
#include "model/dns_names.h"
#include "model/images.h"
#include "model/instance_key.h"
#include "model/public_addresses.h"
#include "model/zones.h"

namespace postern::metadata {
namespace {

namespace json = boost::json;
using model::Instance;
using model::NetworkInterface;
using model::World;

std::string seconds_text(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

// Two spaces and a line a member, as AWS writes it: scripts take it apart with grep and cut.
std::string object_text(const json::object& object) {
  std::string out = "{\n";
  for (auto at = object.begin(); at != object.end(); ++at) {
    out += fmt::format("  {} : {}{}\n", json::serialize(json::value(at->key())),
                       json::serialize(at->value()), at + 1 == object.end() ? "" : ",");
  }
  return out + "}";
}

std::string lines(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, "\n"));
}

struct Groups {
  std::vector<std::string> names;
  std::vector<std::string> ids;
};

Groups groups_of(const World& world, const NetworkInterface& interface) {
  Groups out;
  for (const auto& id : interface.groups) {
    if (const auto* group = world.find(id)) {
      out.names.push_back(group->name);
      out.ids.push_back(id.value);
    }
  }
  return out;
}

void add_interface(const World& world, const Instance& instance, const NetworkInterface& interface,
                   Node& data) {
  const Groups groups = groups_of(world, interface);
  data.put("mac", interface.mac.text());
  data.put("security-groups", lines(groups.names));
  Node& own = data["network"]["interfaces"]["macs"][interface.mac.text()];
  own.put("device-number", "0");
  own.put("interface-id", interface.id.value);
  own.put("local-hostname", model::private_name(instance.region, interface.address));
  own.put("local-ipv4s", interface.address.text());
  own.put("mac", interface.mac.text());
  own.put("owner-id", interface.owner.value);
  own.put("security-group-ids", lines(groups.ids));
  own.put("security-groups", lines(groups.names));
  own.put("subnet-id", interface.subnet.value);
  own.put("vpc-id", interface.vpc.value);
  if (const auto* subnet = world.find(interface.subnet)) {
    own.put("subnet-ipv4-cidr-block", subnet->cidr.text());
    if (subnet->ipv6_block) {
      own.put("subnet-ipv6-cidr-blocks", subnet->ipv6_block->cidr.text());
    }
  }
  if (const auto* vpc = world.find(interface.vpc)) {
    own.put("vpc-ipv4-cidr-block", vpc->cidr.text());
    std::vector<std::string> ipv4;
    std::vector<std::string> ipv6;
    for (const Cidr& cidr : model::cidrs_of(*vpc)) {
      (cidr.is_v4() ? ipv4 : ipv6).push_back(cidr.text());
    }
    own.put("vpc-ipv4-cidr-blocks", lines(ipv4));
    if (!ipv6.empty()) {
      own.put("vpc-ipv6-cidr-blocks", lines(ipv6));
    }
  }
  std::vector<std::string> ipv6s;
  for (const IpAddress& address : interface.ipv6_addresses) {
    ipv6s.push_back(address.text());
  }
  if (!ipv6s.empty()) {
    data.put("ipv6", ipv6s.front());
    own.put("ipv6s", lines(ipv6s));
  }
  if (const auto address = model::public_address_of(world, interface)) {
    data.put("public-ipv4", address->text());
    own.put("public-ipv4s", address->text());
    own["ipv4-associations"].put(address->text(), interface.address.text());
  }
}

void add_public_key(const World& world, const Instance& instance, Node& data) {
  if (const auto* pair = model::key_pair_of(world, instance)) {
    Node& key = data["public-keys"]["0"];
    key.listed_as = "0=" + pair->name;
    key.put("openssh-key", pair->public_key);
  }
}

std::string keys_text(const model::Session& keys) {
  return object_text({{"Code", "Success"},
                      {"LastUpdated", seconds_text(keys.created_at)},
                      {"Type", "AWS-HMAC"},
                      {"AccessKeyId", keys.id.value},
                      {"SecretAccessKey", keys.secret},
                      {"Token", keys.token},
                      {"Expiration", seconds_text(keys.expires_at)}});
}

// [EC2 user guide, "Troubleshoot IAM and Amazon EC2": what stands in place of keys]
std::string no_keys_text(const model::Role& role, TimePoint now) {
  return object_text(
      {{"Code", "AssumeRoleUnauthorizedAccess"},
       {"Message", fmt::format("EC2 cannot assume the role {}. Its trust policy has to "
                               "allow sts:AssumeRole to ec2.amazonaws.com.",
                               role.name)},
       {"LastUpdated", seconds_text(now)}});
}

void add_role(const World& world, const Instance& instance, TimePoint now, Node& data) {
  const auto* profile = profile_of(world, instance);
  if (profile == nullptr) {
    return;
  }
  Node& iam = data["iam"];
  iam.put("info", object_text({{"Code", "Success"},
                               {"LastUpdated", seconds_text(instance.launched_at)},
                               {"InstanceProfileArn", model::arn_of(*profile)},
                               {"InstanceProfileId", profile->unique_id}}));
  const auto* role = role_of(world, instance);
  if (role == nullptr) {
    return;
  }
  Node& keys = iam["security-credentials"][role->name];
  if (!trusts_ec2(*role)) {
    keys.text = no_keys_text(*role, now);
  } else if (const auto* session = keys_of(world, instance, now)) {
    keys.text = keys_text(*session);
  } else {
    keys.needs_keys = true;
  }
}

// Only tags whose keys can be a part of a path. [EC2 user guide, "View tags for your EC2 instances
// using instance metadata"]
void add_tags(const Instance& instance, Node& data) {
  if (instance.metadata.instance_tags != "enabled") {
    return;
  }
  for (const auto& [key, value] : instance.tags) {
    if (key.find_first_of("/ ") == std::string::npos && key != "." && key != "..") {
      data["tags"]["instance"].put(key, value);
    }
  }
}

void add_placement(const Instance& instance, Node& data) {
  data["placement"].put("availability-zone", instance.zone);
  data["placement"].put("region", instance.region);
  if (const auto id = model::zone_id(instance.owner, instance.region, instance.zone)) {
    data["placement"].put("availability-zone-id", *id);
  }
}

Node meta_data(const World& world, const Instance& instance, TimePoint now) {
  Node data;
  const std::string name = model::private_name(instance.region, instance.address);
  data.put("ami-id", instance.image_id);
  data.put("ami-launch-index", fmt::format("{}", instance.launch_index));
  data.put("ami-manifest-path", "(unknown)");
  data.put("hostname", name);
  data.put("instance-action", "none");
  data.put("instance-id", instance.id.value);
  data.put("instance-life-cycle", "on-demand");
  data.put("instance-type", instance.instance_type);
  data.put("local-hostname", name);
  data.put("local-ipv4", instance.address.text());
  data.put("profile", "default-hvm");
  data.put("reservation-id", instance.reservation_id);
  if (const auto image = model::find_image(instance.image_id)) {
    data["block-device-mapping"].put("ami", image->root_device);
    data["block-device-mapping"].put("root", image->root_device);
  }
  data["services"].put("domain", std::string(model::amazon_domain(instance.region)));
  data["services"].put("partition", "aws");
  add_placement(instance, data);
  if (const auto* interface = world.find(instance.network_interface)) {
    add_interface(world, instance, *interface, data);
  }
  add_public_key(world, instance, data);
  add_role(world, instance, now, data);
  add_tags(instance, data);
  return data;
}

// [EC2 user guide, "Instance identity documents"]. It is not signed.
std::string identity_document(const Instance& instance) {
  // Who asks from within chooses programs by the architecture.
  return object_text({{"accountId", instance.owner.value},
                      {"architecture", model::host_architecture()},
                      {"availabilityZone", instance.zone},
                      {"billingProducts", nullptr},
                      {"devpayProductCodes", nullptr},
                      {"marketplaceProductCodes", nullptr},
                      {"imageId", instance.image_id},
                      {"instanceId", instance.id.value},
                      {"instanceType", instance.instance_type},
                      {"kernelId", nullptr},
                      {"pendingTime", seconds_text(instance.launched_at)},
                      {"privateIp", instance.address.text()},
                      {"ramdiskId", nullptr},
                      {"region", instance.region},
                      {"version", "2017-09-30"}});
}

}  // namespace

std::string Node::listing() const {
  std::vector<std::string> names;
  for (const auto& [name, child] : children) {
    if (!child.listed_as.empty()) {
      names.push_back(child.listed_as);
    } else {
      names.push_back(child.is_folder ? name + "/" : name);
    }
  }
  return lines(names);
}

Node tree_of(const World& world, const Instance& instance, TimePoint now) {
  Node tree;
  tree["dynamic"]["instance-identity"].put("document", identity_document(instance));
  tree["meta-data"] = meta_data(world, instance, now);
  for (const char* name : {"dynamic", "meta-data"}) {
    tree[name].listed_as = name;
  }
  if (!instance.user_data.empty()) {
    tree["user-data"].text = instance.user_data;
    tree["user-data"].type = "application/octet-stream";
  }
  return tree;
}

}  // namespace postern::metadata
