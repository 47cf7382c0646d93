// SPDX-License-Identifier: Apache-2.0
// Launcher: instances as real hosts of this machine, made of namespaces.
//
// A start has two halves, so that the network is there before the instance's first process:
//
//   prepare()  namespaces, files, cgroup; a process that waits     -> move eth0 into netns(), set
//   it up start()    that process makes itself the instance's PID 1 and runs the user data at the
//   first boot
//
// What is started is nobody's child: it outlives the daemon, and a new Launcher on the same folders
// finds it again. What a host is:
//   <state_dir>/<id>/state.json    its record (record.h)
//   <state_dir>/<id>/console.log   what its PID 1 says
//   <state_dir>/<id>/layers/       its files; kept while it is stopped
//   <run_dir>/netns/<id>           its network namespace, bound while it is prepared or running
//
// Thread safety: one thread at a time, except for Console (console.h), which any thread may use.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/net.h"
#include "base/result.h"
#include "instances/image/image.h"
#include "instances/launcher/cgroups.h"
#include "instances/launcher/record.h"
#include "instances/launcher/spawn.h"

namespace postern::instances {

struct HostSpec {
  std::string id;        // "i-0abc…"; names its files
  std::string hostname;  // "ip-10-0-1-5"
  std::string domain;    // "ap-northeast-1.compute.internal"
  IpAddress address;
  std::vector<IpAddress> resolvers;
  std::string user_data;        // bytes; may be empty
  std::string public_key = {};  // as ssh writes it; may be empty
  int boot = 1;                 // which of its boots this is; counted by who asks for them
};

// A host between prepare() and start(). Letting go of it ends it; its files stay for remove().
class PreparedHost {
 public:
  const std::string& id() const { return id_; }
  // Its network namespace. The descriptor lives as long as this object.
  int netns() const { return netns_.get(); }

 private:
  friend class Launcher;
  std::string id_;
  int boot_ = 0;
  init::Start start_;
  WaitingPid1 pid1_;
  Fd userns_;
  Fd netns_;
};

// What a Launcher knows of a host.
struct Host {
  std::string id;
  std::optional<Process> running;  // its PID 1, if that lives
  bool booted = false;             // it has run before: its files are worth keeping
  bool rebooted = false;           // it ended by a reboot: its own, or this machine's
  int boot = 0;  // HostSpec::boot of its last start(); 0: what is there only waits
};

class Launcher {
 public:
  struct Options {
    std::string state_dir;
    std::string run_dir;
    std::string init_program;  // postern-init
  };

  // Makes the folders and reads what hosts there are.
  static Result<Launcher> open(Options options);

  // Whether this machine can run instances of `trees`, found out by trying. The error is one
  // sentence for the operator.
  Result<> check_machine(const std::vector<Tree>& trees);

  // Everything up to the waiting process. The first time, the host's files are made from `image`; a
  // host that has booted before keeps its files, and the trees that they were made over. On failure
  // everything is as before the call.
  Result<PreparedHost> prepare(const HostSpec& spec, const Image& image);

  // Lets the prepared host run. On failure it is stopped, and removed if it never ran.
  Result<Process> start(PreparedHost host);

  // Gives a prepared host up: everything is as before prepare().
  Result<> abandon(PreparedHost host);

  // All hosts that have files here, by id.
  std::vector<Host> list() const;
  std::optional<Host> find(const std::string& id) const;

  // A pidfd of the host's PID 1: readable once the host has ended. Empty when it is not running.
  Fd watch(const std::string& id) const;

  // The path of the host's network namespace, and whether it is there.
  std::string netns_path(const std::string& id) const;

  // Asks the host to power off; does not wait. Does nothing to one that is not running.
  Result<> power_off(const std::string& id);
  // Ends the host: waits `patience` for it to power off if it was asked to, then kills it. Its
  // files stay, everything else is gone. Fine for a host that is not running: it tidies up.
  Result<> stop(const std::string& id, std::chrono::milliseconds patience);

  // Stops the host at once and takes its files out of sight; empty_trash() deletes them. Fine for a
  // host that is not there.
  Result<> remove(const std::string& id);
  // Deletes the files of removed hosts, which may take a while. Any one thread.
  void empty_trash() const;

  // Removes every host that is not in `known`, and what crashes have left behind.
  void collect_garbage(const std::set<std::string>& known);

 private:
  Launcher(Options options, std::string filter);

  std::string home(const std::string& id) const;
  std::string layers(const std::string& id) const;
  bool is_running(const Record& record) const;
  std::uint32_t free_uid_base(const std::string& id) const;
  Result<> make_files(const HostSpec& spec, const Image& image);
  Result<PreparedHost> prepare_process(const HostSpec& spec, Record& record);
  Result<> save(const Record& record) const;
  // Removes what a host has besides its files. It has ended.
  Result<> release(const std::string& id);
  // Back to how it was before prepare().
  Result<> undo(const std::string& id);
  void undo_and_report(const std::string& id);

  Options options_;
  std::string group_;   // name of the cgroup that holds those of this launcher
  std::string filter_;  // the seccomp program
  std::string boot_id_;
  CgroupRoots cgroups_;
  std::map<std::string, Record> records_;
};

}  // namespace postern::instances
