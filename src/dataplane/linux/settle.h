// SPDX-License-Identifier: Apache-2.0
// Settler: waits for the packets that are just being judged.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace postern::dataplane {

class Settler {
 public:
  static Result<Settler> make();

  // Returns when every BPF program that ran when it was called has ended.
  Result<> settle() const;

 private:
  Settler(Fd inner, Fd outer) : inner_(std::move(inner)), outer_(std::move(outer)) {}

  Fd inner_;
  Fd outer_;
};

}  // namespace postern::dataplane
