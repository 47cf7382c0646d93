// SPDX-License-Identifier: Apache-2.0
#include "model/new_credentials.h"

namespace postern::model {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string characters(IdSource& ids, std::string_view alphabet, std::size_t length) {
  std::string out;
  while (out.size() < length) {
    out.push_back(alphabet[ids.next() % alphabet.size()]);
  }
  return out;
}

}  // namespace

std::string new_access_key_id(IdSource& ids, std::string_view prefix) {
  return std::string(prefix) + characters(ids, kBase32, 16);
}

std::string new_unique_id(IdSource& ids, std::string_view prefix) {
  return std::string(prefix) + characters(ids, kBase32, 17);
}

std::string new_secret_key(IdSource& ids) {
  return characters(ids, kBase64, 40);
}

std::string new_session_token(IdSource& ids) {
  return "IQoJb3JpZ2luX2Vj" + characters(ids, kBase64, 200);
}

Session add_session(Transaction& tx, Session session, std::chrono::seconds duration) {
  session.id = Id<Session>(new_access_key_id(tx.ids(), "ASIA"));
  session.secret = new_secret_key(tx.ids());
  session.token = new_session_token(tx.ids());
  session.created_at = tx.now();
  // Expirations are told in whole seconds.
  session.expires_at = std::chrono::floor<std::chrono::seconds>(tx.now()) + duration;
  tx.put(session);
  return session;
}

}  // namespace postern::model
