// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "model/vpc.h"

namespace postern::api::ec2 {

// What names of instances there are. Host names are made of addresses.
struct PrivateDnsNameOptionsItem {
  std::string hostnameType = "ip-name";
  bool enableResourceNameDnsARecord = false;
  bool enableResourceNameDnsAAAARecord = false;
};
BOOST_DESCRIBE_STRUCT(PrivateDnsNameOptionsItem, (),
                      (hostnameType, enableResourceNameDnsARecord, enableResourceNameDnsAAAARecord))

inline PrivateDnsNameOptionsItem private_dns_name_options_item(const model::ResourceName& name) {
  return {.enableResourceNameDnsARecord = name.a, .enableResourceNameDnsAAAARecord = name.aaaa};
}

}  // namespace postern::api::ec2
