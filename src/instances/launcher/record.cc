// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/record.h"

#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

namespace postern::instances {
namespace {

namespace json = boost::json;

// Raise it when a field's meaning changes; a daemon adopts records of its own version only.
constexpr std::int64_t kVersion = 1;

json::array trees_to_json(const std::vector<Tree>& trees) {
  json::array out;
  for (const Tree& tree : trees) {
    out.push_back(json::object{{"at", tree.at}, {"from", tree.from}});
  }
  return out;
}

std::string text(const json::value& value) {
  return std::string(value.as_string());
}

Record from_json(const json::value& value) {
  const json::object& o = value.as_object();
  Record record{.id = text(o.at("id")),
                .process = {.pid = o.at("pid").to_number<pid_t>(),
                            .start_time = o.at("start_time").to_number<std::uint64_t>()},
                .boot_id = text(o.at("boot_id")),
                .netns = o.at("netns").to_number<std::uint64_t>(),
                .uid_base = o.at("uid_base").to_number<std::uint32_t>(),
                .trees = {},
                .cgroups = {},
                .init = {},
                .booted = o.at("booted").as_bool()};
  // Records of before there were numbers are of hosts that had been started once.
  const json::value* boot = o.if_contains("boot");
  record.boot = boot != nullptr ? boot->to_number<int>() : int{record.booted};
  // Records of before there were images with an init of their own have none.
  const json::value* init = o.if_contains("init");
  record.init = init != nullptr ? text(*init) : "";
  for (const json::value& tree : o.at("trees").as_array()) {
    record.trees.push_back({.at = text(tree.at("at")), .from = text(tree.at("from"))});
  }
  for (const json::value& cgroup : o.at("cgroups").as_array()) {
    record.cgroups.push_back(text(cgroup));
  }
  return record;
}

}  // namespace

std::string encode(const Record& record) {
  return json::serialize(json::object{
      {"version", kVersion},
      {"id", record.id},
      {"pid", record.process.pid},
      {"start_time", record.process.start_time},
      {"boot_id", record.boot_id},
      {"netns", record.netns},
      {"uid_base", record.uid_base},
      {"trees", trees_to_json(record.trees)},
      {"cgroups", json::array(record.cgroups.begin(), record.cgroups.end())},
      {"init", record.init},
      {"booted", record.booted},
      {"boot", record.boot},
  });
}

Result<Record> decode_record(std::string_view text) {
  try {
    const json::value value = json::parse({text.data(), text.size()});
    if (const auto version = value.at("version").to_number<std::int64_t>(); version != kVersion) {
      return unavailable("an instance's state file has version {}, not {}", version, kVersion);
    }
    return from_json(value);
  } catch (
      const std::exception& error) {  // Boost.JSON throws for what is missing or of another type
    return unavailable("an instance's state file is broken: {}", error.what());
  }
}

bool is_running(const Record& record, const std::string& now) {
  struct stat netns{};
  return record.boot_id == now && open_process(record.process) &&
         stat(fmt::format("/proc/{}/ns/net", record.process.pid).c_str(), &netns) == 0 &&
         netns.st_ino == record.netns;
}

std::optional<Process> find_running(const std::string& state_dir, const std::string& id) {
  if (id.find('/') != std::string::npos) {
    return std::nullopt;
  }
  std::ifstream in(fmt::format("{}/{}/state.json", state_dir, id));
  const auto record = decode_record(std::string{std::istreambuf_iterator<char>(in), {}});
  return record && record->boot > 0 && is_running(*record, boot_id())
             ? std::optional(record->process)
             : std::nullopt;
}

}  // namespace postern::instances
