// SPDX-License-Identifier: Apache-2.0
#include "auto_scaling/activities.h"

#include <algorithm>

namespace postern::auto_scaling {
namespace {

// AWS keeps six weeks of them.
constexpr std::size_t kActivitiesKept = 100;

}  // namespace

std::string at(TimePoint time) {
  const std::string text = format_iso8601(time);
  return text.substr(0, text.find_first_of(".Z")) + "Z";
}

std::string begin_activity(model::Transaction& tx, model::AutoScalingGroup& group,
                           std::string description, std::string cause, const std::string& subnet,
                           const std::string& zone) {
  auto& activities = group.activities;
  if (activities.size() >= kActivitiesKept) {
    activities.erase(activities.begin());
  }
  activities.push_back(
      {.id = tx.ids().uuid(),
       .description = std::move(description),
       .cause = std::move(cause),
       .started_at = tx.now(),
       .details = fmt::format(R"({{"Subnet ID":"{}","Availability Zone":"{}"}})", subnet, zone)});
  return activities.back().id;
}

void end_activity(model::AutoScalingGroup& group, const std::string& id, TimePoint now,
                  model::ActivityStatus status, std::string message) {
  const auto found = std::ranges::find(group.activities, id, &model::ScalingActivity::id);
  if (found == group.activities.end() || found->ended_at) {
    return;
  }
  found->ended_at = now;
  found->status = status;
  found->message = std::move(message);
}

}  // namespace postern::auto_scaling
