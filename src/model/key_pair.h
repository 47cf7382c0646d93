// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// A public key under a name that instances may be started with.
struct KeyPair {
  static constexpr const char* kTable = "key_pair";
  Id<KeyPair> id;  // key-…
  Id<Account> owner;
  std::string region;
  std::string name;
  std::string type;         // rsa or ed25519
  std::string public_key;   // as ssh writes it: ssh-ed25519 AAAA… comment
  std::string fingerprint;  // as AWS computes it: of imported RSA keys otherwise than of its own
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(KeyPair, (),
                      (id, owner, region, name, type, public_key, fingerprint, created_at, tags))

}  // namespace postern::model
