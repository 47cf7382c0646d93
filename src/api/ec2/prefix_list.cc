// SPDX-License-Identifier: Apache-2.0
// Prefix lists: CreateManagedPrefixList, DescribeManagedPrefixLists, DeleteManagedPrefixList, and
// DescribePrefixLists. Their entries: prefix_list_entry.cc.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/gateway_endpoint.h"
#include "api/ec2/prefix_list_item.h"
#include "api/ec2/select.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::PrefixList;

// ---- CreateManagedPrefixList ----

struct CreateManagedPrefixListRequest {
  std::string PrefixListName;
  std::string AddressFamily;
  int MaxEntries = 0;
  std::vector<AddPrefixListEntry> Entry;
  std::optional<std::string> ClientToken;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateManagedPrefixListRequest, (),
                      (PrefixListName, AddressFamily, MaxEntries, Entry, ClientToken,
                       TagSpecification))

struct PrefixListAnswer {
  PrefixListItem prefixList;
};
BOOST_DESCRIBE_STRUCT(PrefixListAnswer, (), (prefixList))

Result<bool> is_ipv6(const std::string& family) {
  if (family != "IPv4" && family != "IPv6") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter AddressFamily is invalid. Expected 'IPv4' or 'IPv6'.",
                  family);
  }
  return family == "IPv6";
}

Result<PrefixListAnswer> create_managed_prefix_list(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const CreateManagedPrefixListRequest& request) {
  PrefixList list{.owner = caller.account,
                  .region = caller.region,
                  .name = request.PrefixListName,
                  .max_entries = request.MaxEntries,
                  .versions = {{.version = 1}}};
  TRY(check_prefix_list_name(list.name));
  TRY(check_prefix_list_size(list.max_entries));
  TRY_ASSIGN(list.ipv6, is_ipv6(request.AddressFamily));
  TRY_ASSIGN(list.versions.front().entries,
             changed_entries(list, request.Entry, std::vector<std::string>{}));
  TRY_ASSIGN(list.tags, tags_for(request.TagSpecification, "prefix-list"));
  if (model::is_used_up(tx.world(), model::Quota::PrefixLists,
                        model::count_owned<PrefixList>(tx.world(), caller))) {
    return refuse(faults::PrefixListLimitExceeded,
                  "The maximum number of prefix lists has been reached.");
  }
  list.id = model::Id<PrefixList>(tx.ids().ec2_id("pl-"));
  PrefixListAnswer answer{prefix_list_item(list)};
  answer.prefixList.state = "create-in-progress";
  tx.put(std::move(list));
  return answer;
}

// ---- DescribeManagedPrefixLists ----

struct DescribeManagedPrefixListsRequest {
  std::vector<std::string> PrefixListId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeManagedPrefixListsRequest, (),
                      (PrefixListId, Filter, MaxResults, NextToken))

struct DescribeManagedPrefixListsAnswer {
  std::vector<PrefixListItem> prefixListSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeManagedPrefixListsAnswer, (), (prefixListSet, nextToken))

// [EC2 API reference, DescribeManagedPrefixLists]
const FilterTable<PrefixList>& list_filters() {
  static const FilterTable<PrefixList> kTable = {
      {"owner-id", [](const PrefixList& list) { return Values{list.owner.value}; }},
      {"prefix-list-id", [](const PrefixList& list) { return Values{list.id.value}; }},
      {"prefix-list-name", [](const PrefixList& list) { return Values{list.name}; }},
  };
  return kTable;
}

Result<DescribeManagedPrefixListsAnswer> describe_managed_prefix_lists(
    const View& view, const DescribeManagedPrefixListsRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.PrefixListId, list_filters()));
  DescribeManagedPrefixListsAnswer answer{.nextToken = selection.next_token};
  for (const PrefixList* list : selection.records) {
    answer.prefixListSet.push_back(prefix_list_item(*list));
  }
  return answer;
}

// ---- DescribePrefixLists ----

struct ServicePrefixListItem {
  std::string prefixListId;
  std::string prefixListName;
  std::vector<std::string> cidrSet;
};
BOOST_DESCRIBE_STRUCT(ServicePrefixListItem, (), (prefixListId, prefixListName, cidrSet))

struct DescribePrefixListsRequest {
  std::vector<std::string> PrefixListId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribePrefixListsRequest, (), (PrefixListId, Filter, MaxResults, NextToken))

struct DescribePrefixListsAnswer {
  std::vector<ServicePrefixListItem> prefixListSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribePrefixListsAnswer, (), (prefixListSet, nextToken))

const FilterTable<ServicePrefixListItem>& service_list_filters() {
  using Item = ServicePrefixListItem;
  static const FilterTable<Item> kTable = {
      field_of<Item>("prefix-list-id", [](const Item& item) { return item.prefixListId; }),
      field_of<Item>("prefix-list-name", [](const Item& item) { return item.prefixListName; }),
  };
  return kTable;
}

// Lists AWS's own services that gateway endpoints lead to.
Result<DescribePrefixListsAnswer> describe_prefix_lists(const View& view,
                                                        const DescribePrefixListsRequest& request) {
  TRY(service_list_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  const auto& ids = request.PrefixListId;
  const auto services = gateway_services(view.caller.region);
  for (const std::string& id : ids) {
    if (std::ranges::none_of(services,
                             [&](const auto& each) { return each.prefix_list_id == id; })) {
      return refuse_id(id_words<PrefixList>(), id);
    }
  }
  DescribePrefixListsAnswer answer;
  for (const GatewayService& service : services) {
    ServicePrefixListItem item{.prefixListId = service.prefix_list_id,
                               .prefixListName = service.name,
                               .cidrSet = service.cidrs};
    if ((ids.empty() || std::ranges::find(ids, item.prefixListId) != ids.end()) &&
        service_list_filters().matches(request.Filter, item)) {
      answer.prefixListSet.push_back(std::move(item));
    }
  }
  answer.nextToken = cut_to_page(page, answer.prefixListSet, [](const ServicePrefixListItem& item) {
    return item.prefixListId;
  });
  return answer;
}

// ---- DeleteManagedPrefixList ----

struct DeleteManagedPrefixListRequest {
  std::string PrefixListId;
};
BOOST_DESCRIBE_STRUCT(DeleteManagedPrefixListRequest, (), (PrefixListId))

bool is_named_by_group(const model::World& world, const PrefixList& list) {
  return std::ranges::any_of(world.all<model::SecurityGroup>(), [&](const auto& entry) {
    return std::ranges::any_of(entry.second->rules, [&](const model::SecurityGroupRule& rule) {
      return rule.prefix_list == list.id;
    });
  });
}

bool is_named_by_table(const model::World& world, const PrefixList& list) {
  return std::ranges::any_of(world.all<model::RouteTable>(), [&](const auto& entry) {
    return std::ranges::any_of(entry.second->routes, [&](const model::Route& route) {
      return route.prefix_list == list.id;
    });
  });
}

// "You must first remove all references to the prefix list in your resources."
// [EC2 API reference, DeleteManagedPrefixList]
Result<PrefixListAnswer> delete_managed_prefix_list(model::Transaction& tx,
                                                    const model::Caller& caller,
                                                    const DeleteManagedPrefixListRequest& request) {
  TRY_ASSIGN(const PrefixList* const list,
             find<PrefixList>(tx.world(), caller, request.PrefixListId));
  if (is_named_by_group(tx.world(), *list) || is_named_by_table(tx.world(), *list)) {
    return refuse(faults::DependencyViolation,
                  "The prefix list '{}' has dependencies and cannot be deleted.", list->id);
  }
  PrefixListAnswer answer{prefix_list_item(*list)};
  answer.prefixList.state = "delete-in-progress";
  tx.erase(model::Id<PrefixList>(list->id));
  return answer;
}

}  // namespace

std::vector<Action> prefix_list_actions() {
  return {
      write<create_managed_prefix_list>("CreateManagedPrefixList"),
      write<delete_managed_prefix_list>("DeleteManagedPrefixList"),
      read<describe_managed_prefix_lists>("DescribeManagedPrefixLists"),
      read<describe_prefix_lists>("DescribePrefixLists"),
  };
}

}  // namespace postern::api::ec2
