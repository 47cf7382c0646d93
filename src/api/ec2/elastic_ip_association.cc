// SPDX-License-Identifier: Apache-2.0
// What elastic IPs are associated with: AssociateAddress, DisassociateAddress.
#include "api/ec2/actions.h"
#include "api/ec2/elastic_ip_lookup.h"
#include "api/ec2/find.h"

namespace postern::api::ec2 {
namespace {

using model::ElasticIp;
using model::NetworkInterface;
using model::World;

// ---- AssociateAddress ----

struct AssociateAddressRequest {
  std::optional<std::string> AllocationId;
  std::optional<std::string> PublicIp;
  std::optional<std::string> InstanceId;
  std::optional<std::string> NetworkInterfaceId;
  std::optional<std::string> PrivateIpAddress;
  std::optional<bool> AllowReassociation;
};
BOOST_DESCRIBE_STRUCT(AssociateAddressRequest, (),
                      (AllocationId, PublicIp, InstanceId, NetworkInterfaceId, PrivateIpAddress,
                       AllowReassociation))

struct AssociateAddressAnswer {
  bool return_ = true;
  std::string associationId;
};
BOOST_DESCRIBE_STRUCT(AssociateAddressAnswer, (), (return_, associationId))

// The interface that the request names, or that of the instance that it names. Terraform's provider
// names both where an instance has replaced another: then it is the instance that counts, and the
// interface may be gone.
Result<const NetworkInterface*> wanted_interface(const World& world, const model::Caller& caller,
                                                 const AssociateAddressRequest& request) {
  const std::string instance = request.InstanceId.value_or("");
  const std::string interface = request.NetworkInterfaceId.value_or("");
  if (instance.empty() && interface.empty()) {
    return refuse(faults::MissingParameter,
                  "Either instanceId or networkInterfaceId should be provided.");
  }
  if (instance.empty()) {
    return find<NetworkInterface>(world, caller, interface);
  }
  TRY_ASSIGN(const model::Instance* const found, find<model::Instance>(world, caller, instance));
  const NetworkInterface* held = world.find(found->network_interface);
  if (held == nullptr) {
    return refuse(faults::InvalidInstanceIDNotFound, "The instance ID '{}' does not exist",
                  instance);
  }
  return held;
}

Result<> check_association(const World& world, const ElasticIp& address,
                           const NetworkInterface& interface,
                           const AssociateAddressRequest& request) {
  if (request.PrivateIpAddress.value_or(interface.address.text()) != interface.address.text()) {
    return refuse(faults::InvalidParameterValue,
                  "The private IP address {} is not assigned to the network interface {}",
                  *request.PrivateIpAddress, interface.id);
  }
  if (interface.requester_managed) {
    return refuse(faults::AuthFailure,
                  "You do not have permission to access the specified resource.");
  }
  const bool may_move = request.AllowReassociation.value_or(true);
  if (const NetworkInterface* now = model::interface_of(world, address);
      now != nullptr && (!may_move || now->requester_managed)) {
    return refuse(faults::ResourceAlreadyAssociated,
                  "resource {} is already associated with associate-id {}", address.id,
                  address.association_id);
  }
  return check_gateway(world, interface.vpc);
}

// "[…] the existing address is disassociated […], but remains allocated to your account."
// [EC2 API reference, AssociateAddress]
Result<AssociateAddressAnswer> associate_address(model::Transaction& tx,
                                                 const model::Caller& caller,
                                                 const AssociateAddressRequest& request) {
  TRY_ASSIGN(const ElasticIp* const found,
             find_address(tx.world(), caller, request.AllocationId, request.PublicIp));
  TRY_ASSIGN(const NetworkInterface* const interface,
             wanted_interface(tx.world(), caller, request));
  TRY(check_association(tx.world(), *found, *interface, request));
  const ElasticIp* before = model::elastic_ip_of(tx.world(), interface->id);
  if (before != nullptr && before->id != found->id) {
    model::disassociate(tx, *before);
  }
  // The address of its launch is given up for it. [EC2 user guide, "Associate an Elastic IP
  // address"]
  NetworkInterface changed = *interface;
  changed.public_ip.reset();
  const model::Id<ElasticIp> id = found->id;
  model::associate(tx, *found, changed.id);
  tx.put(std::move(changed));
  return AssociateAddressAnswer{.associationId = tx.world().find(id)->association_id};
}

// ---- DisassociateAddress ----

struct DisassociateAddressRequest {
  std::optional<std::string> AssociationId;
  std::optional<std::string> PublicIp;
};
BOOST_DESCRIBE_STRUCT(DisassociateAddressRequest, (), (AssociationId, PublicIp))

Result<const ElasticIp*> associated_address(const World& world, const model::Caller& caller,
                                            const DisassociateAddressRequest& request) {
  const std::string association = request.AssociationId.value_or("");
  if (association.empty()) {
    return find_address(world, caller, std::nullopt, request.PublicIp);
  }
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    if (address->association_id == association && model::owns(caller, *address) &&
        model::interface_of(world, *address) != nullptr) {
      return address.get();
    }
  }
  return refuse(faults::InvalidAssociationIDNotFound, "The association ID '{}' does not exist",
                association);
}

Result<Done> disassociate_address(model::Transaction& tx, const model::Caller& caller,
                                  const DisassociateAddressRequest& request) {
  TRY_ASSIGN(const ElasticIp* const found, associated_address(tx.world(), caller, request));
  const NetworkInterface* interface = model::interface_of(tx.world(), *found);
  if (interface != nullptr && interface->requester_managed) {
    return refuse(faults::AuthFailure,
                  "You do not have permission to access the specified resource.");
  }
  model::disassociate(tx, *found);
  return Done{};
}

}  // namespace

std::vector<Action> elastic_ip_association_actions() {
  return {
      write<associate_address>("AssociateAddress"),
      write<disassociate_address>("DisassociateAddress"),
  };
}

}  // namespace postern::api::ec2
