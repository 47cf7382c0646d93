// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <vector>

#include "base/net.h"
#include "model/account.h"

namespace postern::model {

// Whether states move on as soon as what they stand for is so, or no sooner than on AWS.
enum class Timing { Immediate, Aws };
BOOST_DESCRIBE_ENUM(Timing, Immediate, Aws)

// The one row of what the operator has chosen that the rules ask for. The daemon puts it at its
// start.
struct Settings {
  static constexpr const char* kTable = "settings";
  Id<Settings> id = Id<Settings>("settings");
  Timing timing = Timing::Immediate;
  // Where topics' messages may be delivered to. Whoever may subscribe names an address that the
  // host then calls: without these, it calls nobody.
  std::vector<Cidr> subscriber_networks;

  bool operator==(const Settings&) const = default;
};
BOOST_DESCRIBE_STRUCT(Settings, (), (id, timing, subscriber_networks))

}  // namespace postern::model
