// SPDX-License-Identifier: Apache-2.0
// Tags on any resource: CreateTags, DeleteTags, DescribeTags.
#include <algorithm>
#include <functional>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"
#include "api/ec2/security_group_rule_item.h"
#include "api/ec2/tag_specification.h"
#include "api/wire/digest.h"

namespace postern::api::ec2 {
namespace {

using Change = std::function<Result<>(model::Tags&)>;

struct TagDescriptionItem {
  std::string resourceId;
  std::string resourceType;
  std::string key;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(TagDescriptionItem, (), (resourceId, resourceType, key, value))

// A tag on a resource; `tags` is that one, for the filters on tags.
struct TagRow {
  TagDescriptionItem item;
  model::Tags tags;
};

// A kind of resource that can have tags.
struct Taggable {
  std::string_view prefix;
  std::string_view type;
  // Changes the tags of the caller's resource of that id.
  Result<> (*change)(model::Transaction& tx, const model::Caller& caller, const std::string& id,
                     const Change& change);
  // Adds what the caller's resources of the kind have.
  void (*append)(std::vector<TagRow>& rows, const View& view, std::string_view type);
};

template <class T>
bool is_there(const T&) {
  return true;
}
// A deleted endpoint is still listed for the provider, and is gone for its owner.
bool is_there(const model::VpcEndpoint& endpoint) {
  return endpoint.state != model::EndpointState::Deleted;
}

template <class T>
Result<> change_record(model::Transaction& tx, const model::Caller& caller, const std::string& id,
                       const Change& change) {
  TRY_ASSIGN(const T* const found, find<T>(tx.world(), caller, id));
  if (!is_there(*found)) {
    return refuse_id(id_words<T>(), id);
  }
  T record = *found;
  TRY(change(record.tags));
  tx.put(std::move(record));
  return {};
}

Result<> change_rule(model::Transaction& tx, const model::Caller& caller, const std::string& id,
                     const Change& change) {
  for (const auto& [group_id, found] : tx.world().all<model::SecurityGroup>()) {
    if (!model::owns(caller, *found) || rule_of_id(*found, id) == nullptr) {
      continue;
    }
    model::SecurityGroup group = *found;
    for (model::SecurityGroupRule& rule : group.rules) {
      if (rule.id == id) {
        TRY(change(rule.tags));
      }
    }
    tx.put(std::move(group));
    return {};
  }
  return refuse_rule_id(id);
}

// A volume's tags are on its instance.
Result<> change_volume(model::Transaction& tx, const model::Caller& caller, const std::string& id,
                       const Change& change) {
  for (const auto& [instance_id, found] : tx.world().all<model::Instance>()) {
    if (model::owns(caller, *found) && found->root_volume.id == id) {
      model::Instance instance = *found;
      TRY(change(instance.root_volume.tags));
      tx.put(std::move(instance));
      return {};
    }
  }
  return refuse(faults::InvalidVolumeNotFound, "The volume '{}' does not exist.", id);
}

void append_rows(std::vector<TagRow>& rows, const std::string& id, std::string_view type,
                 const model::Tags& tags) {
  for (const auto& [key, value] : tags) {
    rows.push_back({.item = {id, std::string(type), key, value}, .tags = {{key, value}}});
  }
}

template <class T>
void append_table(std::vector<TagRow>& rows, const View& view, std::string_view type) {
  for (const auto& [id, record] : view.world.all<T>()) {
    if (model::owns(view.caller, *record) && is_there(*record)) {
      append_rows(rows, id.value, type, record->tags);
    }
  }
}

void append_rules(std::vector<TagRow>& rows, const View& view, std::string_view type) {
  for (const auto& [id, group] : view.world.all<model::SecurityGroup>()) {
    if (model::owns(view.caller, *group)) {
      for (const model::SecurityGroupRule& rule : group->rules) {
        append_rows(rows, rule.id, type, rule.tags);
      }
    }
  }
}

void append_volumes(std::vector<TagRow>& rows, const View& view, std::string_view type) {
  for (const auto& [id, instance] : view.world.all<model::Instance>()) {
    if (model::owns(view.caller, *instance)) {
      append_rows(rows, instance->root_volume.id, type, instance->root_volume.tags);
    }
  }
}

template <class T>
constexpr Taggable record(std::string_view prefix, std::string_view type) {
  return {prefix, type, change_record<T>, append_table<T>};
}

// Of two prefixes that fit, the longer one stands first. [EC2 API reference, ResourceType]
constexpr Taggable kTaggables[] = {
    record<model::NetworkAcl>("acl-", "network-acl"),
    record<model::DhcpOptions>("dopt-", "dhcp-options"),
    record<model::ElasticIp>("eipalloc-", "elastic-ip"),
    record<model::NetworkInterface>("eni-", "network-interface"),
    record<model::FlowLog>("fl-", "vpc-flow-log"),
    record<model::Instance>("i-", "instance"),
    record<model::EgressOnlyInternetGateway>("eigw-", "egress-only-internet-gateway"),
    record<model::InternetGateway>("igw-", "internet-gateway"),
    record<model::KeyPair>("key-", "key-pair"),
    record<model::LaunchTemplate>("lt-", "launch-template"),
    record<model::NatGateway>("nat-", "natgateway"),
    record<model::NetworkInsightsAnalysis>("nia-", "network-insights-analysis"),
    record<model::NetworkInsightsPath>("nip-", "network-insights-path"),
    record<model::PrefixList>("pl-", "prefix-list"),
    record<model::RouteTable>("rtb-", "route-table"),
    record<model::SecurityGroup>("sg-", "security-group"),
    {"sgr-", "security-group-rule", change_rule, append_rules},
    record<model::Subnet>("subnet-", "subnet"),
    {"vol-", "volume", change_volume, append_volumes},
    record<model::Vpc>("vpc-", "vpc"),
    record<model::EndpointService>("vpce-svc-", "vpc-endpoint-service"),
    record<model::VpcEndpoint>("vpce-", "vpc-endpoint"),
};

Result<> change_tags(model::Transaction& tx, const model::Caller& caller, const std::string& id,
                     const Change& change) {
  for (const Taggable& taggable : kTaggables) {
    if (id.starts_with(taggable.prefix)) {
      return taggable.change(tx, caller, id, change);
    }
  }
  return refuse(faults::InvalidID, "The ID '{}' is not valid", id);
}

Result<> change_tags_of_each(model::Transaction& tx, const model::Caller& caller,
                             const std::vector<std::string>& ids, const Change& change) {
  if (ids.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ResourceId"));
  }
  for (const std::string& id : ids) {
    TRY(change_tags(tx, caller, id, change));
  }
  return {};
}

// ---- CreateTags ----

struct CreateTagsRequest {
  std::vector<std::string> ResourceId;
  std::vector<RequestTag> Tag;
};
BOOST_DESCRIBE_STRUCT(CreateTagsRequest, (), (ResourceId, Tag))

// All resources get all tags, or none gets any.
Result<Done> create_tags(model::Transaction& tx, const model::Caller& caller,
                         const CreateTagsRequest& request) {
  if (request.Tag.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "Tag"));
  }
  TRY(change_tags_of_each(tx, caller, request.ResourceId,
                          [&](model::Tags& tags) { return add_tags(tags, request.Tag); }));
  return Done{};
}

// ---- DeleteTags ----

struct DeleteTagsRequest {
  std::vector<std::string> ResourceId;
  std::vector<RequestTag> Tag;
};
BOOST_DESCRIBE_STRUCT(DeleteTagsRequest, (), (ResourceId, Tag))

// "If you specify a tag key without a tag value, we delete any tag with this key regardless of its
// value. […] If you omit this parameter, we delete all user-defined tags for the specified
// resources." [EC2 API reference, DeleteTags]
Result<> remove_tags(model::Tags& tags, const std::vector<RequestTag>& removed) {
  if (removed.empty()) {
    std::erase_if(tags, [](const auto& tag) { return !is_reserved_tag(tag.first); });
  }
  for (const RequestTag& tag : removed) {
    if (is_reserved_tag(tag.Key)) {
      return refuse_reserved_tag();
    }
    const auto at = tags.find(tag.Key);
    if (at != tags.end() && (!tag.Value || *tag.Value == at->second)) {
      tags.erase(at);
    }
  }
  return {};
}

Result<Done> delete_tags(model::Transaction& tx, const model::Caller& caller,
                         const DeleteTagsRequest& request) {
  TRY(change_tags_of_each(tx, caller, request.ResourceId,
                          [&](model::Tags& tags) { return remove_tags(tags, request.Tag); }));
  return Done{};
}

// ---- DescribeTags ----

struct DescribeTagsRequest {
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsRequest, (), (Filter, MaxResults, NextToken))

struct DescribeTagsAnswer {
  std::vector<TagDescriptionItem> tagSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsAnswer, (), (tagSet, nextToken))

// [EC2 API reference, DescribeTags]
const FilterTable<TagRow>& tag_filters() {
  static const FilterTable<TagRow> kTable = {
      {"key", [](const TagRow& row) { return Values{row.item.key}; }},
      {"resource-id", [](const TagRow& row) { return Values{row.item.resourceId}; }},
      {"resource-type", [](const TagRow& row) { return Values{row.item.resourceType}; }},
      {"value", [](const TagRow& row) { return Values{row.item.value}; }},
  };
  return kTable;
}

std::string page_key(const TagRow& row) {
  return row.item.resourceId + "/" + wire::sha256_hex(row.item.key);
}

std::vector<TagRow> tags_of_caller(const View& view) {
  std::vector<TagRow> rows;
  for (const Taggable& taggable : kTaggables) {
    taggable.append(rows, view, taggable.type);
  }
  std::sort(rows.begin(), rows.end(),
            [](const TagRow& a, const TagRow& b) { return page_key(a) < page_key(b); });
  return rows;
}

Result<DescribeTagsAnswer> describe_tags(const View& view, const DescribeTagsRequest& request) {
  TRY(tag_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  std::vector<TagRow> rows = tags_of_caller(view);
  std::erase_if(rows,
                [&](const TagRow& row) { return !tag_filters().matches(request.Filter, row); });
  DescribeTagsAnswer answer;
  answer.nextToken = cut_to_page(page, rows, page_key);
  for (TagRow& row : rows) {
    answer.tagSet.push_back(std::move(row.item));
  }
  return answer;
}

}  // namespace

std::vector<Action> tag_actions() {
  return {
      write<create_tags>("CreateTags"),
      write<delete_tags>("DeleteTags"),
      read<describe_tags>("DescribeTags"),
  };
}

}  // namespace postern::api::ec2
