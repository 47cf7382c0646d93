// SPDX-License-Identifier: Apache-2.0
// Programs: the BPF object in the kernel, its pinned maps, and how it is attached to links.
#pragma once

#include <memory>
#include <vector>

#include "base/fd.h"
#include "dataplane/kernel/kernel.h"
#include "dataplane/layout/verdict.h"
#include "dataplane/linux/run_dir.h"

struct pn_fabric;

namespace postern::dataplane {

struct VerdictCount {
  Verdict verdict;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

// How programs are attached. A tcx link cannot be removed by a stray `tc qdisc del`, but is not
// there before Linux 6.6.
enum class Attachment { TcxOrClsact, Clsact };

// Thread safety: attach(), counters() and drain() may come from any thread, the others from one at
// a time.
class Programs {
 public:
  // Loads the object over the maps pinned in `dir`, which are made if there are none. If there are
  // an older layout's, ours are made beside them, and is_adopting() is true until end_adoption().
  // Refused if they are of a layout that is not known. `has_links`: whether there is any link.
  static Result<Programs> load(const RunDir& dir, Attachment attachment, bool has_links);

  // Whether the connections of an older layout's maps are still to be taken over.
  bool is_adopting() const { return static_cast<bool>(older_flows_); }
  // Takes over those that are there now. May be called again: what has changed since is seen to.
  Result<> adopt() const;
  // The older maps go.
  Result<> end_adoption();

  int map_fd(MapId map) const;
  // The pinned map of that name in layout.h.
  int map_fd(const char* name) const;

  // Kernel::attach(). Called in the fabric's namespace, as is is_attached().
  Result<> attach(const Link& link) const;
  bool is_attached(const Link& link) const;
  // Whether a program of ours runs at the link, this one or an older one.
  bool has_program(const Link& link) const;

  // The links that something is pinned of, live or gone; their ports are not looked at.
  Result<std::vector<Link>> pinned() const;
  // Removes what is pinned of the link; if `only_gone`, not that of a living one.
  Result<> unpin(const Link& link, bool only_gone) const;

  // One round over the flow table. [layout.h, pn_sweep]
  Result<pn_sweep_report> sweep() const;
  // Brings what flows have counted to pn_meters. [layout.h, pn_drain]
  Result<> drain() const;
  // Ends connections; how many. [layout.h, pn_expire]
  Result<std::uint32_t> expire(pn_expire_order order) const;
  // Every verdict's count since the maps were made.
  Result<std::vector<VerdictCount>> counters() const;

 private:
  struct Close {
    void operator()(pn_fabric* object) const;
  };
  using Object = std::unique_ptr<pn_fabric, Close>;

  Programs(RunDir dir, Attachment attachment, Object object, std::uint32_t program_id,
           Fd older_flows)
      : dir_(std::move(dir)),
        attachment_(attachment),
        object_(std::move(object)),
        program_id_(program_id),
        older_flows_(std::move(older_flows)) {}

  int program_fd() const;
  std::uint32_t program_at(const Link& link) const;
  Result<> attach_clsact(unsigned ifindex) const;

  RunDir dir_;
  Attachment attachment_;
  Object object_;
  std::uint32_t program_id_;
  Fd older_flows_;
};

}  // namespace postern::dataplane
