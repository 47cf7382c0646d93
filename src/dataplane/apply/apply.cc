// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/apply.h"

#include "base/overloaded.h"

namespace postern::dataplane {
Result<> Applier::apply(const Program& desired) {
  TRY_ASSIGN(const Actual actual, look());
  applied_.reset();
  for (const Step& step : plan(actual, desired)) {
    if (auto done = run(step); !done) {
      return std::unexpected(std::move(done).error().while_doing(describe(step)));
    }
  }
  applied_ = desired;
  return {};
}

Result<Actual> Applier::look() const {
  Actual actual;
  actual.applied = applied_;
  if (!applied_) {
    for (const MapInfo& map : kMaps) {
      TRY_ASSIGN(actual.tables[map.id], kernel_.dump(map.id));
    }
  }
  TRY_ASSIGN(actual.links, kernel_.links());
  TRY_ASSIGN(actual.services, kernel_.services());
  TRY_ASSIGN(actual.revision, kernel_.revision());
  return actual;
}

Result<> Applier::run(const Step& step) const {
  return std::visit(Overloaded{
                        [&](const EraseRows& s) { return kernel_.erase(s.rows); },
                        [&](const PutRows& s) { return kernel_.put(s.rows); },
                        [&](const Settle&) { return kernel_.settle(); },
                        [&](const EnsureServices& s) { return kernel_.ensure(s.services); },
                        [&](const AttachLink& s) { return kernel_.attach(s.link); },
                        [&](const RemoveLink& s) { return kernel_.remove(s.link); },
                        [&](const RemoveServices& s) { return kernel_.remove_services(s.vpc_id); },
                        [&](const SetRevision& s) { return kernel_.set_revision(s.revision); },
                    },
                    step);
}

}  // namespace postern::dataplane
