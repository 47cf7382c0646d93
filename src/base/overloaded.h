// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace postern {

// One visitor from several lambdas: std::visit(Overloaded{…}, variant).
template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace postern
