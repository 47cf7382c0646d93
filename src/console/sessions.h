// SPDX-License-Identifier: Apache-2.0
// Who has signed in to the console, and with what: kept in memory, so a restart signs everybody
// out.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/iam.h"
#include "model/world.h"

namespace postern::console {

// As whom a browser acts: an operator as the root of any account, anybody else as one principal.
struct Visitor {
  bool is_operator = false;
  model::Id<model::Account> account;  // of an operator: the one that is shown first; may be empty
  std::string principal_arn;          // of others, as are the two below
  std::string user_id;
  model::Id<model::User> user;  // empty: the account's root
};

// The root of one account.
Visitor root_of(const model::Id<model::Account>& account);

// Who holds these session credentials. Refused when they are nobody's, over, or a role's: a role's
// session is not the person's own to prolong.
Result<Visitor> visitor_with_keys(const model::World& world, const std::string& access_key_id,
                                  const std::string& session_token, TimePoint now);

// As whom `visitor` acts in `account`. Refused when it may not, or is there no more.
Result<model::Caller> caller_of(const model::World& world, const Visitor& visitor,
                                const model::Id<model::Account>& account);

// Links and sessions. Both are random words that nobody can guess; a link is good once.
//
// Thread safety: any thread.
class Sessions {
 public:
  static constexpr std::chrono::minutes kLinkLife{10};
  static constexpr std::chrono::hours kSessionLife{12};

  // `ids` outlives it, and is used under its lock.
  explicit Sessions(IdSource& ids) : ids_(ids) {}

  std::string new_link(Visitor visitor, TimePoint now);
  // Whose link it is; it is good no more.
  std::optional<Visitor> use_link(const std::string& link, TimePoint now);

  std::string begin(Visitor visitor, TimePoint now);
  std::optional<Visitor> find(const std::string& session, TimePoint now) const;
  // Notes credentials that were given out by a session, to be revoked at its end.
  void note(const std::string& session, const model::Id<model::Session>& credentials);
  // Ends it: the credentials that it was given.
  std::vector<model::Id<model::Session>> end(const std::string& session);

 private:
  struct Entry {
    Visitor visitor;
    TimePoint over;
    std::vector<model::Id<model::Session>> credentials;
  };
  using Entries = std::map<std::string, Entry>;

  std::string new_word();
  static void drop_old(Entries& entries, TimePoint now);

  IdSource& ids_;
  mutable std::mutex mutex_;
  Entries links_;
  Entries sessions_;
};

}  // namespace postern::console
