// SPDX-License-Identifier: Apache-2.0
// What the files of subscriptions share.
#pragma once

#include "api/sns/actions.h"
#include "base/result.h"
#include "model/topic.h"

namespace postern::api::sns {

// InvalidParameter for an attribute that there is not, and for values that are not served.
Result<> set_attribute(model::TopicSubscription& subscription, const std::string& name,
                       const std::string& value);

// Confirms the topic's subscription that has the token; gives its ARN. Confirming again is no
// error.
Result<std::string> confirm(model::Transaction& tx, const std::string& topic,
                            const std::string& token, bool authenticate_on_unsubscribe);

// Ends a confirmed subscription; nothing for one that is not there.
Result<> unsubscribe(model::Transaction& tx, const model::TopicSubscription* subscription);

}  // namespace postern::api::sns
