// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/net.h"
#include "model/account.h"

namespace postern::model {

// Whether states move on as soon as what they stand for is so, or no sooner than on AWS.
enum class Timing { Immediate, Aws };
BOOST_DESCRIBE_ENUM(Timing, Immediate, Aws)

// How much of a thing an account may have, where it is another number than AWS's: see quotas.def.
struct ChosenQuota {
  std::string word;
  std::int64_t most = 0;

  bool operator==(const ChosenQuota&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChosenQuota, (), (word, most))

// The one row of what the operator has chosen that the rules ask for. The daemon keeps it so.
struct Settings {
  static constexpr const char* kTable = "settings";
  Id<Settings> id{"settings"};
  Timing timing = Timing::Immediate;
  std::vector<std::string> buckets;  // the names of the operator's folders for flow logs
  // Where topics' messages may be delivered to. Whoever may subscribe names an address that the
  // host then calls: without these, it calls nobody.
  std::vector<Cidr> subscriber_networks;
  std::vector<ChosenQuota> quotas;
  bool tls_relay = false;    // the host has the program that ends TLS: TLS listeners can be
  bool built_image = false;  // the image with systemd was built on this host
};
BOOST_DESCRIBE_STRUCT(Settings, (),
                      (id, timing, buckets, subscriber_networks, quotas, tls_relay, built_image))

}  // namespace postern::model
