// SPDX-License-Identifier: Apache-2.0
// Private keys that EC2 makes and gives out once: how one is written, for ssh or for PuTTY. Pure,
// given the key.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::api::ec2 {

enum class KeyType { Rsa, Ed25519 };
enum class KeyFormat { Pem, Ppk };

// Gives a new key: of RSA with 2048 bits, or of Ed25519, as PKCS #8 in DER. It is nobody's ever
// again. Called on several threads at a time.
using MakePrivateKey = std::function<Result<std::string>(KeyType)>;

struct WrittenKey {
  std::string public_key;   // as ssh writes it: ssh-ed25519 AAAA… comment
  std::string fingerprint;  // RSA: SHA-1 of the PKCS #8; ED25519: SHA-256 of the public key, base64
  std::string material;     // the private key
};

// `pem` is PKCS #1 for RSA, and OpenSSH's own format for Ed25519, as AWS gives them; `ppk` is
// PuTTY's format, version 2, which all its releases read. nullopt for what is no such key.
// [EC2 API reference, CreateKeyPair; EC2 user guide, "Verify the fingerprint of your key pair";
// PROTOCOL.key of OpenSSH; PuTTY's manual, appendix C]
std::optional<WrittenKey> write_key(std::string_view pkcs8, KeyFormat format,
                                    const std::string& comment);

}  // namespace postern::api::ec2
