// SPDX-License-Identifier: Apache-2.0
// What a group has done and why: the records that DescribeScalingActivities prints.
#pragma once

#include <string>

#include "model/transaction.h"

namespace postern::auto_scaling {

// As AWS writes a time within a sentence: 2026-01-02T03:04:05Z.
std::string at(TimePoint time);

// Adds an activity that goes on, the oldest making room; gives its id.
std::string begin_activity(model::Transaction& tx, model::AutoScalingGroup& group,
                           std::string description, std::string cause, const std::string& subnet,
                           const std::string& zone);
// Ends it; nothing when it is forgotten already. `message` says why it failed.
void end_activity(model::AutoScalingGroup& group, const std::string& id, TimePoint now,
                  model::ActivityStatus status, std::string message = {});

}  // namespace postern::auto_scaling
