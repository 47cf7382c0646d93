// SPDX-License-Identifier: Apache-2.0
// DescribeInstanceCreditSpecifications, ModifyInstanceCreditSpecification. Credits are records: an
// instance may use the host's processors as much as it likes.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/instance_type.h"
#include "api/ec2/select.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

struct DescribeCreditsRequest {
  std::vector<std::string> InstanceId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeCreditsRequest, (), (InstanceId, Filter, MaxResults, NextToken))

struct CreditItem {
  std::string instanceId;
  std::string cpuCredits;
};
BOOST_DESCRIBE_STRUCT(CreditItem, (), (instanceId, cpuCredits))

struct DescribeCreditsAnswer {
  std::vector<CreditItem> instanceCreditSpecificationSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeCreditsAnswer, (), (instanceCreditSpecificationSet, nextToken))

const FilterTable<Instance>& credit_filters() {
  static const FilterTable<Instance> kTable = {
      field_of<Instance>("instance-id", [](const Instance& i) { return i.id.value; })};
  return kTable;
}

// "If you do not specify an instance ID, Amazon EC2 returns burstable performance instances with
// the unlimited credit option." [EC2 API reference]
Result<DescribeCreditsAnswer> describe_instance_credit_specifications(
    const View& view, const DescribeCreditsRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.InstanceId, credit_filters()));
  DescribeCreditsAnswer answer{.nextToken = selection.next_token};
  for (const Instance* instance : selection.records) {
    CreditItem item{.instanceId = instance->id.value, .cpuCredits = cpu_credits_of(*instance)};
    if (is_burstable(instance->instance_type) &&
        instance->state != model::InstanceState::Terminated &&
        (!request.InstanceId.empty() || item.cpuCredits == "unlimited")) {
      answer.instanceCreditSpecificationSet.push_back(std::move(item));
    }
  }
  return answer;
}

// ---- ModifyInstanceCreditSpecification ----

struct CreditSpecificationRequest {
  std::string InstanceId;
  std::string CpuCredits;
};
BOOST_DESCRIBE_STRUCT(CreditSpecificationRequest, (), (InstanceId, CpuCredits))
using CreditSpecificationRequests = std::vector<CreditSpecificationRequest>;

struct ModifyCreditsRequest {
  CreditSpecificationRequests InstanceCreditSpecification;
  std::optional<std::string> ClientToken;  // to ask again changes nothing more
};
BOOST_DESCRIBE_STRUCT(ModifyCreditsRequest, (), (InstanceCreditSpecification, ClientToken))

struct ModifiedItem {
  std::string instanceId;
};
BOOST_DESCRIBE_STRUCT(ModifiedItem, (), (instanceId))

struct UnmodifiedErrorItem {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(UnmodifiedErrorItem, (), (code, message))

struct UnmodifiedItem {
  std::string instanceId;
  UnmodifiedErrorItem error;
};
BOOST_DESCRIBE_STRUCT(UnmodifiedItem, (), (instanceId, error))

struct ModifyCreditsAnswer {
  std::vector<ModifiedItem> successfulInstanceCreditSpecificationSet;
  std::vector<UnmodifiedItem> unsuccessfulInstanceCreditSpecificationSet;
};
BOOST_DESCRIBE_STRUCT(ModifyCreditsAnswer, (),
                      (successfulInstanceCreditSpecificationSet,
                       unsuccessfulInstanceCreditSpecificationSet))

// "On a running or stopped burstable performance instance." [EC2 API reference]
Result<> modify_credits(model::Transaction& tx, const model::Caller& caller,
                        const CreditSpecificationRequest& wanted) {
  TRY_ASSIGN(const Instance* const found, find<Instance>(tx.world(), caller, wanted.InstanceId));
  if (found->state != model::InstanceState::Running &&
      found->state != model::InstanceState::Stopped) {
    return refuse(faults::IncorrectInstanceState,
                  "The instance '{}' is not in a state in which it can be modified", found->id);
  }
  TRY(check_has_credits(found->instance_type));
  Instance instance = *found;
  instance.cpu_credits = wanted.CpuCredits;
  tx.put(std::move(instance));
  return {};
}

// Each instance for itself: one that is refused stands in the way of none.
Result<ModifyCreditsAnswer> modify_instance_credit_specification(
    model::Transaction& tx, const model::Caller& caller, const ModifyCreditsRequest& request) {
  ModifyCreditsAnswer answer;
  for (const CreditSpecificationRequest& wanted : request.InstanceCreditSpecification) {
    TRY(check_cpu_credits(wanted.CpuCredits));
    const auto done = modify_credits(tx, caller, wanted);
    if (done) {
      answer.successfulInstanceCreditSpecificationSet.push_back({wanted.InstanceId});
    } else {
      answer.unsuccessfulInstanceCreditSpecificationSet.push_back(
          {wanted.InstanceId, {std::string(done.error().fault().code), done.error().message()}});
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> instance_credit_actions() {
  return {read<describe_instance_credit_specifications>("DescribeInstanceCreditSpecifications"),
          write<modify_instance_credit_specification>("ModifyInstanceCreditSpecification")};
}

}  // namespace postern::api::ec2
