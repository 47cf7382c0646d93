// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/run_instances_request.h"

#include "api/ec2/instance_type.h"

namespace postern::api::ec2 {
namespace {

Result<> check_supported(const PrivateDnsNameSpecification& options) {
  return only("PrivateDnsNameOptions.HostnameType", options.HostnameType, "ip-name");
}

Result<> check_supported(const InterfaceSpecification& interface) {
  TRY(only("NetworkInterface.1.InterfaceType", interface.InterfaceType, "interface"));
  TRY(absent("NetworkInterface.1.DeviceIndex", interface.DeviceIndex));
  TRY(absent("NetworkInterface.1.NetworkCardIndex", interface.NetworkCardIndex));
  return absent("NetworkInterface.1.SecondaryPrivateIpAddressCount",
                interface.SecondaryPrivateIpAddressCount);
}

}  // namespace

Result<> check_supported(const LaunchData& launch) {
  TRY(check_cpu_credits(launch.CreditSpecification.CpuCredits.value_or("unlimited")));
  TRY(absent("EnclaveOptions.Enabled", launch.EnclaveOptions.Enabled));
  TRY(absent("HibernationOptions.Configured", launch.HibernationOptions.Configured));
  TRY(only("Placement.Tenancy", launch.Placement.Tenancy, "default"));
  TRY(check_supported(launch.PrivateDnsNameOptions));
  if (launch.NetworkInterface.size() > 1) {
    return refuse(faults::Unsupported, "A second network interface is not supported");
  }
  for (const InterfaceSpecification& interface : launch.NetworkInterface) {
    TRY(check_supported(interface));
  }
  return {};
}

}  // namespace postern::api::ec2
