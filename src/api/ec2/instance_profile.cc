// SPDX-License-Identifier: Apache-2.0
// Instance profiles of instances: Describe-, Associate-, Replace- and
// DisassociateIamInstanceProfile.
#include "api/ec2/instance_profile.h"

#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

Result<const model::InstanceProfile*> find_profile(const model::World& world,
                                                   const model::Caller& caller,
                                                   const ProfileSpecification& specification) {
  const std::string name = specification.Name.value_or("");
  const std::string arn = specification.Arn.value_or("");
  for (const auto& [id, profile] : world.all<model::InstanceProfile>()) {
    if (profile->owner == caller.account &&
        (arn.empty() ? profile->name == name : model::arn_of(*profile) == arn)) {
      return profile.get();
    }
  }
  // The words that clients wait by, while a new profile spreads. [recorded answers]
  return refuse(faults::InvalidParameterValue,
                "Value ({}) for parameter iamInstanceProfile.{} is invalid. Invalid IAM Instance "
                "Profile {}",
                arn.empty() ? name : arn, arn.empty() ? "name" : "arn",
                arn.empty() ? "name" : "ARN");
}

struct ProfileAssociationItem {
  std::string associationId;
  std::string instanceId;
  std::optional<ProfileItem> iamInstanceProfile;
  std::string state = "associated";
};
BOOST_DESCRIBE_STRUCT(ProfileAssociationItem, (),
                      (associationId, instanceId, iamInstanceProfile, state))

ProfileAssociationItem association_item(const Instance& instance,
                                        std::string state = "associated") {
  return {.associationId = instance.profile_association_id,
          .instanceId = instance.id.value,
          .iamInstanceProfile = profile_item(instance),
          .state = std::move(state)};
}

struct AssociationAnswer {
  ProfileAssociationItem iamInstanceProfileAssociation;
};
BOOST_DESCRIBE_STRUCT(AssociationAnswer, (), (iamInstanceProfileAssociation))

bool has_profile(const Instance& instance) {
  return !instance.profile_association_id.empty();
}

Result<const Instance*> of_association(const model::World& world, const model::Caller& caller,
                                       const std::string& association) {
  for (const auto& [id, instance] : world.all<Instance>()) {
    if (model::owns(caller, *instance) && has_profile(*instance) &&
        instance->profile_association_id == association) {
      return instance.get();
    }
  }
  return refuse(faults::InvalidAssociationIDNotFound, "An invalid association-id of '{}' was given",
                association);
}

// ---- DescribeIamInstanceProfileAssociations ----

struct DescribeAssociationsRequest {
  std::vector<std::string> AssociationId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAssociationsRequest, (),
                      (AssociationId, Filter, MaxResults, NextToken))

struct DescribeAssociationsAnswer {
  std::vector<ProfileAssociationItem> iamInstanceProfileAssociationSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAssociationsAnswer, (), (iamInstanceProfileAssociationSet, nextToken))

const FilterTable<ProfileAssociationItem>& association_filters() {
  using Item = ProfileAssociationItem;
  static const FilterTable<Item> kTable = {
      field_of<Item>("instance-id", [](const Item& item) { return item.instanceId; }),
      field_of<Item>("state", [](const Item& item) { return item.state; }),
  };
  return kTable;
}

Result<DescribeAssociationsAnswer> describe_associations(
    const View& view, const DescribeAssociationsRequest& request) {
  TRY(association_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  for (const std::string& id : request.AssociationId) {
    TRY(of_association(view.world, view.caller, id));
  }
  const auto& ids = request.AssociationId;
  DescribeAssociationsAnswer answer;
  auto& items = answer.iamInstanceProfileAssociationSet;
  for (const auto& [id, instance] : view.world.all<Instance>()) {
    if (!model::owns(view.caller, *instance) || !has_profile(*instance) ||
        instance->state == model::InstanceState::Terminated) {
      continue;
    }
    ProfileAssociationItem item = association_item(*instance);
    if ((ids.empty() || std::find(ids.begin(), ids.end(), item.associationId) != ids.end()) &&
        association_filters().matches(request.Filter, item)) {
      items.push_back(std::move(item));
    }
  }
  const auto key = [](const ProfileAssociationItem& item) { return item.associationId; };
  std::sort(items.begin(), items.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  answer.nextToken = cut_to_page(page, items, key);
  return answer;
}

// ---- AssociateIamInstanceProfile ----

struct AssociateRequest {
  ProfileSpecification IamInstanceProfile;
  std::string InstanceId;
};
BOOST_DESCRIBE_STRUCT(AssociateRequest, (), (IamInstanceProfile, InstanceId))

Result<AssociationAnswer> associate(model::Transaction& tx, const model::Caller& caller,
                                    const AssociateRequest& request) {
  TRY_ASSIGN(const Instance* const found, find<Instance>(tx.world(), caller, request.InstanceId));
  if (has_profile(*found)) {
    return refuse(faults::IncorrectState, "There is an existing association for instance {}",
                  found->id);
  }
  Instance instance = *found;
  TRY(associate_profile(tx, caller, request.IamInstanceProfile, instance));
  tx.put(instance);
  return AssociationAnswer{.iamInstanceProfileAssociation = association_item(instance)};
}

// ---- ReplaceIamInstanceProfileAssociation ----

struct ReplaceRequest {
  ProfileSpecification IamInstanceProfile;
  std::string AssociationId;
};
BOOST_DESCRIBE_STRUCT(ReplaceRequest, (), (IamInstanceProfile, AssociationId))

Result<AssociationAnswer> replace(model::Transaction& tx, const model::Caller& caller,
                                  const ReplaceRequest& request) {
  TRY_ASSIGN(const Instance* const found,
             of_association(tx.world(), caller, request.AssociationId));
  Instance instance = *found;
  TRY(associate_profile(tx, caller, request.IamInstanceProfile, instance));
  tx.put(instance);
  return AssociationAnswer{.iamInstanceProfileAssociation = association_item(instance)};
}

// ---- DisassociateIamInstanceProfile ----

struct DisassociateRequest {
  std::string AssociationId;
};
BOOST_DESCRIBE_STRUCT(DisassociateRequest, (), (AssociationId))

Result<AssociationAnswer> disassociate(model::Transaction& tx, const model::Caller& caller,
                                       const DisassociateRequest& request) {
  TRY_ASSIGN(const Instance* const found,
             of_association(tx.world(), caller, request.AssociationId));
  const AssociationAnswer answer{.iamInstanceProfileAssociation =
                                     association_item(*found, "disassociating")};
  Instance instance = *found;
  instance.profile_arn.clear();
  instance.profile_id.clear();
  instance.profile_association_id.clear();
  tx.put(std::move(instance));
  return answer;
}

}  // namespace

Result<> associate_profile(model::Transaction& tx, const model::Caller& caller,
                           const ProfileSpecification& specification, Instance& instance) {
  if (specification.Arn.value_or("").empty() && specification.Name.value_or("").empty()) {
    return {};
  }
  TRY_ASSIGN(const auto* const profile, find_profile(tx.world(), caller, specification));
  instance.profile_arn = model::arn_of(*profile);
  instance.profile_id = profile->unique_id;
  instance.profile_association_id = tx.ids().ec2_id("iip-assoc-");
  return {};
}

std::optional<ProfileItem> profile_item(const Instance& instance) {
  return has_profile(instance)
             ? std::optional(ProfileItem{.arn = instance.profile_arn, .id = instance.profile_id})
             : std::nullopt;
}

std::vector<Action> instance_profile_actions() {
  return {
      read<describe_associations>("DescribeIamInstanceProfileAssociations"),
      write<associate>("AssociateIamInstanceProfile"),
      write<replace>("ReplaceIamInstanceProfileAssociation"),
      write<disassociate>("DisassociateIamInstanceProfile"),
  };
}

}  // namespace postern::api::ec2
