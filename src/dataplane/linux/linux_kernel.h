// SPDX-License-Identifier: Apache-2.0
// LinuxKernel: the Kernel that is one. Everything that it makes lies in its run directory and
// outlives it; another LinuxKernel on the same directory goes on from there. See teardown.h for
// taking it all away.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <set>

#include "dataplane/linux/delay.h"
#include "dataplane/linux/fabric.h"
#include "dataplane/linux/flow_table.h"
#include "dataplane/linux/programs.h"
#include "dataplane/linux/settle.h"

namespace postern::dataplane {

class LinuxKernel final : public Kernel {
 public:
  // Makes or finds the fabric, loads our programs over the pinned maps, and puts them in the place
  // of older ones at every link, without a moment in which neither runs. Over maps of an older
  // layout the older programs go on until set_revision(): only then ours are filled.
  static Result<std::unique_ptr<LinuxKernel>> open(const RunDir& dir,
                                                   Attachment attachment = Attachment::TcxOrClsact);

  Result<Table> dump(MapId map) override;
  Result<> put(const Table& rows) override;
  Result<> erase(const Table& rows) override;
  Result<> settle() override;
  Result<std::vector<FoundLink>> links() override;
  Result<> attach(const Link& link) override;
  Result<> remove(const Link& link) override;
  Result<std::vector<std::string>> services() override;
  Result<> ensure(const Services& services) override;
  Result<> remove_services(const std::string& vpc_id) override;
  Result<> set_revision(std::uint64_t revision) override;
  Result<std::uint64_t> revision() override;

  // Gives an instance its eth0, with our program at the other end. Before its entries are in the
  // maps its packets are dropped. May be called again, by any thread.
  Result<> connect_instance(const Guest& guest, int guest_netns_fd) const;

  // Gives what is behind a tap of the host's its link, as above. [tap.h]
  Result<> connect_tap(const Link& link, const std::string& tap) const;
  // As Fabric::connected().
  Result<std::vector<std::uint32_t>> connected() const { return fabric_.connected(); }
  // Whether it is the fabric, or a namespace that this run directory keeps.
  bool is_own(std::uint64_t namespace_inode) const;
  int host_netns_fd() const { return fabric_.host_netns_fd(); }

  // One round of the sweeper over the flow table; every few seconds is right.
  Result<pn_sweep_report> sweep() const { return programs_.sweep(); }
  // What has passed so far is in pn_meters afterwards. May be called from any thread.
  Result<> drain_meters() const { return programs_.drain(); }

  // Expires the connections that have been silent for so long; how many. Any thread.
  Result<std::uint32_t> expire_idle(std::uint32_t seconds) const {
    return programs_.expire({.idle_seconds = seconds, .node_eni = 0, .expired = 0});
  }
  // Forgets those that entered the node of that number. Any thread.
  Result<std::uint32_t> forget_of_node(std::uint32_t eni) const {
    return programs_.expire({.idle_seconds = 0, .node_eni = eni, .expired = 0});
  }

  // As delay.h has them, of the host ends of links. Any thread.
  Result<> check_delays() const { return dataplane::check_delays(fabric_.netns_fd()); }
  Result<std::set<std::uint32_t>> delayed_links() const {
    return dataplane::delayed_links(fabric_.netns_fd());
  }
  Result<bool> set_delay(std::uint32_t port, std::chrono::milliseconds delay) const {
    return dataplane::set_delay(fabric_.netns_fd(), port, delay);
  }

  // The numbers of the targets that connections are on.
  Result<std::set<std::uint32_t>> targets_in_use() const {
    return targets_in_flows(programs_.map_fd("pn_flows"));
  }

  // How many packets fared how, since the run directory was made. Any thread.
  Result<std::vector<VerdictCount>> counters() const { return programs_.counters(); }

  const RunDir& run_dir() const { return dir_; }

 private:
  LinuxKernel(RunDir dir, Fabric fabric, Programs programs, Settler settler)
      : dir_(std::move(dir)),
        fabric_(std::move(fabric)),
        programs_(std::move(programs)),
        settler_(std::move(settler)),
        adopting_(programs_.is_adopting()) {}

  Result<> take_over();
  Result<> attach_in_fabric(const Link& link) const;
  Result<> remove_services_link(const std::string& path) const;

  RunDir dir_;
  Fabric fabric_;
  Programs programs_;
  Settler settler_;
  std::atomic<bool> adopting_;
};

}  // namespace postern::dataplane
