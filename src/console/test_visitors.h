// SPDX-License-Identifier: Apache-2.0
// Accounts, a user and sessions for tests of who may do what in the console.
#pragma once

#include "console/sessions.h"

namespace postern::console {

inline const TimePoint kNow{std::chrono::seconds(1'000'000)};
inline const TimePoint kOver = kNow + std::chrono::minutes(15);
inline const model::Id<model::Account> kAda("111111111111");
inline const model::Id<model::Account> kBob("222222222222");
inline const model::Id<model::User> kAnn("111111111111/ann");

// Ada's account has a user, ann, who may do nothing. There is a session of its root, of ann, and of
// a role; the token of each is "token".
inline model::World world_of_visitors() {
  model::WorldBuilder world;
  world.put(model::Account{.id = kAda, .name = "ada"});
  world.put(model::Account{.id = kBob, .name = "bob"});
  world.put(
      model::User{.id = kAnn, .owner = kAda, .name = "ann", .path = "/", .unique_id = "AIDAANN"});
  model::Session session{.id = model::Id<model::Session>("ASIAROOT"),
                         .owner = kAda,
                         .secret = "secret",
                         .token = "token",
                         .principal_arn = "arn:aws:iam::111111111111:root",
                         .user_id = "111111111111",
                         .expires_at = kOver};
  world.put(session);
  session.id = model::Id<model::Session>("ASIAANN");
  session.principal_arn = "arn:aws:iam::111111111111:user/ann";
  session.user_id = "AIDAANN";
  session.user = kAnn;
  world.put(session);
  session.id = model::Id<model::Session>("ASIAROLE");
  session.user = {};
  session.role = model::Id<model::Role>("111111111111/deploy");
  world.put(session);
  return world.build();
}

}  // namespace postern::console
