// SPDX-License-Identifier: Apache-2.0
// Key pairs: CreateKeyPair, ImportKeyPair, DescribeKeyPairs, DeleteKeyPair. The private key of one
// that is created is in that answer, and nowhere else.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/key_pair_lookup.h"
#include "api/ec2/private_key.h"
#include "api/ec2/public_key.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"
#include "api/wire/base64.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::KeyPair;

// "Constraints: Up to 255 ASCII characters", without spaces around. [EC2 API reference,
// CreateKeyPair]
Result<> check_key_name(const std::string& name) {
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (name.empty() || name.size() > 255 || !ascii || name.front() == ' ' || name.back() == ' ') {
    return refuse(faults::InvalidParameterValue, "Invalid value '{}' for keyPairNames.", name);
  }
  return {};
}

// "You can have up to 5,000 key pairs per AWS Region." [EC2 API reference, CreateKeyPair]
Result<> check_key_pair_limit(const model::World& world, const model::Caller& caller) {
  if (model::is_used_up(world, model::Quota::KeyPairs,
                        model::count_owned<KeyPair>(world, caller))) {
    return refuse(faults::KeyPairLimitExceeded,
                  "The maximum number of key pairs has been reached.");
  }
  return {};
}

struct PublicHalf {
  std::string type;
  std::string line;
  std::string fingerprint;
};

Result<KeyPair> add_key_pair(model::Transaction& tx, const model::Caller& caller,
                             const std::string& name, const PublicHalf& key,
                             const TagSpecifications& tags) {
  if (find_key_pair(tx.world(), caller, name)) {
    return refuse(faults::InvalidKeyPairDuplicate, "The keypair already exists");
  }
  TRY_ASSIGN(auto own_tags, tags_for(tags, "key-pair"));
  TRY(check_key_pair_limit(tx.world(), caller));
  KeyPair pair{.id = model::Id<KeyPair>(tx.ids().ec2_id("key-")),
               .owner = caller.account,
               .region = caller.region,
               .name = name,
               .type = key.type,
               .public_key = key.line,
               .fingerprint = key.fingerprint,
               .created_at = tx.now(),
               .tags = std::move(own_tags)};
  tx.put(pair);
  return pair;
}

// ---- CreateKeyPair ----

struct CreateKeyPairRequest {
  std::string KeyName;
  std::optional<std::string> KeyType;
  std::optional<std::string> KeyFormat;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateKeyPairRequest, (), (KeyName, KeyType, KeyFormat, TagSpecification))

struct CreateKeyPairAnswer {
  std::string keyName;
  std::string keyFingerprint;
  std::string keyMaterial;
  std::string keyPairId;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(CreateKeyPairAnswer, (),
                      (keyName, keyFingerprint, keyMaterial, keyPairId, tagSet))

Result<bool> is_second_of(std::string_view parameter, const std::optional<std::string>& value,
                          std::string_view first, std::string_view second) {
  if (value && *value != first && *value != second) {
    return std::unexpected(wire::invalid_value(wire::Dialect::Ec2, parameter, *value,
                                               fmt::format("{} or {}", first, second)));
  }
  return value == second;
}

// The key for a request that could be one.
Result<WrittenKey> new_key(const MakePrivateKey& make, const CreateKeyPairRequest& request) {
  TRY(check_key_name(request.KeyName));
  TRY_ASSIGN(const bool ed25519, is_second_of("KeyType", request.KeyType, "rsa", "ed25519"));
  TRY_ASSIGN(const bool ppk, is_second_of("KeyFormat", request.KeyFormat, "pem", "ppk"));
  TRY_ASSIGN(const std::string key, make(ed25519 ? KeyType::Ed25519 : KeyType::Rsa));
  auto written = write_key(key, ppk ? KeyFormat::Ppk : KeyFormat::Pem, request.KeyName);
  if (!written) {
    return unavailable("a new key cannot be read");
  }
  return std::move(*written);
}

Result<CreateKeyPairAnswer> create_key_pair(model::Transaction& tx, const model::Caller& caller,
                                            const CreateKeyPairRequest& request,
                                            const WrittenKey& key) {
  TRY_ASSIGN(const KeyPair pair, add_key_pair(tx, caller, request.KeyName,
                                              {.type = request.KeyType.value_or("rsa"),
                                               .line = key.public_key,
                                               .fingerprint = key.fingerprint},
                                              request.TagSpecification));
  return CreateKeyPairAnswer{.keyName = pair.name,
                             .keyFingerprint = pair.fingerprint,
                             .keyMaterial = key.material,
                             .keyPairId = pair.id.value,
                             .tagSet = tag_items(pair.tags)};
}

// ---- ImportKeyPair ----

struct ImportKeyPairRequest {
  std::string KeyName;
  std::string PublicKeyMaterial;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(ImportKeyPairRequest, (), (KeyName, PublicKeyMaterial, TagSpecification))

struct ImportKeyPairAnswer {
  std::string keyName;
  std::string keyFingerprint;
  std::string keyPairId;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(ImportKeyPairAnswer, (), (keyName, keyFingerprint, keyPairId, tagSet))

Result<ImportKeyPairAnswer> import_key_pair(model::Transaction& tx, const model::Caller& caller,
                                            const ImportKeyPairRequest& request) {
  TRY(check_key_name(request.KeyName));
  const auto line = wire::base64_decode(request.PublicKeyMaterial);
  const auto key = line ? read_public_key(*line) : std::nullopt;
  if (!key) {
    return refuse(faults::InvalidKeyFormat, "Key is not in valid OpenSSH public key format");
  }
  TRY_ASSIGN(const KeyPair pair,
             add_key_pair(tx, caller, request.KeyName,
                          {.type = key->type, .line = *line, .fingerprint = key->fingerprint},
                          request.TagSpecification));
  return ImportKeyPairAnswer{.keyName = pair.name,
                             .keyFingerprint = pair.fingerprint,
                             .keyPairId = pair.id.value,
                             .tagSet = tag_items(pair.tags)};
}

// ---- DescribeKeyPairs ----

struct DescribeKeyPairsRequest {
  std::vector<std::string> KeyName;
  std::vector<std::string> KeyPairId;
  std::optional<bool> IncludePublicKey;
  Filters Filter;
};
BOOST_DESCRIBE_STRUCT(DescribeKeyPairsRequest, (), (KeyName, KeyPairId, IncludePublicKey, Filter))

struct KeyPairItem {
  std::string keyPairId;
  std::string keyFingerprint;
  std::string keyName;
  std::string keyType;
  std::vector<TagItem> tagSet;
  std::optional<std::string> publicKey;
  TimePoint createTime;
};
BOOST_DESCRIBE_STRUCT(KeyPairItem, (),
                      (keyPairId, keyFingerprint, keyName, keyType, tagSet, publicKey, createTime))

struct DescribeKeyPairsAnswer {
  std::vector<KeyPairItem> keySet;
};
BOOST_DESCRIBE_STRUCT(DescribeKeyPairsAnswer, (), (keySet))

const FilterTable<KeyPair>& key_pair_filters() {
  static const FilterTable<KeyPair> kTable = {
      field_of<KeyPair>("fingerprint", [](const KeyPair& pair) { return pair.fingerprint; }),
      field_of<KeyPair>("key-name", [](const KeyPair& pair) { return pair.name; }),
      field_of<KeyPair>("key-pair-id", [](const KeyPair& pair) { return pair.id.value; }),
  };
  return kTable;
}

Result<DescribeKeyPairsAnswer> describe_key_pairs(const View& view,
                                                  const DescribeKeyPairsRequest& request) {
  TRY(key_pair_filters().check(request.Filter));
  std::vector<std::string> ids = request.KeyPairId;
  for (const std::string& name : request.KeyName) {
    TRY_ASSIGN(const auto* const pair, find_key_pair(view.world, view.caller, name));
    ids.push_back(pair->id.value);
  }
  TRY_ASSIGN(const auto pairs, find_all<KeyPair>(view.world, view.caller, ids));
  DescribeKeyPairsAnswer answer;
  for (const KeyPair* pair : pairs) {
    if (key_pair_filters().matches(request.Filter, *pair)) {
      answer.keySet.push_back({.keyPairId = pair->id.value,
                               .keyFingerprint = pair->fingerprint,
                               .keyName = pair->name,
                               .keyType = pair->type,
                               .tagSet = tag_items(pair->tags),
                               .publicKey = request.IncludePublicKey.value_or(false)
                                                ? std::optional(pair->public_key)
                                                : std::nullopt,
                               .createTime = pair->created_at});
    }
  }
  return answer;
}

// ---- DeleteKeyPair ----

struct DeleteKeyPairRequest {
  std::optional<std::string> KeyName;
  std::optional<std::string> KeyPairId;
};
BOOST_DESCRIBE_STRUCT(DeleteKeyPairRequest, (), (KeyName, KeyPairId))

struct DeleteKeyPairAnswer {
  bool return_ = true;
  std::optional<std::string> keyPairId;
};
BOOST_DESCRIBE_STRUCT(DeleteKeyPairAnswer, (), (return_, keyPairId))

// One that is not there is deleted already: that succeeds. [recorded answers]
Result<DeleteKeyPairAnswer> delete_key_pair(model::Transaction& tx, const model::Caller& caller,
                                            const DeleteKeyPairRequest& request) {
  if (!request.KeyName && !request.KeyPairId) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "KeyName"));
  }
  const auto found = request.KeyPairId ? find<KeyPair>(tx.world(), caller, *request.KeyPairId)
                                       : find_key_pair(tx.world(), caller, *request.KeyName);
  if (!found) {
    return DeleteKeyPairAnswer{};
  }
  const model::Id<KeyPair> id = (*found)->id;
  tx.erase(id);
  return DeleteKeyPairAnswer{.keyPairId = id.value};
}

}  // namespace

std::vector<Action> key_pair_actions(const MakePrivateKey& make) {
  return {
      prepared_write<create_key_pair>(
          "CreateKeyPair",
          [make](const CreateKeyPairRequest& request) { return new_key(make, request); }),
      write<import_key_pair>("ImportKeyPair"),
      read<describe_key_pairs>("DescribeKeyPairs"),
      write<delete_key_pair>("DeleteKeyPair"),
  };
}

}  // namespace postern::api::ec2
