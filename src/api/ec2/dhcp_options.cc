// SPDX-License-Identifier: Apache-2.0
// DHCP options sets: CreateDhcpOptions, DescribeDhcpOptions, DeleteDhcpOptions,
// AssociateDhcpOptions. Instances are told of them at their next start.
#include "model/dhcp_options.h"

#include <algorithm>
#include <charconv>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"

namespace postern::api::ec2 {
namespace {

using model::DhcpOption;
using model::DhcpOptions;

struct DhcpValueItem {
  std::string value;
};
BOOST_DESCRIBE_STRUCT(DhcpValueItem, (), (value))

struct DhcpConfigurationItem {
  std::string key;
  std::vector<DhcpValueItem> valueSet;
};
BOOST_DESCRIBE_STRUCT(DhcpConfigurationItem, (), (key, valueSet))

struct DhcpOptionsItem {
  std::string dhcpOptionsId;
  std::string ownerId;
  std::vector<DhcpConfigurationItem> dhcpConfigurationSet;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(DhcpOptionsItem, (), (dhcpOptionsId, ownerId, dhcpConfigurationSet, tagSet))

DhcpOptionsItem dhcp_options_item(const DhcpOptions& set) {
  DhcpOptionsItem item{
      .dhcpOptionsId = set.id.value, .ownerId = set.owner.value, .tagSet = tag_items(set.tags)};
  for (const DhcpOption& option : set.options) {
    DhcpConfigurationItem& configuration =
        item.dhcpConfigurationSet.emplace_back(DhcpConfigurationItem{.key = option.key});
    for (const std::string& value : option.values) {
      configuration.valueSet.push_back({value});
    }
  }
  return item;
}

// ---- CreateDhcpOptions ----

struct DhcpConfigurationRequest {
  std::string Key;
  std::vector<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(DhcpConfigurationRequest, (), (Key, Value))

struct CreateDhcpOptionsRequest {
  std::vector<DhcpConfigurationRequest> DhcpConfiguration;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateDhcpOptionsRequest, (), (DhcpConfiguration, TagSpecification))

struct CreateDhcpOptionsAnswer {
  DhcpOptionsItem dhcpOptions;
};
BOOST_DESCRIBE_STRUCT(CreateDhcpOptionsAnswer, (), (dhcpOptions))

bool is_address(const std::string& text) {
  return IpAddress::parse(text).has_value();
}

bool is_between(const std::string& text, long low, long high) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= low &&
         number <= high;
}

// What a key's values are, and how many it has at most. [EC2 API reference, CreateDhcpOptions]
struct DhcpKey {
  std::string_view name;
  std::size_t most;
  bool (*takes)(const std::string& value);
};
constexpr DhcpKey kDhcpKeys[] = {
    {"domain-name", 1, [](const std::string& value) { return !value.empty(); }},
    {"domain-name-servers", 4,
     [](const std::string& value) {
       return value == model::kAmazonProvidedDns || is_address(value);
     }},
    {"ntp-servers", 4, is_address},
    {"netbios-name-servers", 4, is_address},
    {"netbios-node-type", 1,
     [](const std::string& value) {
       return value == "1" || value == "2" || value == "4" || value == "8";
     }},
    {"ipv6-address-preferred-lease-time", 1,
     [](const std::string& value) { return is_between(value, 140, 2147483647); }},
};

Result<DhcpOption> option_of(const DhcpConfigurationRequest& asked) {
  const auto* const key = std::ranges::find(kDhcpKeys, asked.Key, &DhcpKey::name);
  if (key == std::end(kDhcpKeys)) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter dhcpConfiguration is invalid. Unknown DHCP option.",
                  asked.Key);
  }
  if (asked.Value.empty() || asked.Value.size() > key->most) {
    return refuse(faults::InvalidParameterValue, "The DHCP option {} has 1 to {} values", asked.Key,
                  key->most);
  }
  for (const std::string& value : asked.Value) {
    if (!key->takes(value)) {
      return refuse(faults::InvalidParameterValue,
                    "Value ({}) for parameter value is invalid for the DHCP option {}.", value,
                    asked.Key);
    }
  }
  return DhcpOption{.key = asked.Key, .values = asked.Value};
}

Result<CreateDhcpOptionsAnswer> create_dhcp_options(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const CreateDhcpOptionsRequest& request) {
  if (request.DhcpConfiguration.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "DhcpConfiguration"));
  }
  DhcpOptions set{.id = model::Id<DhcpOptions>(tx.ids().ec2_id("dopt-")),
                  .owner = caller.account,
                  .region = caller.region};
  for (const DhcpConfigurationRequest& asked : request.DhcpConfiguration) {
    TRY_ASSIGN(DhcpOption option, option_of(asked));
    if (std::ranges::count(set.options, option.key, &DhcpOption::key) != 0) {
      return refuse(faults::InvalidParameterValue, "The DHCP option {} is given twice", option.key);
    }
    set.options.push_back(std::move(option));
  }
  TRY_ASSIGN(set.tags, tags_for(request.TagSpecification, "dhcp-options"));
  tx.put(set);
  return CreateDhcpOptionsAnswer{dhcp_options_item(set)};
}

// ---- DescribeDhcpOptions ----

struct DescribeDhcpOptionsRequest {
  std::vector<std::string> DhcpOptionsId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeDhcpOptionsRequest, (),
                      (DhcpOptionsId, Filter, MaxResults, NextToken))

struct DescribeDhcpOptionsAnswer {
  std::vector<DhcpOptionsItem> dhcpOptionsSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeDhcpOptionsAnswer, (), (dhcpOptionsSet, nextToken))

// [EC2 API reference, DescribeDhcpOptions]
const FilterTable<DhcpOptions>& dhcp_filters() {
  static const FilterTable<DhcpOptions> kTable = {
      {"dhcp-options-id", [](const DhcpOptions& set) { return Values{set.id.value}; }},
      {"key",
       [](const DhcpOptions& set) {
         Values keys;
         std::ranges::transform(set.options, std::back_inserter(keys), &DhcpOption::key);
         return keys;
       }},
      {"owner-id", [](const DhcpOptions& set) { return Values{set.owner.value}; }},
      {"value",
       [](const DhcpOptions& set) {
         Values values;
         for (const DhcpOption& option : set.options) {
           std::ranges::copy(option.values, std::back_inserter(values));
         }
         return values;
       }},
  };
  return kTable;
}

Result<DescribeDhcpOptionsAnswer> describe_dhcp_options(const View& view,
                                                        const DescribeDhcpOptionsRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.DhcpOptionsId, dhcp_filters()));
  DescribeDhcpOptionsAnswer answer{.nextToken = selection.next_token};
  for (const DhcpOptions* set : selection.records) {
    answer.dhcpOptionsSet.push_back(dhcp_options_item(*set));
  }
  return answer;
}

// ---- DeleteDhcpOptions ----

struct DeleteDhcpOptionsRequest {
  std::string DhcpOptionsId;
};
BOOST_DESCRIBE_STRUCT(DeleteDhcpOptionsRequest, (), (DhcpOptionsId))

// "You must disassociate the set of DHCP options before you can delete it." [EC2 API reference]
Result<Done> delete_dhcp_options(model::Transaction& tx, const model::Caller& caller,
                                 const DeleteDhcpOptionsRequest& request) {
  TRY_ASSIGN(const DhcpOptions* const set,
             find<DhcpOptions>(tx.world(), caller, request.DhcpOptionsId));
  const auto& vpcs = tx.world().all<model::Vpc>();
  if (std::ranges::any_of(
          vpcs, [&](const auto& row) { return row.second->dhcp_options_id == set->id.value; })) {
    return refuse(faults::DependencyViolation,
                  "The dhcpOptions '{}' has dependencies and cannot be deleted.", set->id);
  }
  tx.erase(model::Id<DhcpOptions>(set->id));
  return Done{};
}

// ---- AssociateDhcpOptions ----

struct AssociateDhcpOptionsRequest {
  std::string DhcpOptionsId;
  std::string VpcId;
};
BOOST_DESCRIBE_STRUCT(AssociateDhcpOptionsRequest, (), (DhcpOptionsId, VpcId))

// "The ID of the DHCP options set, or `default` to associate no DHCP options with the VPC." [EC2
// API reference]
Result<Done> associate_dhcp_options(model::Transaction& tx, const model::Caller& caller,
                                    const AssociateDhcpOptionsRequest& request) {
  TRY_ASSIGN(const model::Vpc* const found, find<model::Vpc>(tx.world(), caller, request.VpcId));
  if (request.DhcpOptionsId != model::kNoDhcpOptions) {
    TRY(find<DhcpOptions>(tx.world(), caller, request.DhcpOptionsId));
  }
  model::Vpc vpc = *found;
  vpc.dhcp_options_id = request.DhcpOptionsId;
  tx.put(std::move(vpc));
  return Done{};
}

}  // namespace

std::vector<Action> dhcp_options_actions() {
  return {
      write<associate_dhcp_options>("AssociateDhcpOptions"),
      write<create_dhcp_options>("CreateDhcpOptions"),
      write<delete_dhcp_options>("DeleteDhcpOptions"),
      read<describe_dhcp_options>("DescribeDhcpOptions"),
  };
}

}  // namespace postern::api::ec2
