// SPDX-License-Identifier: Apache-2.0
// Fresh identifiers in AWS's forms. Pure code takes an IdSource; only the daemon names the random one.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace postern {

class IdSource {
 public:
  virtual ~IdSource() = default;

  // The next 64 bits. Unpredictable in the daemon, repeatable in tests.
  virtual std::uint64_t next() = 0;

  // `prefix` and 17 lower-case hex digits, as EC2 names resources: vpc-0a1b2c3d4e5f60718.
  std::string ec2_id(std::string_view prefix);
  // 16 lower-case hex digits, as ELBv2 ends its ARNs.
  std::string hex16();
  // `length` characters of [a-z0-9], as in an endpoint's DNS names.
  std::string lower_alnum(std::size_t length);
  // A version 4 UUID, as request ids are written.
  std::string uuid();
};

// From the kernel's random source.
class RandomIds final : public IdSource {
 public:
  std::uint64_t next() override;
};

// The same ids for the same seed, for tests and for `--seed`.
class SeededIds final : public IdSource {
 public:
  explicit SeededIds(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace postern
