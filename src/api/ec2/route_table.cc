// SPDX-License-Identifier: Apache-2.0
// Route tables and which subnets have them: CreateRouteTable, DescribeRouteTables,
// DeleteRouteTable, AssociateRouteTable, DisassociateRouteTable, ReplaceRouteTableAssociation.
// Their routes: route.cc.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/route_item.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::RouteTable;
using model::Subnet;
using model::Vpc;

struct AssociationStateItem {
  std::string state = "associated";
};
BOOST_DESCRIBE_STRUCT(AssociationStateItem, (), (state))

struct RouteAssociationItem {
  std::string routeTableAssociationId;
  std::string routeTableId;
  std::optional<std::string> subnetId;
  bool main = false;
  AssociationStateItem associationState;
};
BOOST_DESCRIBE_STRUCT(RouteAssociationItem, (),
                      (routeTableAssociationId, routeTableId, subnetId, main, associationState))

struct RouteTableItem {
  std::string routeTableId;
  std::string vpcId;
  std::string ownerId;
  std::vector<RouteItem> routeSet;
  std::vector<RouteAssociationItem> associationSet;
  std::vector<std::string> propagatingVgwSet;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(RouteTableItem, (),
                      (routeTableId, vpcId, ownerId, routeSet, associationSet, propagatingVgwSet,
                       tagSet))

// The association as the VPC's main table first, then those of subnets.
std::vector<RouteAssociationItem> associations(const model::World& world, const RouteTable& table) {
  std::vector<RouteAssociationItem> items;
  const Vpc* vpc = world.find(table.vpc);
  if (vpc != nullptr && vpc->main_route_table_id == table.id) {
    items.push_back({.routeTableAssociationId = vpc->main_route_table_association_id,
                     .routeTableId = table.id.value,
                     .main = true});
  }
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    if (subnet->route_table == table.id) {
      items.push_back({.routeTableAssociationId = subnet->route_table_association_id,
                       .routeTableId = table.id.value,
                       .subnetId = id.value});
    }
  }
  return items;
}

RouteTableItem table_item(const model::World& world, const RouteTable& table) {
  return {.routeTableId = table.id.value,
          .vpcId = table.vpc.value,
          .ownerId = table.owner.value,
          .routeSet = route_items(world, table),
          .associationSet = associations(world, table),
          .tagSet = tag_items(table.tags)};
}

// ---- CreateRouteTable ----

struct CreateRouteTableRequest {
  std::string VpcId;
  std::optional<std::string> ClientToken;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateRouteTableRequest, (), (VpcId, ClientToken, TagSpecification))

struct CreateRouteTableAnswer {
  RouteTableItem routeTable;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateRouteTableAnswer, (), (routeTable, clientToken))

Result<CreateRouteTableAnswer> create_route_table(model::Transaction& tx,
                                                  const model::Caller& caller,
                                                  const CreateRouteTableRequest& request) {
  TRY_ASSIGN(const Vpc* const vpc, find<Vpc>(tx.world(), caller, request.VpcId));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "route-table"));
  const auto& tables = tx.world().all<RouteTable>();
  if (model::is_used_up(tx.world(), model::Quota::RouteTables,
                        std::count_if(tables.begin(), tables.end(), [&](const auto& entry) {
                          return entry.second->vpc == vpc->id;
                        }))) {
    return refuse(faults::RouteTableLimitExceeded,
                  "The maximum number of route tables has been reached.");
  }
  const RouteTable table{.id = model::Id<RouteTable>(tx.ids().ec2_id("rtb-")),
                         .owner = vpc->owner,
                         .region = vpc->region,
                         .vpc = vpc->id,
                         .tags = std::move(tags)};
  tx.put(table);
  return CreateRouteTableAnswer{.routeTable = table_item(tx.world(), table),
                                .clientToken = request.ClientToken};
}

// ---- DescribeRouteTables ----

struct DescribeRouteTablesRequest {
  std::vector<std::string> RouteTableId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeRouteTablesRequest, (), (RouteTableId, Filter, MaxResults, NextToken))

struct DescribeRouteTablesAnswer {
  std::vector<RouteTableItem> routeTableSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeRouteTablesAnswer, (), (routeTableSet, nextToken))

template <class Get>
FilterField<RouteTable> route_table_field(std::string_view name, Get get) {
  return field_of<RouteTable>(name, get);
}

// What the member has of each of the table's items.
template <class Item, class Member>
FilterField<RouteTable> each(std::string_view name, const model::World& world,
                             std::vector<Item> (*items)(const model::World&, const RouteTable&),
                             Member member) {
  return route_table_field(name, [=, &world](const RouteTable& table) {
    Values values;
    for (const Item& item : items(world, table)) {
      std::ranges::move(as_values(item.*member), std::back_inserter(values));
    }
    return values;
  });
}

// [EC2 API reference, DescribeRouteTables]
FilterTable<RouteTable> table_filters(const model::World& world) {
  using Association = RouteAssociationItem;
  return {
      no_field<RouteTable>("association.gateway-id"),
      each("association.main", world, associations, &Association::main),
      each("association.route-table-association-id", world, associations,
           &Association::routeTableAssociationId),
      each("association.route-table-id", world, associations, &Association::routeTableId),
      each("association.subnet-id", world, associations, &Association::subnetId),
      route_table_field("owner-id", [](const RouteTable& table) { return table.owner.value; }),
      route_table_field("route-table-id", [](const RouteTable& table) { return table.id.value; }),
      each("route.destination-cidr-block", world, route_items, &RouteItem::destinationCidrBlock),
      each("route.destination-ipv6-cidr-block", world, route_items,
           &RouteItem::destinationIpv6CidrBlock),
      each("route.destination-prefix-list-id", world, route_items,
           &RouteItem::destinationPrefixListId),
      no_field<RouteTable>("route.egress-only-internet-gateway-id"),
      each("route.gateway-id", world, route_items, &RouteItem::gatewayId),
      no_field<RouteTable>("route.instance-id"),
      each("route.nat-gateway-id", world, route_items, &RouteItem::natGatewayId),
      each("route.origin", world, route_items, &RouteItem::origin),
      each("route.state", world, route_items, &RouteItem::state),
      no_field<RouteTable>("route.transit-gateway-id"),
      no_field<RouteTable>("route.vpc-peering-connection-id"),
      route_table_field("vpc-id", [](const RouteTable& table) { return table.vpc.value; }),
  };
}

Result<DescribeRouteTablesAnswer> describe_route_tables(const View& view,
                                                        const DescribeRouteTablesRequest& request) {
  TRY_ASSIGN(const auto selection,
             select(view, request, request.RouteTableId, table_filters(view.world)));
  DescribeRouteTablesAnswer answer{.nextToken = selection.next_token};
  for (const RouteTable* table : selection.records) {
    answer.routeTableSet.push_back(table_item(view.world, *table));
  }
  return answer;
}

// ---- DeleteRouteTable ----

struct DeleteRouteTableRequest {
  std::string RouteTableId;
};
BOOST_DESCRIBE_STRUCT(DeleteRouteTableRequest, (), (RouteTableId))

Result<Done> delete_route_table(model::Transaction& tx, const model::Caller& caller,
                                const DeleteRouteTableRequest& request) {
  TRY_ASSIGN(const RouteTable* const table,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  if (!associations(tx.world(), *table).empty()) {
    return refuse(faults::DependencyViolation,
                  "The routeTable '{}' has dependencies and cannot be deleted.", table->id);
  }
  tx.erase(model::Id<RouteTable>(table->id));
  return Done{};
}

// ---- AssociateRouteTable ----

struct AssociateRouteTableRequest {
  std::string RouteTableId;
  std::optional<std::string> SubnetId;
  std::optional<Unserved> GatewayId;
  std::optional<Unserved> PublicIpv4Pool;
};
BOOST_DESCRIBE_STRUCT(AssociateRouteTableRequest, (),
                      (RouteTableId, SubnetId, GatewayId, PublicIpv4Pool))

struct AssociateRouteTableAnswer {
  std::string associationId;
  AssociationStateItem associationState;
};
BOOST_DESCRIBE_STRUCT(AssociateRouteTableAnswer, (), (associationId, associationState))

Result<> check_same_vpc(const RouteTable& table, const Subnet& subnet) {
  if (table.vpc != subnet.vpc) {
    return refuse(faults::InvalidParameterValue,
                  "route table {} and subnet {} belong to different networks", table.id, subnet.id);
  }
  return {};
}

// Gives the subnet the table; gives the association's id.
std::string associate(model::Transaction& tx, Subnet subnet, const model::Id<RouteTable>& table) {
  subnet.route_table = table;
  subnet.route_table_association_id = tx.ids().ec2_id("rtbassoc-");
  std::string id = subnet.route_table_association_id;
  tx.put(std::move(subnet));
  return id;
}

Result<AssociateRouteTableAnswer> associate_route_table(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const AssociateRouteTableRequest& request) {
  TRY_ASSIGN(const RouteTable* const table,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  if (!request.SubnetId) {
    return refuse(faults::MissingParameter, "The request must contain the parameter subnetId");
  }
  TRY_ASSIGN(const Subnet* const subnet, find<Subnet>(tx.world(), caller, *request.SubnetId));
  TRY(check_same_vpc(*table, *subnet));
  if (!subnet->route_table.empty()) {
    return refuse(faults::ResourceAlreadyAssociated,
                  "the specified association for route table {} conflicts with an existing "
                  "association",
                  table->id);
  }
  return AssociateRouteTableAnswer{.associationId = associate(tx, *subnet, table->id)};
}

// ---- DisassociateRouteTable ----

struct DisassociateRouteTableRequest {
  std::string AssociationId;
};
BOOST_DESCRIBE_STRUCT(DisassociateRouteTableRequest, (), (AssociationId))

// The caller's subnet that has the association, or VPC whose main table's it is; or null.
const Subnet* subnet_of(const model::World& world, const model::Caller& caller,
                        const std::string& association) {
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    if (!association.empty() && subnet->route_table_association_id == association &&
        model::owns(caller, *subnet)) {
      return subnet.get();
    }
  }
  return nullptr;
}
const Vpc* vpc_of(const model::World& world, const model::Caller& caller,
                  const std::string& association) {
  for (const auto& [id, vpc] : world.all<Vpc>()) {
    if (vpc->main_route_table_association_id == association && model::owns(caller, *vpc)) {
      return vpc.get();
    }
  }
  return nullptr;
}

std::unexpected<Error> refuse_association(const std::string& id) {
  return refuse(faults::InvalidAssociationIDNotFound, "The association ID '{}' does not exist", id);
}

Result<Done> disassociate_route_table(model::Transaction& tx, const model::Caller& caller,
                                      const DisassociateRouteTableRequest& request) {
  const std::string& association = request.AssociationId;
  if (vpc_of(tx.world(), caller, association) != nullptr) {
    return refuse(faults::InvalidParameterValue,
                  "cannot disassociate the main route table association {}", association);
  }
  const Subnet* found = subnet_of(tx.world(), caller, association);
  if (found == nullptr) {
    return refuse_association(association);
  }
  Subnet subnet = *found;
  subnet.route_table = {};
  subnet.route_table_association_id.clear();
  tx.put(std::move(subnet));
  return Done{};
}

// ---- ReplaceRouteTableAssociation ----

struct ReplaceRouteTableAssociationRequest {
  std::string AssociationId;
  std::string RouteTableId;
};
BOOST_DESCRIBE_STRUCT(ReplaceRouteTableAssociationRequest, (), (AssociationId, RouteTableId))

struct ReplaceRouteTableAssociationAnswer {
  std::string newAssociationId;
  AssociationStateItem associationState;
};
BOOST_DESCRIBE_STRUCT(ReplaceRouteTableAssociationAnswer, (), (newAssociationId, associationState))

Result<std::string> make_main(model::Transaction& tx, Vpc vpc, const RouteTable& table) {
  if (table.vpc != vpc.id) {
    return refuse(faults::InvalidParameterValue,
                  "route table {} and network {} belong to different networks", table.id, vpc.id);
  }
  vpc.main_route_table_id = table.id;
  vpc.main_route_table_association_id = tx.ids().ec2_id("rtbassoc-");
  std::string id = vpc.main_route_table_association_id;
  tx.put(std::move(vpc));
  return id;
}

// "You can also use this operation to change which table is the main route table in the VPC."
// [EC2 API reference, ReplaceRouteTableAssociation]
Result<ReplaceRouteTableAssociationAnswer> replace_route_table_association(
    model::Transaction& tx, const model::Caller& caller,
    const ReplaceRouteTableAssociationRequest& request) {
  const Vpc* vpc = vpc_of(tx.world(), caller, request.AssociationId);
  const Subnet* subnet = subnet_of(tx.world(), caller, request.AssociationId);
  if (vpc == nullptr && subnet == nullptr) {
    return refuse_association(request.AssociationId);
  }
  TRY_ASSIGN(const RouteTable* const table,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  if (vpc != nullptr) {
    TRY_ASSIGN(auto id, make_main(tx, *vpc, *table));
    return ReplaceRouteTableAssociationAnswer{.newAssociationId = std::move(id)};
  }
  TRY(check_same_vpc(*table, *subnet));
  return ReplaceRouteTableAssociationAnswer{.newAssociationId = associate(tx, *subnet, table->id)};
}

}  // namespace

std::vector<Action> route_table_actions() {
  return {
      write<associate_route_table>("AssociateRouteTable"),
      write<create_route_table>("CreateRouteTable"),
      write<delete_route_table>("DeleteRouteTable"),
      read<describe_route_tables>("DescribeRouteTables"),
      write<disassociate_route_table>("DisassociateRouteTable"),
      write<replace_route_table_association>("ReplaceRouteTableAssociation"),
  };
}

}  // namespace postern::api::ec2
