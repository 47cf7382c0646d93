// SPDX-License-Identifier: Apache-2.0
// What is known of an instance's host across the daemon's lives: the file `state.json` beside its
// layers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "instances/image/image.h"
#include "instances/launcher/process.h"

namespace postern::instances {

struct Record {
  std::string id;
  Process process;             // its PID 1, as the host sees it
  std::string boot_id;         // the host's boot in which `process` means something
  std::uint64_t netns = 0;     // inode of its network namespace
  std::uint32_t uid_base = 0;  // its root's id on the host; 65536 ids from there are its own
  std::vector<Tree> trees;     // what its layers lie over
  std::vector<std::string> cgroups;
  std::string init;     // Image::init of what its layers lie over
  bool booted = false;  // PID 1 ran at least once on these layers
  int boot = 0;         // which boot `process` is or was of; 0: it only waits
};

std::string encode(const Record& record);
// Unavailable for anything that is not a record of this version.
Result<Record> decode_record(std::string_view json);

// Whether the record's PID 1 lives. `boot_id` is that of now.
bool is_running(const Record& record, const std::string& boot_id);

// The running PID 1 of the instance `id`, from the launcher's folder. For who only wants to enter
// it; any thread, also of another program.
std::optional<Process> find_running(const std::string& state_dir, const std::string& id);

}  // namespace postern::instances
