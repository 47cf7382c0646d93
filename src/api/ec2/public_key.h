// SPDX-License-Identifier: Apache-2.0
// An SSH public key as it is imported: its kind, and the fingerprint that AWS computes of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api::ec2 {

struct PublicKey {
  std::string type;         // rsa, ed25519
  std::string fingerprint;  // RSA: MD5 of the key's DER; ED25519: SHA-256 in base64
};

// nullopt for what is no OpenSSH public key of a kind that EC2 takes: RSA of 1024, 2048 or 4096
// bits, or ED25519. [EC2 user guide, "Create a key pair …", "Verify your key pair's fingerprint"]
std::optional<PublicKey> read_public_key(std::string_view line);

// 0a:1b:2c, as EC2 writes fingerprints of RSA keys.
std::string hex_pairs(std::string_view bytes);

}  // namespace postern::api::ec2
