// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/run_instances_request.h"

namespace postern::api::ec2 {
namespace {

Result<> check_supported(const PrivateDnsNameSpecification& options) {
  TRY(only("PrivateDnsNameOptions.HostnameType", options.HostnameType, "ip-name"));
  TRY(absent("PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord",
             options.EnableResourceNameDnsAAAARecord));
  return absent("PrivateDnsNameOptions.EnableResourceNameDnsARecord",
                options.EnableResourceNameDnsARecord);
}

Result<> check_supported(const InterfaceSpecification& interface) {
  TRY(only("NetworkInterface.1.InterfaceType", interface.InterfaceType, "interface"));
  TRY(absent("NetworkInterface.1.Ipv6AddressCount", interface.Ipv6AddressCount));
  TRY(absent("NetworkInterface.1.DeviceIndex", interface.DeviceIndex));
  TRY(absent("NetworkInterface.1.NetworkCardIndex", interface.NetworkCardIndex));
  return absent("NetworkInterface.1.SecondaryPrivateIpAddressCount",
                interface.SecondaryPrivateIpAddressCount);
}

}  // namespace

Result<> check_supported(const RunInstancesRequest& request) {
  // An instance may use the host's processors as much as it likes.
  TRY(only("CreditSpecification.CpuCredits", request.CreditSpecification.CpuCredits, "unlimited"));
  TRY(absent("EbsOptimized", request.EbsOptimized));
  TRY(absent("EnablePrimaryIpv6", request.EnablePrimaryIpv6));
  TRY(absent("EnclaveOptions.Enabled", request.EnclaveOptions.Enabled));
  TRY(absent("HibernationOptions.Configured", request.HibernationOptions.Configured));
  TRY(absent("Ipv6AddressCount", request.Ipv6AddressCount));
  TRY(absent("Monitoring.Enabled", request.Monitoring.Enabled));
  TRY(only("Placement.Tenancy", request.Placement.Tenancy, "default"));
  TRY(check_supported(request.PrivateDnsNameOptions));
  if (request.NetworkInterface.size() > 1) {
    return refuse(faults::Unsupported, "A second network interface is not supported");
  }
  for (const InterfaceSpecification& interface : request.NetworkInterface) {
    TRY(check_supported(interface));
  }
  return {};
}

}  // namespace postern::api::ec2
