// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "model/account.h"

namespace postern::model {

// Whether states move on as soon as what they stand for is so, or no sooner than on AWS.
enum class Timing { Immediate, Aws };
BOOST_DESCRIBE_ENUM(Timing, Immediate, Aws)

// The one row of what the operator has chosen that the rules ask for. The daemon puts it at its
// start.
struct Settings {
  static constexpr const char* kTable = "settings";
  Id<Settings> id;
  Timing timing = Timing::Immediate;
};
BOOST_DESCRIBE_STRUCT(Settings, (), (id, timing))

}  // namespace postern::model
