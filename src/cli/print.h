// SPDX-License-Identifier: Apache-2.0
// The daemon's answers as people and scripts read them. JSON in, text out.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace postern::cli {

// Lines to source in a shell: export AWS_ACCESS_KEY_ID=…
std::string account_env(const boost::json::object& account);
// A section for ~/.aws/credentials, named after the account.
std::string account_profile(const boost::json::object& account);
std::string account_table(const boost::json::object& accounts);
std::string status_text(const boost::json::object& status);
// With the resolver as resolv.conf has it, if wanted.
std::string attachment_text(const boost::json::object& attachment, bool dns);
std::string attachment_table(const boost::json::object& attachments);
// Of the topic of that name or ARN; of all when it is empty.
std::string messages_text(const boost::json::object& topics, const std::string& topic);
std::string fault_text(const boost::json::object& fault);
std::string fault_table(const boost::json::object& faults);
std::string json_text(const boost::json::object& object);

}  // namespace postern::cli
