// SPDX-License-Identifier: Apache-2.0
// DescribeInstanceCreditSpecifications: an instance may use the host's processors as much as it
// likes.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
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
  std::string cpuCredits = "unlimited";
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
    if (is_burstable(instance->instance_type) &&
        instance->state != model::InstanceState::Terminated) {
      answer.instanceCreditSpecificationSet.push_back({.instanceId = instance->id.value});
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> instance_credit_actions() {
  return {read<describe_instance_credit_specifications>("DescribeInstanceCreditSpecifications")};
}

}  // namespace postern::api::ec2
