// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/linux_kernel.h"

#include <bpf/bpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "dataplane/linux/map_io.h"
#include "dataplane/linux/mounts.h"

namespace postern::dataplane {
namespace {

constexpr std::string_view kServicesNamespaces = "vpc-";

}  // namespace

Result<std::unique_ptr<LinuxKernel>> LinuxKernel::open(const RunDir& dir, Attachment attachment) {
  TRY(make_run_dir(dir));
  TRY_ASSIGN(Fabric fabric, Fabric::open(dir));
  TRY_ASSIGN(const auto links, fabric.links());
  TRY_ASSIGN(Programs programs, Programs::load(dir, attachment, !links.empty()));
  TRY_ASSIGN(Settler settler, Settler::make());
  std::unique_ptr<LinuxKernel> kernel(
      new LinuxKernel(dir, std::move(fabric), std::move(programs), std::move(settler)));
  for (const Link& link : links) {
    TRY(kernel->attach_in_fabric(link));
  }
  return kernel;
}

Result<Table> LinuxKernel::dump(MapId map) {
  return dump_map(programs_.map_fd(map), map);
}

Result<> LinuxKernel::put(const Table& rows) {
  return put_rows(programs_.map_fd(rows.map()), rows);
}

Result<> LinuxKernel::erase(const Table& rows) {
  return erase_rows(programs_.map_fd(rows.map()), rows);
}

Result<> LinuxKernel::settle() {
  return settler_.settle();
}

Result<std::vector<FoundLink>> LinuxKernel::links() {
  TRY_ASSIGN(const auto links, fabric_.links());
  TRY_ASSIGN(const auto pinned, programs_.pinned());
  return in_namespace(fabric_.netns_fd(), [&]() -> Result<std::vector<FoundLink>> {
    std::vector<FoundLink> found;
    std::set<std::pair<pn_port_kind, std::uint32_t>> live;
    for (const Link& link : links) {
      found.push_back({link, programs_.is_attached(link)});
      live.insert({link.kind, link.owner});
    }
    for (const Link& pin : pinned) {
      if (!live.contains({pin.kind, pin.owner})) {
        found.push_back({pin, false});
      }
    }
    std::ranges::sort(found, {}, &FoundLink::link);
    return found;
  });
}

Result<> LinuxKernel::attach_in_fabric(const Link& link) const {
  return in_namespace(fabric_.netns_fd(), [&]() -> Result<> {
    if (adopting_ && programs_.has_program(link)) {
      return {};  // take_over() gives it the newer one
    }
    return programs_.attach(link);
  });
}

// From the maps of an older layout to ours, which hold the World now. What begins between the two
// rounds in the older table is in it only: until the second has brought it, its packets are
// dropped, and sent again, but not answered with a reset.
Result<> LinuxKernel::take_over() {
  TRY(programs_.adopt());
  TRY_ASSIGN(const auto links, fabric_.links());
  const auto attach_all = [&]() -> Result<> {
    for (const Link& link : links) {
      TRY(programs_.attach(link));
    }
    return {};
  };
  TRY(in_namespace(fabric_.netns_fd(), attach_all));
  TRY(settler_.settle());
  TRY(programs_.adopt());
  TRY(programs_.end_adoption());
  adopting_ = false;
  return {};
}

Result<> LinuxKernel::attach(const Link& link) {
  return attach_in_fabric(link);
}

Result<> LinuxKernel::remove(const Link& link) {
  if (link.port == 0) {
    return programs_.unpin(link, true);
  }
  TRY(fabric_.remove(link));
  return programs_.unpin(link, false);
}

Result<std::vector<std::string>> LinuxKernel::services() {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.namespaces(), error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kServicesNamespaces)) {
      found.push_back(name);
    }
  }
  if (error) {
    return unavailable("listing {}: {}", dir_.namespaces(), error.message());
  }
  std::ranges::sort(found);
  return found;
}

Result<> LinuxKernel::ensure(const Services& services) {
  const std::string path = dir_.network_namespace(services.vpc_id);
  TRY(make_namespace(path));
  TRY_ASSIGN(const Fd netns, open_namespace(path));
  TRY(fabric_.connect(services.link(), services.mac, netns.get(), "eth0"));
  TRY(attach_in_fabric(services.link()));
  return fabric_.configure(services, netns.get());
}

// The namespace may live on for a while in sockets of ours; its link may not.
Result<> LinuxKernel::remove_services_link(const std::string& path) const {
  TRY_ASSIGN(const Fd netns, open_namespace(path));
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns.get()));
  TRY_ASSIGN(const auto eth0, netlink.find_link("eth0"));
  TRY_ASSIGN(const auto links, fabric_.links());
  for (const Link& link : links) {
    if (eth0 && link.kind == kPnPortServices && link.port == eth0->peer) {
      TRY(fabric_.remove(link));
      TRY(programs_.unpin(link, false));
    }
  }
  return {};
}

Result<> LinuxKernel::remove_services(const std::string& vpc_id) {
  const std::string path = dir_.network_namespace(vpc_id);
  if (is_namespace(path)) {
    TRY(remove_services_link(path));
  }
  return remove_namespace(path);
}

bool LinuxKernel::is_own(std::uint64_t namespace_inode) const {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.namespaces(), error)) {
    const std::string path = entry.path();
    struct stat info{};
    if (is_namespace(path) && stat(path.c_str(), &info) == 0 && info.st_ino == namespace_inode) {
      return true;
    }
  }
  return false;
}

Result<> LinuxKernel::set_revision(std::uint64_t revision) {
  if (adopting_) {
    TRY(take_over());
  }
  const __u32 zero = 0;
  const pn_meta meta{.layout_version = kPnLayoutVersion, .adopting = 0, .revision = revision};
  if (bpf_map_update_elem(programs_.map_fd("pn_meta"), &zero, &meta, BPF_ANY) != 0) {
    return unavailable_errno("writing pn_meta");
  }
  return {};
}

Result<std::uint64_t> LinuxKernel::revision() {
  const __u32 zero = 0;
  pn_meta meta{};
  if (bpf_map_lookup_elem(programs_.map_fd("pn_meta"), &zero, &meta) != 0) {
    return unavailable_errno("reading pn_meta");
  }
  return meta.revision;
}

Result<> LinuxKernel::connect_instance(const Guest& guest, int guest_netns_fd) const {
  TRY(fabric_.connect(guest.link(), guest.mac, guest_netns_fd, guest.name));
  TRY(attach_in_fabric(guest.link()));
  return fabric_.configure(guest, guest_netns_fd);
}

Result<> LinuxKernel::connect_tap(const Link& link, const std::string& tap) const {
  TRY(fabric_.connect_tap(link, tap));
  return attach_in_fabric(link);
}

}  // namespace postern::dataplane
