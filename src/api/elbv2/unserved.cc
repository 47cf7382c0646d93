// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/unserved.h"

#include "api/elbv2/constraint.h"
#include "api/elbv2/find.h"

namespace postern::api::elbv2 {
namespace {

// ---- Capacity: nothing is reserved --------------------------------------------------------------

struct MinimumLoadBalancerCapacity {
  std::optional<int> CapacityUnits;
};
BOOST_DESCRIBE_STRUCT(MinimumLoadBalancerCapacity, (), (CapacityUnits))

struct ModifyCapacityReservationRequest {
  std::string LoadBalancerArn;
  std::optional<MinimumLoadBalancerCapacity> MinimumLoadBalancerCapacity_;
  std::optional<bool> ResetCapacityReservation;
};
BOOST_DESCRIBE_STRUCT(ModifyCapacityReservationRequest, (),
                      (LoadBalancerArn, MinimumLoadBalancerCapacity_, ResetCapacityReservation))

Result<Nothing> modify_capacity_reservation(model::Transaction& tx, const model::Caller& caller,
                                            const ModifyCapacityReservationRequest& request) {
  TRY(find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  const bool resets = request.ResetCapacityReservation.value_or(false);
  if (resets == request.MinimumLoadBalancerCapacity_.has_value()) {
    return refuse(faults::ValidationError,
                  "You must specify either a minimum load balancer capacity or to reset it");
  }
  if (!resets) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Capacity cannot be reserved: a load balancer has what its host has");
  }
  return Nothing{};
}

struct DescribeCapacityReservationRequest {
  std::string LoadBalancerArn;
};
BOOST_DESCRIBE_STRUCT(DescribeCapacityReservationRequest, (), (LoadBalancerArn))

Result<Nothing> describe_capacity_reservation(const View& view,
                                              const DescribeCapacityReservationRequest& request) {
  TRY(find<model::LoadBalancer>(view.world, view.caller, request.LoadBalancerArn));
  return Nothing{};
}

// ---- Policies of resources: of trust stores only ------------------------------------------------

struct GetResourcePolicyRequest {
  std::string ResourceArn;
};
BOOST_DESCRIBE_STRUCT(GetResourcePolicyRequest, (), (ResourceArn))

Result<Nothing> get_resource_policy(const View&, const GetResourcePolicyRequest& request) {
  return refuse(faults::ResourceNotFound, "No policy of '{}' was found", request.ResourceArn);
}

}  // namespace

std::vector<Action> unserved_actions() {
  return {write<modify_capacity_reservation>("ModifyCapacityReservation"),
          read<describe_capacity_reservation>("DescribeCapacityReservation"),
          read<get_resource_policy>("GetResourcePolicy")};
}

}  // namespace postern::api::elbv2
