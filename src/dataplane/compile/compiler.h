// SPDX-License-Identifier: Apache-2.0
// Compiler: compiles one World after the other, and of each the parts that are others than before.
#pragma once

#include "dataplane/compile/program.h"
#include "dataplane/compile/slices.h"

namespace postern::dataplane {

class Compiler {
 public:
  // What compile() gives.
  Program compile(const model::World& world);

 private:
  Slices slices_;
  std::set<model::Id<model::Vpc>> counted_;
  std::map<model::Id<model::Vpc>, std::shared_ptr<const Part>> parts_;
};

}  // namespace postern::dataplane
