// SPDX-License-Identifier: Apache-2.0
// Instance types: DescribeInstanceTypes.
#include "api/ec2/instance_type.h"

#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/interface_ipv6.h"
#include "api/ec2/pages.h"
#include "model/images.h"

namespace postern::api::ec2 {
namespace {

// Listed when no type is asked for: those that examples use.
constexpr const char* kListedTypes[] = {"c5.large",  "m1.small", "m5.large", "t2.micro",
                                        "t3.medium", "t3.micro", "t3.small"};

struct DescribeInstanceTypesRequest {
  std::vector<std::string> InstanceType;
  Filters Filter;
  std::optional<bool> IncludeUnsupportedInRegion;  // every region has all: no difference
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceTypesRequest, (),
                      (InstanceType, Filter, IncludeUnsupportedInRegion, MaxResults, NextToken))

struct ProcessorInfoItem {
  std::vector<std::string> supportedArchitectures;
};
BOOST_DESCRIBE_STRUCT(ProcessorInfoItem, (), (supportedArchitectures))

struct VCpuInfoItem {
  int defaultVCpus = 0;
};
BOOST_DESCRIBE_STRUCT(VCpuInfoItem, (), (defaultVCpus))

struct MemoryInfoItem {
  std::int64_t sizeInMiB = 0;
};
BOOST_DESCRIBE_STRUCT(MemoryInfoItem, (), (sizeInMiB))

struct NetworkInfoItem {
  int maximumNetworkInterfaces = 1;
  int ipv4AddressesPerInterface = 1;
  int ipv6AddressesPerInterface = kIpv6AddressesMax;
  bool ipv6Supported = true;
  std::string enaSupport = "unsupported";
  bool efaSupported = false;
};
BOOST_DESCRIBE_STRUCT(NetworkInfoItem, (),
                      (maximumNetworkInterfaces, ipv4AddressesPerInterface,
                       ipv6AddressesPerInterface, ipv6Supported, enaSupport, efaSupported))

// Every type is the same: the host's processors and memory, its root directory, one interface. Only
// the architecture, and which ones are called burstable, are as on AWS: clients choose images by
// the one, and ask for credits by the other.
struct InstanceTypeItem {
  std::string instanceType;
  bool currentGeneration = true;
  bool freeTierEligible = false;
  std::vector<std::string> supportedUsageClasses = {"on-demand"};
  std::vector<std::string> supportedRootDeviceTypes = {"ebs"};
  std::vector<std::string> supportedVirtualizationTypes = {"hvm"};
  bool bareMetal = false;
  ProcessorInfoItem processorInfo;
  std::optional<VCpuInfoItem> vCpuInfo;
  std::optional<MemoryInfoItem> memoryInfo;
  bool instanceStorageSupported = false;
  NetworkInfoItem networkInfo;
  bool hibernationSupported = false;
  bool burstablePerformanceSupported = false;
  bool dedicatedHostsSupported = false;
  bool autoRecoverySupported = false;
};
BOOST_DESCRIBE_STRUCT(InstanceTypeItem, (),
                      (instanceType, currentGeneration, freeTierEligible, supportedUsageClasses,
                       supportedRootDeviceTypes, supportedVirtualizationTypes, bareMetal,
                       processorInfo, vCpuInfo, memoryInfo, instanceStorageSupported, networkInfo,
                       hibernationSupported, burstablePerformanceSupported, dedicatedHostsSupported,
                       autoRecoverySupported))

struct DescribeInstanceTypesAnswer {
  std::vector<InstanceTypeItem> instanceTypeSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInstanceTypesAnswer, (), (instanceTypeSet, nextToken))

InstanceTypeItem type_item(const Machine& machine, const std::string& type) {
  InstanceTypeItem item{.instanceType = type, .burstablePerformanceSupported = is_burstable(type)};
  item.processorInfo.supportedArchitectures = {std::string(architecture_of(type))};
  if (machine.vcpus > 0) {
    item.vCpuInfo = {machine.vcpus};
  }
  if (machine.memory_mib > 0) {
    item.memoryInfo = {machine.memory_mib};
  }
  return item;
}

template <class Get>
FilterField<InstanceTypeItem> type_field(std::string_view name, Get get) {
  return field_of<InstanceTypeItem>(name, get);
}

// [EC2 API reference, DescribeInstanceTypes]
const FilterTable<InstanceTypeItem>& type_filters() {
  using Item = InstanceTypeItem;
  static const FilterTable<Item> kTable = {
      type_field("auto-recovery-supported",
                 [](const Item& type) { return type.autoRecoverySupported; }),
      type_field("bare-metal", [](const Item& type) { return type.bareMetal; }),
      type_field("burstable-performance-supported",
                 [](const Item& type) { return type.burstablePerformanceSupported; }),
      type_field("current-generation", [](const Item& type) { return type.currentGeneration; }),
      type_field("dedicated-hosts-supported",
                 [](const Item& type) { return type.dedicatedHostsSupported; }),
      type_field("free-tier-eligible", [](const Item& type) { return type.freeTierEligible; }),
      type_field("hibernation-supported",
                 [](const Item& type) { return type.hibernationSupported; }),
      type_field("instance-storage-supported",
                 [](const Item& type) { return type.instanceStorageSupported; }),
      type_field("instance-type", [](const Item& type) { return type.instanceType; }),
      type_field("processor-info.supported-architecture",
                 [](const Item& type) { return type.processorInfo.supportedArchitectures; }),
      type_field("supported-root-device-type",
                 [](const Item& type) { return type.supportedRootDeviceTypes; }),
      type_field("supported-usage-class",
                 [](const Item& type) { return type.supportedUsageClasses; }),
      type_field("supported-virtualization-type",
                 [](const Item& type) { return type.supportedVirtualizationTypes; }),
  };
  return kTable;
}

Result<std::vector<std::string>> wanted_types(const std::vector<std::string>& asked) {
  std::vector<std::string> types = asked;
  if (types.empty()) {
    types.assign(std::begin(kListedTypes), std::end(kListedTypes));
  }
  for (const std::string& type : types) {
    if (!is_instance_type(type)) {
      return refuse(faults::InvalidInstanceType,
                    "The following supplied instance types do not exist: [{}]", type);
    }
  }
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

Result<DescribeInstanceTypesAnswer> describe_instance_types(
    const View& view, const DescribeInstanceTypesRequest& request) {
  TRY(type_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(const auto types, wanted_types(request.InstanceType));
  DescribeInstanceTypesAnswer answer;
  for (const std::string& type : types) {
    InstanceTypeItem item = type_item(view.machine, type);
    if (type_filters().matches(request.Filter, item)) {
      answer.instanceTypeSet.push_back(std::move(item));
    }
  }
  answer.nextToken = cut_to_page(page, answer.instanceTypeSet,
                                 [](const InstanceTypeItem& item) { return item.instanceType; });
  return answer;
}

bool is_part(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

bool is_instance_type(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && is_part(text.substr(0, dot)) && text.front() >= 'a' &&
         text.front() <= 'z' && is_part(text.substr(dot + 1));
}

bool is_burstable(std::string_view type) {
  return type.starts_with("t2.") || type.starts_with("t3.") || type.starts_with("t3a.") ||
         type.starts_with("t4g.");
}

std::string_view architecture_of(std::string_view type) {
  const std::string_view family = type.substr(0, type.find('.'));
  const auto generation = family.find_first_of("0123456789");
  const auto options = family.find_first_not_of("0123456789", generation);
  const bool is_graviton =
      family == "a1" || (generation != std::string_view::npos &&
                         options != std::string_view::npos && family[options] == 'g');
  return is_graviton ? "arm64" : "x86_64";
}

// [the words are recorded]
Result<> check_architectures(std::string_view type, const model::Image& image) {
  const std::string_view architecture = architecture_of(type);
  if (image.is_of_any_architecture() || image.architecture == architecture) {
    return {};
  }
  return refuse(faults::InvalidParameterValue,
                "The architecture '{}' of the specified instance type does not match the "
                "architecture '{}' of the specified AMI. Specify an instance type and an AMI that "
                "have matching architectures, and try again. You can use 'describe-instance-types' "
                "or 'describe-images' to discover the architecture of the instance type or AMI.",
                architecture, image.architecture);
}

// [the words are recorded]
Result<> check_ebs_optimized(std::string_view type, bool wanted) {
  if (wanted && (type.starts_with("t1.") || type.starts_with("t2."))) {
    return refuse(faults::Unsupported,
                  "EBS-optimized instances are not supported for your requested configuration. "
                  "Please check the documentation for supported configurations.");
  }
  return {};
}

Result<> check_cpu_credits(std::string_view option) {
  if (option != "standard" && option != "unlimited") {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter cpuCredits is invalid.",
                  option);
  }
  return {};
}

// [the words are recorded]
Result<> check_has_credits(std::string_view type) {
  if (!is_burstable(type)) {
    return refuse(faults::InstanceCreditSpecificationNotSupported,
                  "The {} instance type does not support T2 Unlimited.", type);
  }
  return {};
}

std::string cpu_credits_of(const model::Instance& instance) {
  if (!instance.cpu_credits.empty()) {
    return instance.cpu_credits;
  }
  return instance.instance_type.starts_with("t2.") ? "standard" : "unlimited";
}

std::vector<Action> instance_type_actions() {
  return {read<describe_instance_types>("DescribeInstanceTypes")};
}

}  // namespace postern::api::ec2
