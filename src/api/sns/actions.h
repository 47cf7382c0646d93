// SPDX-License-Identifier: Apache-2.0
// What each file gives to SNS's table, and what they share.
#pragma once

#include "api/action/action.h"
#include "api/wire/form_map.h"

namespace postern::api::sns {

std::vector<Action> publish_actions();                 // publish.cc
std::vector<Action> subscription_actions();            // subscription.cc
std::vector<Action> subscription_attribute_actions();  // subscription_attribute.cc
std::vector<Action> tag_actions();                     // tag.cc
std::vector<Action> topic_actions();                   // topic.cc

using AttributeMap = wire::FormMap<std::string>;

}  // namespace postern::api::sns
