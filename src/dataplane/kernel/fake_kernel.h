// SPDX-License-Identifier: Apache-2.0
// FakeKernel: a Kernel in memory for tests, with faults on demand. A call that fails does half of
// its work first, as a real one may.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "dataplane/kernel/kernel.h"

namespace postern::dataplane {

class FakeKernel final : public Kernel {
 public:
  // The changing call of this number from now on fails: 1 is the next. 0: none does.
  void fail_call(int number) { fail_in_ = number; }
  // Changing calls so far.
  int calls() const { return calls_; }
  // Runs after every change of the machine, however small: what a packet at that moment would see.
  void on_change(std::function<void()> observer) { observer_ = std::move(observer); }

  // What the instance launcher and the end of an instance do to the machine.
  void add_link(const Link& link, bool attached = true) {
    remove_device(link.port);
    links_[{link.kind, link.owner}] = {link, attached};
  }
  void lose_link(const Link& link) {
    if (const auto at = links_.find({link.kind, link.owner}); at != links_.end()) {
      at->second.link.port = 0;
      at->second.attached = false;
    }
  }
  // The Services that the namespace was last made to hold, or null.
  const Services* services_of(const std::string& vpc_id) const {
    const auto at = services_.find(vpc_id);
    return at == services_.end() ? nullptr : &at->second;
  }

  Result<Table> dump(MapId map) override {
    Table table(map);
    for (const auto& [key, value] : rows(map)) {
      table.append(key, value);
    }
    return table;
  }

  Result<> put(const Table& rows) override {
    return for_each_row(rows, "writing", [&](Bytes key, Bytes value) {
      auto& map = this->rows(rows.map());
      if (info(rows.map()).is_array && std::ranges::all_of(value, is_zero)) {
        map.erase(copy(key));
      } else {
        map[copy(key)] = copy(value);
      }
    });
  }

  Result<> erase(const Table& rows) override {
    return for_each_row(rows, "erasing from",
                        [&](Bytes key, Bytes) { this->rows(rows.map()).erase(copy(key)); });
  }

  Result<> settle() override {
    return change("settling", [] {});
  }

  Result<std::vector<FoundLink>> links() override {
    std::vector<FoundLink> found;
    for (const auto& [name, link] : links_) {
      found.push_back(link);
    }
    return found;
  }

  Result<> attach(const Link& link) override {
    return change("attaching", [&] {
      const auto at = links_.find({link.kind, link.owner});
      if (at != links_.end() && at->second.link.port != 0) {
        at->second.attached = true;
      }
    });
  }

  Result<> remove(const Link& link) override {
    return change("removing a link", [&] { links_.erase({link.kind, link.owner}); });
  }

  Result<std::vector<std::string>> services() override {
    std::vector<std::string> found;
    for (const auto& [vpc_id, services] : services_) {
      found.push_back(vpc_id);
    }
    return found;
  }

  Result<> ensure(const Services& services) override {
    return change("making a services namespace", [&] {
      services_[services.vpc_id] = services;
      add_link(services.link());
    });
  }

  Result<> remove_services(const std::string& vpc_id) override {
    return change("removing a services namespace", [&] {
      if (const auto at = services_.find(vpc_id); at != services_.end()) {
        links_.erase({kPnPortServices, at->second.vpc});
        services_.erase(at);
      }
    });
  }

  Result<> set_revision(std::uint64_t revision) override {
    return change("noting the revision", [&] { revision_ = revision; });
  }
  Result<std::uint64_t> revision() override { return revision_; }

 private:
  using Blob = std::vector<std::byte>;

  static bool is_zero(std::byte byte) { return byte == std::byte{0}; }
  static Blob copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

  std::map<Blob, Blob>& rows(MapId map) { return rows_[static_cast<std::size_t>(map)]; }

  void remove_device(std::uint32_t port) {
    std::erase_if(links_, [&](const auto& each) { return each.second.link.port == port; });
  }

  bool fails() {
    ++calls_;
    return fail_in_ > 0 && --fail_in_ == 0;
  }

  template <class Do>
  Result<> change(std::string_view what, Do&& do_it) {
    if (fails()) {
      return unavailable("{}: a fault on demand", what);
    }
    do_it();
    observe();
    return {};
  }

  template <class Do>
  Result<> for_each_row(const Table& rows, std::string_view what, Do&& do_it) {
    const bool failing = fails();
    const std::size_t end = failing ? rows.size() / 2 : rows.size();
    for (std::size_t at = 0; at < end; ++at) {
      do_it(rows.key(at), rows.value(at));
      observe();
    }
    if (failing) {
      return unavailable("{} {}: a fault on demand", what, info(rows.map()).name);
    }
    return {};
  }

  void observe() const {
    if (observer_) {
      observer_();
    }
  }

  std::array<std::map<Blob, Blob>, kMapCount> rows_;
  std::map<std::pair<pn_port_kind, std::uint32_t>, FoundLink> links_;
  std::map<std::string, Services> services_;
  std::uint64_t revision_ = 0;
  int calls_ = 0;
  int fail_in_ = 0;
  std::function<void()> observer_;
};

}  // namespace postern::dataplane
