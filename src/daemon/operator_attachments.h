// SPDX-License-Identifier: Apache-2.0
// Attachments as the operator's API has them.
//
//   POST /attachments        {account, subnet, pid | netns | tap, security_groups?, private_ip?,
//                             name?, default_route?} -> an attachment
//   GET  /attachments        {attachments: all of them}
//   DELETE /attachments/ENI  -> the attachment as it was
//
// An attachment: {network_interface_id, account_id, vpc_id, subnet_id, private_ip, prefix, mac,
// gateway, resolvers, security_groups, kind: process | namespace | tap, place, name, default_route,
// state: attached | waiting, attached_at}.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "daemon/attach_rule.h"

namespace postern::daemon {

// What the body of a POST asks for. The refusal is one sentence.
Result<AttachWish> attach_wish(const std::string& body);

// Of an interface that has a holder.
boost::json::object attachment_object(const model::World& world,
                                      const model::NetworkInterface& interface);
boost::json::object attachment_list(const model::World& world);

}  // namespace postern::daemon
