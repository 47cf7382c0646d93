// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/older_maps.h"

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "base/log.h"
#include "dataplane/layout/layout.h"
#include "dataplane/linux/map_io.h"

namespace postern::dataplane {
namespace {

namespace fs = std::filesystem;

// The oldest layout whose flow table can be read. [flow_table.cc]
constexpr std::uint32_t kOldestLayout = 2;
constexpr const char* kMeta = "pn_meta";

// What is noted in the maps of `folder`; nullopt: there are none.
Result<std::optional<pn_meta>> read_meta(const std::string& folder) {
  const Fd fd(bpf_obj_get((folder + "/" + kMeta).c_str()));
  if (!fd) {
    return std::optional<pn_meta>();
  }
  const __u32 zero = 0;
  pn_meta meta{};
  if (bpf_map_lookup_elem(fd.get(), &zero, &meta) != 0) {
    return unavailable_errno("reading the layout of the maps in " + folder);
  }
  return std::optional(meta);
}

// The maps pinned in `folder`, by name, pn_meta last.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  bool has_meta = false;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (name == kMeta) {
      has_meta = true;
    } else if (name.starts_with("pn_")) {  // the kernel may have files of its own there
      names.push_back(name);
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return unavailable("listing {}: {}", folder, error.message());
  }
  if (has_meta) {
    names.emplace_back(kMeta);
  }
  return names;
}

Result<> remove_maps(const std::string& folder) {
  TRY_ASSIGN(const auto names, names_in(folder));
  for (const std::string& name : names) {
    if (unlink((folder + "/" + name).c_str()) != 0 && errno != ENOENT) {
      return unavailable_errno("removing " + folder + "/" + name);
    }
  }
  return {};
}

Result<> remove_next(const RunDir& dir) {
  TRY(remove_maps(dir.next()));
  if (rmdir(dir.next().c_str()) != 0 && errno != ENOENT) {
    return unavailable_errno("removing " + dir.next());
  }
  return {};
}

}  // namespace

Result<Pins> look_at_pins(const RunDir& dir) {
  TRY_ASSIGN(const auto next, read_meta(dir.next()));
  if (next && next->layout_version == kPnLayoutVersion) {
    if (next->adopting != 0) {
      return Pins::Older;  // go on
    }
    TRY(replace_older_maps(dir));
    return Pins::Ours;
  }
  // Made by another version, or not made to the end: what the older ones hold is whole.
  TRY(remove_next(dir));
  TRY_ASSIGN(const auto meta, read_meta(dir.bpf()));
  // 0: made, and then stopped before it was noted. Nothing is in them.
  if (!meta || meta->layout_version == 0 || meta->layout_version == kPnLayoutVersion) {
    return Pins::Ours;
  }
  if (meta->layout_version < kOldestLayout || meta->layout_version > kPnLayoutVersion) {
    return unavailable(
        "the maps in {} are of layout {} and this Postern uses layout {}: start the version that "
        "made them, or remove them with --destroy",
        dir.bpf(), meta->layout_version, +kPnLayoutVersion);
  }
  return Pins::Older;
}

Result<> drop_older_maps(const RunDir& dir) {
  TRY(remove_next(dir));
  return remove_maps(dir.bpf());
}

Result<> drop_counters_of_fewer_verdicts(const RunDir& dir) {
  const std::string pin = dir.map("pn_counters");
  const Fd counters(bpf_obj_get(pin.c_str()));
  if (!counters) {
    return {};
  }
  TRY_ASSIGN(const bpf_map_info info, shape_of(counters.get(), pin));
  if (info.max_entries < kPnVerdictCount && unlink(pin.c_str()) != 0) {
    return unavailable_errno("removing " + pin);
  }
  return {};
}

bool is_scratch(std::string_view map) {
  return map.ends_with("_scratch");
}

Result<> drop_scratch(const RunDir& dir) {
  TRY_ASSIGN(const auto names, names_in(dir.bpf()));
  for (const std::string& name : names) {
    if (is_scratch(name) && unlink(dir.map(name).c_str()) != 0) {
      return unavailable_errno("removing " + dir.map(name));
    }
  }
  return {};
}

Result<> replace_older_maps(const RunDir& dir) {
  TRY_ASSIGN(const auto ours, names_in(dir.next()));
  for (const std::string& name : ours) {
    if (rename((dir.next() + "/" + name).c_str(), dir.map(name).c_str()) != 0) {
      return unavailable_errno("moving " + dir.next() + "/" + name);
    }
  }
  return remove_next(dir);
}

std::string pin_of_map(const RunDir& dir, const std::string& name) {
  const std::string next = dir.next() + "/" + name;
  struct stat info{};
  return stat(next.c_str(), &info) == 0 ? next : dir.map(name);
}

}  // namespace postern::dataplane
