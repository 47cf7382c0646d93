// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/check.h"
#include "base/log.h"
#include "base/stable_hash.h"
#include "instances/init/launch.h"
#include "instances/init/paths.h"
#include "instances/launcher/filter.h"
#include "instances/launcher/inotify.h"
#include "instances/launcher/layers.h"
#include "instances/launcher/seeds.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

// Blocks of ids for instances: above those of /etc/subuid (login.defs: up to 600100000) and of
// systemd-nspawn (up to 0x6fffffff), below those that systemd keeps for foreign images
// (0x7ffe0000). https://systemd.io/UIDS-GIDS/
constexpr std::uint32_t kFirstId = 0x70000000;
constexpr std::uint32_t kBlocks = (0x7ffe0000 - kFirstId) / init::kIdsOfAnInstance;

// After SIGKILL the kernel needs milliseconds. A process that is stuck in it longer is told of.
constexpr int kKillPatienceMs = 10'000;

// Not the name of an instance, and skipped by whoever lists hosts.
constexpr std::string_view kTrash = ".trash";

bool is_plain_name(std::string_view id) {
  return !id.empty() && id.front() != '.' && id.find('/') == std::string_view::npos;
}

Result<> make_folders(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    return unavailable("making {}: {}", path, failed.message());
  }
  return {};
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Replaces the file at once: a crash of ours leaves the old one or the new one. With `durable`, so
// does one of the machine; that may take long on a busy disk.
Result<> replace_file(const std::string& path, const std::string& text, bool durable) {
  const std::string next = path + ".next";
  {
    const Fd fd(open(next.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        (durable && fdatasync(fd.get()) != 0)) {
      return unavailable_errno(fmt::format("writing {}", next));
    }
  }
  if (rename(next.c_str(), path.c_str()) != 0) {
    return unavailable_errno(fmt::format("replacing {}", path));
  }
  return {};
}

// Own in each instance, as on a new machine: machine-id(5).
std::string random_machine_id() {
  std::string text = read_file("/proc/sys/kernel/random/uuid");
  std::erase_if(text, [](char c) { return c == '-' || c == '\n'; });
  return text + "\n";
}

std::vector<Seed> seeds_of(const HostSpec& spec, const Image& image) {
  std::vector<Seed> seeds = {{.kind = Seed::Kind::File,
                              .path = "/etc/machine-id",
                              .mode = 0444,
                              .content = random_machine_id()},
                             {.kind = Seed::Kind::EmptyFolder, .path = "/var/lib/cloud"}};
  std::ranges::move(user_data_seeds(spec, !image.init.empty()), std::back_inserter(seeds));
  std::ranges::move(key_seeds(spec, image.logins), std::back_inserter(seeds));
  return seeds;
}

// The instance's own name is in /etc/hosts: sudo and servers look it up before the network answers.
std::string hosts_text(const HostSpec& spec) {
  return fmt::format("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n{} {}.{} {}\n",
                     spec.address.text(), spec.hostname, spec.domain, spec.hostname);
}

// As the VPC's DHCP option set has it:
// https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html
std::string resolv_conf_text(const HostSpec& spec) {
  std::string text = fmt::format("search {}\n", spec.domain);
  for (const IpAddress& resolver : spec.resolvers) {
    text += fmt::format("nameserver {}\n", resolver.text());
  }
  return text + "options timeout:2 attempts:5\n";
}

// Binds the namespace at `from` to the file `to`, so that it stays when its processes are gone.
Result<> bind_namespace(const std::string& from, const std::string& to) {
  const Fd file(open(to.c_str(), O_CREAT | O_RDONLY | O_CLOEXEC, 0600));
  if (!file || mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return unavailable_errno(fmt::format("binding the network namespace to {}", to));
  }
  return {};
}

void unbind_namespace(const std::string& path) {
  umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  unlink(path.c_str());
}

Result<Fd> open_namespace(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return unavailable_errno(fmt::format("opening {}", path));
  }
  return fd;
}

std::uint64_t inode_of(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> names = names_in(folder);
  std::erase_if(names, [&](const std::string& name) {
    return !fs::is_directory(fs::symlink_status(folder + "/" + name));
  });
  return names;
}

}  // namespace

Launcher::Launcher(Options options, std::string filter)
    : options_(std::move(options)),
      group_(fmt::format("postern-{:08x}", stable_hash(options_.state_dir))),
      filter_(std::move(filter)),
      boot_id_(boot_id()),
      cgroups_(find_cgroup_roots()) {}

Result<Launcher> Launcher::open(Options options) {
  TRY(make_folders(options.state_dir));
  TRY(make_folders(options.run_dir + "/netns"));
  if (access(options.init_program.c_str(), X_OK) != 0) {
    return unavailable_errno(fmt::format("instances need the program {}", options.init_program));
  }
  TRY_ASSIGN(std::string filter, denied_calls_filter());
  Launcher launcher(std::move(options), std::move(filter));
  for (const std::string& name : folders_in(launcher.options_.state_dir)) {
    if (name == kTrash) {
      continue;
    }
    auto record = decode_record(read_file(launcher.home(name) + "/state.json"));
    if (record) {
      launcher.records_.emplace(name, std::move(*record));
    } else {
      log::warn("an instance's files have no readable state",
                {{"instance", name}, {"why", record.error().message()}});
    }
  }
  return launcher;
}

Result<> Launcher::check_machine(const std::vector<Tree>& trees) {
  const HostSpec spec{.id = "check",
                      .hostname = "check",
                      .domain = "localdomain",
                      .address = IpAddress::v4(0x7f000001),
                      .resolvers = {},
                      .user_data = ""};
  const auto tried = [&]() -> Result<> {
    TRY_ASSIGN(PreparedHost host, prepare(spec, Image{.trees = trees, .seeds = {}}));
    TRY(start(std::move(host)));
    return {};
  }();
  TRY(remove(spec.id));
  empty_trash();
  if (!tried) {
    return unavailable("This machine cannot run instances: {}", tried.error().message());
  }
  return {};
}

Result<PreparedHost> Launcher::prepare(const HostSpec& spec, const Image& image) {
  POSTERN_CHECK(is_plain_name(spec.id), "an instance's id is a file name");
  POSTERN_CHECK(!image.trees.empty() && image.trees.size() <= init::kTreesMax, "a usable image");
  const auto known = records_.find(spec.id);
  // One that only waits is what an earlier daemon did not live to start, and is removed below.
  if (known != records_.end() && known->second.boot > 0 && is_running(known->second)) {
    return unavailable("{} is running already", spec.id);
  }
  if (known == records_.end() || !known->second.booted) {
    TRY(remove(spec.id));  // what an earlier start may have left half done
    records_[spec.id] = Record{.id = spec.id,
                               .process = {},
                               .boot_id = {},
                               .uid_base = free_uid_base(spec.id),
                               .trees = image.trees,
                               .cgroups = {},
                               .init = image.init};
    if (auto made = make_files(spec, image); !made) {
      undo_and_report(spec.id);
      return std::unexpected(
          std::move(made).error().while_doing(fmt::format("making the files of {}", spec.id)));
    }
  }
  auto host = prepare_process(spec, records_[spec.id]);
  if (!host) {
    undo_and_report(spec.id);
  }
  return host;
}

Result<> Launcher::make_files(const HostSpec& spec, const Image& image) {
  TRY(make_folders(home(spec.id)));
  chmod(home(spec.id).c_str(), 0700);
  TRY(make_layers(layers(spec.id), image.trees.size()));
  const std::vector<std::string> uppers = upper_folders(layers(spec.id), image.trees.size());
  for (const Seed& seed : image.seeds) {
    TRY(write_seed(image, uppers, seed));
  }
  for (const Seed& seed : seeds_of(spec, image)) {
    TRY(write_seed(image, uppers, seed));
  }
  return {};
}

Result<PreparedHost> Launcher::prepare_process(const HostSpec& spec, Record& record) {
  TRY(stop(spec.id, std::chrono::milliseconds(0)));  // what an earlier run may have left
  const Fd console(::open((home(spec.id) + "/console.log").c_str(),
                          O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!console) {
    return unavailable_errno("making the console log");
  }
  if (!record.init.empty()) {
    TRY(allow_inotify(kInotifyInstances));
  }
  PreparedHost host;
  TRY_ASSIGN(host.pid1_, spawn_pid1(options_.init_program, record.uid_base, console));
  record.process = host.pid1_.process;
  record.boot_id = boot_id_;
  record.boot = 0;
  const std::string proc = fmt::format("/proc/{}/ns", record.process.pid);
  TRY(bind_namespace(proc + "/net", netns_path(spec.id)));
  TRY_ASSIGN(host.netns_, open_namespace(netns_path(spec.id)));
  TRY_ASSIGN(host.userns_, open_namespace(proc + "/user"));
  record.netns = inode_of(netns_path(spec.id));

  const std::string unified = make_cgroup(cgroups_.unified, group_, spec.id, record.process.pid);
  const std::string manager = make_cgroup(cgroups_.manager, group_, spec.id, record.process.pid);
  if (!unified.empty()) {
    delegate_cgroup(unified, record.uid_base);
    record.cgroups.push_back(unified);
  }
  if (!manager.empty()) {
    record.cgroups.push_back(manager);
  }
  TRY(save(record));
  if (!record.init.empty() && unified.empty()) {
    return unavailable("{} needs a cgroup of version 2, which this host does not give",
                       record.init);
  }

  host.id_ = spec.id;
  host.boot_ = spec.boot;
  host.start_ = {.trees = {},
                 .hostname = spec.hostname,
                 .hosts = hosts_text(spec),
                 .resolv_conf = resolv_conf_text(spec),
                 .filter = filter_,
                 .program = record.init,
                 .first_boot = !record.booted,
                 .has_cgroup = !unified.empty()};
  for (const Tree& tree : record.trees) {
    host.start_.trees.push_back(tree.at);
  }
  return host;
}

Result<Process> Launcher::start(PreparedHost host) {
  const std::string id = host.id_;
  const auto known = records_.find(id);
  POSTERN_CHECK(known != records_.end(), "a prepared host has a record");
  Record& record = known->second;
  const auto started = [&]() -> Result<> {
    TRY_ASSIGN(const std::vector<Fd> clones, clone_trees(record.trees, layers(id), host.userns_));
    TRY(start_pid1(host.pid1_, host.start_, clones));
    record.booted = true;
    record.boot = host.boot_;
    return save(record);
  }();
  if (!started) {
    undo_and_report(id);
    return std::unexpected(started.error());
  }
  return record.process;
}

Result<> Launcher::abandon(PreparedHost host) {
  return undo(host.id());
}

std::vector<Host> Launcher::list() const {
  std::vector<Host> hosts;
  for (const auto& [id, record] : records_) {
    hosts.push_back(*find(id));
  }
  return hosts;
}

std::optional<Host> Launcher::find(const std::string& id) const {
  const auto at = records_.find(id);
  if (at == records_.end()) {
    return std::nullopt;
  }
  Host host{.id = id,
            .running = std::nullopt,
            .booted = at->second.booted,
            .rebooted = at->second.boot_id != boot_id_,
            .boot = at->second.boot};
  if (is_running(at->second)) {
    host.running = at->second.process;
  } else if (!at->second.init.empty()) {
    host.rebooted |= !read_guest_file(layers(id), at->second.trees, init::kRebootMark, 1).empty();
  }
  return host;
}

Fd Launcher::watch(const std::string& id) const {
  const auto at = records_.find(id);
  return at != records_.end() && is_running(at->second) ? open_process(at->second.process) : Fd();
}

std::string Launcher::netns_path(const std::string& id) const {
  return fmt::format("{}/netns/{}", options_.run_dir, id);
}

Result<> Launcher::power_off(const std::string& id) {
  const Fd pidfd = watch(id);
  // As systemd takes it, so that an image with systemd needs nothing else: systemd(1).
  return pidfd ? send_signal(pidfd, SIGRTMIN + 4) : Result<>();
}

Result<> Launcher::stop(const std::string& id, std::chrono::milliseconds patience) {
  const Fd pidfd = watch(id);
  if (pidfd && !has_ended(pidfd, static_cast<int>(patience.count()))) {
    TRY(send_signal(pidfd, SIGKILL));
    if (!has_ended(pidfd, kKillPatienceMs)) {
      return unavailable("{} does not end after SIGKILL", id);
    }
  }
  return release(id);
}

Result<> Launcher::release(const std::string& id) {
  unbind_namespace(netns_path(id));
  const auto at = records_.find(id);
  if (at == records_.end() || (at->second.process.pid == 0 && at->second.cgroups.empty())) {
    return {};
  }
  for (const std::string& cgroup : at->second.cgroups) {
    TRY(remove_cgroup(cgroup));
  }
  at->second.cgroups.clear();
  at->second.process = {};
  return save(at->second);
}

Result<> Launcher::remove(const std::string& id) {
  POSTERN_CHECK(is_plain_name(id), "an instance's id is a file name");
  TRY(stop(id, std::chrono::milliseconds(0)));
  records_.erase(id);
  if (!fs::exists(fs::symlink_status(home(id)))) {
    return {};
  }
  const std::string trash = fmt::format("{}/{}", options_.state_dir, kTrash);
  TRY(make_folders(trash));
  // Under a name of its own: an earlier one of this id may still lie there.
  std::string place = fmt::format("{}/{}-XXXXXX", trash, id);
  if (mkdtemp(place.data()) == nullptr || rename(home(id).c_str(), place.c_str()) != 0) {
    return unavailable_errno(fmt::format("removing the files of {}", id));
  }
  return {};
}

void Launcher::empty_trash() const {
  // Not the folder itself: remove() may be putting something there.
  const std::string trash = fmt::format("{}/{}", options_.state_dir, kTrash);
  for (const std::string& name : names_in(trash)) {
    std::error_code failed;
    fs::remove_all(trash + "/" + name, failed);
    if (failed) {
      log::warn("files of a removed instance could not be deleted",
                {{"folder", trash + "/" + name}, {"why", failed.message()}});
    }
  }
}

void Launcher::collect_garbage(const std::set<std::string>& known) {
  const auto report = [](const std::string& what, const Result<>& done) {
    if (!done) {
      log::error("something of a removed instance remains",
                 {{"of", what}, {"why", done.error().message()}});
    }
  };
  for (const std::string& id : folders_in(options_.state_dir)) {
    if (is_plain_name(id) && (!known.contains(id) || !records_.contains(id))) {
      report(id, remove(id));
    }
  }
  for (const std::string& id : names_in(options_.run_dir + "/netns")) {
    // The data plane keeps its own there too: the fabric and the VPCs' services.
    if (id.starts_with("i-") && !records_.contains(id)) {
      unbind_namespace(netns_path(id));
    }
  }
  for (const std::string& root : {cgroups_.unified, cgroups_.manager}) {
    const std::string group = fmt::format("{}/{}", root, group_);
    for (const std::string& id : folders_in(group)) {
      if (!records_.contains(id)) {
        report(id, remove_cgroup(group + "/" + id));
      }
    }
  }
  empty_trash();
  std::error_code ignored;
  fs::remove(fmt::format("{}/{}", options_.state_dir, kTrash), ignored);
}

std::string Launcher::home(const std::string& id) const {
  return fmt::format("{}/{}", options_.state_dir, id);
}

std::string Launcher::layers(const std::string& id) const {
  return home(id) + "/layers";
}

bool Launcher::is_running(const Record& record) const {
  return instances::is_running(record, boot_id_);
}

std::uint32_t Launcher::free_uid_base(const std::string& id) const {
  std::set<std::uint32_t> used;
  for (const auto& [other, record] : records_) {
    used.insert(record.uid_base);
  }
  // From a place that depends on the instance, so that two daemons on one machine seldom meet.
  std::uint32_t block = stable_hash(id) % kBlocks;
  const auto base = [&] { return kFirstId + block * init::kIdsOfAnInstance; };
  while (used.contains(base()) && used.size() < kBlocks) {
    block = (block + 1) % kBlocks;
  }
  return base();
}

Result<> Launcher::save(const Record& record) const {
  // What must survive the machine is only that the files were used: then they are kept.
  return replace_file(home(record.id) + "/state.json", encode(record), record.booted);
}

Result<> Launcher::undo(const std::string& id) {
  const auto at = records_.find(id);
  const bool keep = at != records_.end() && at->second.booted;
  return keep ? stop(id, std::chrono::milliseconds(0)) : remove(id);
}

void Launcher::undo_and_report(const std::string& id) {
  if (const auto undone = undo(id); !undone) {
    log::error("something of a failed start remains",
               {{"instance", id}, {"why", undone.error().message()}});
  }
}

}  // namespace postern::instances
