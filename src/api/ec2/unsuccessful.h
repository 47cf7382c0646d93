// SPDX-License-Identifier: Apache-2.0
// Actions on several items of which some may fail: the answer is 200 and names those that did.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace postern::api::ec2 {

struct UnsuccessfulError {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(UnsuccessfulError, (), (code, message))

struct UnsuccessfulItem {
  UnsuccessfulError error;
  std::string resourceId;
};
BOOST_DESCRIBE_STRUCT(UnsuccessfulItem, (), (error, resourceId))

struct UnsuccessfulAnswer {
  std::vector<UnsuccessfulItem> unsuccessful;
};
BOOST_DESCRIBE_STRUCT(UnsuccessfulAnswer, (), (unsuccessful))

// Runs `act` on each id; what it refuses goes into the answer.
template <class Act>
UnsuccessfulAnswer each_or_unsuccessful(const std::vector<std::string>& ids, Act act) {
  UnsuccessfulAnswer answer;
  for (const std::string& id : ids) {
    if (const Result<> done = act(id); !done) {
      answer.unsuccessful.push_back(
          {{std::string(done.error().fault().code), done.error().message()}, id});
    }
  }
  return answer;
}

}  // namespace postern::api::ec2
