// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include "api/wire/sigv4.h"

namespace postern::console {
namespace {

std::unexpected<Error> not_known() {
  return refuse(faults::InvalidClientTokenId,
                "The security token included in the request is invalid.");
}

}  // namespace

Visitor root_of(const model::Id<model::Account>& account) {
  return {.account = account,
          .principal_arn = fmt::format("arn:aws:iam::{}:root", account),
          .user_id = account.value};
}

Result<Visitor> visitor_with_keys(const model::World& world, const std::string& access_key_id,
                                  const std::string& session_token, TimePoint now) {
  const auto* session = world.find(model::Id<model::Session>(access_key_id));
  if (session == nullptr || !api::wire::same_in_constant_time(session->token, session_token)) {
    return not_known();
  }
  if (session->expires_at <= now) {
    return refuse(faults::ExpiredToken, "The security token included in the request is expired");
  }
  if (!session->role.empty()) {
    return refuse(faults::AccessDenied, "A role's session cannot sign in to the console");
  }
  return Visitor{.account = session->owner,
                 .principal_arn = session->principal_arn,
                 .user_id = session->user_id,
                 .user = session->user};
}

Result<model::Caller> caller_of(const model::World& world, const Visitor& visitor,
                                const model::Id<model::Account>& account) {
  if (world.find(account) == nullptr || (!visitor.is_operator && account != visitor.account)) {
    return refuse(faults::AccessDenied, "You cannot act in the account {}", account);
  }
  const Visitor as = visitor.is_operator ? root_of(account) : visitor;
  const auto* user = world.find(as.user);
  // A later user of the same name is somebody else.
  if (!as.user.empty() && (user == nullptr || user->unique_id != as.user_id)) {
    return refuse(faults::AccessDenied, "{} is there no more", as.principal_arn);
  }
  return model::Caller{.account = as.account,
                       .principal_arn = as.principal_arn,
                       .user_id = as.user_id,
                       .user = as.user};
}

std::string Sessions::new_word() {
  return ids_.hex16() + ids_.hex16() + ids_.hex16() + ids_.hex16();
}

void Sessions::drop_old(Entries& entries, TimePoint now) {
  std::erase_if(entries, [now](const auto& entry) { return entry.second.over <= now; });
}

std::string Sessions::new_link(Visitor visitor, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  drop_old(links_, now);
  const std::string link = new_word();
  links_[link] = {.visitor = std::move(visitor), .over = now + kLinkLife, .credentials = {}};
  return link;
}

std::optional<Visitor> Sessions::use_link(const std::string& link, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  drop_old(links_, now);
  const auto used = links_.extract(link);
  return used.empty() ? std::nullopt : std::optional(used.mapped().visitor);
}

std::string Sessions::begin(Visitor visitor, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  drop_old(sessions_, now);
  const std::string session = new_word();
  sessions_[session] = {
      .visitor = std::move(visitor), .over = now + kSessionLife, .credentials = {}};
  return session;
}

std::optional<Visitor> Sessions::find(const std::string& session, TimePoint now) const {
  const std::scoped_lock lock(mutex_);
  const auto at = sessions_.find(session);
  return at == sessions_.end() || at->second.over <= now ? std::nullopt
                                                         : std::optional(at->second.visitor);
}

void Sessions::note(const std::string& session, const model::Id<model::Session>& credentials) {
  const std::scoped_lock lock(mutex_);
  const auto at = sessions_.find(session);
  if (at != sessions_.end()) {
    at->second.credentials.push_back(credentials);
  }
}

std::vector<model::Id<model::Session>> Sessions::end(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  auto ended = sessions_.extract(session);
  return ended.empty() ? std::vector<model::Id<model::Session>>()
                       : std::move(ended.mapped().credentials);
}

}  // namespace postern::console
