// SPDX-License-Identifier: Apache-2.0
#include "relay/haproxy/haproxy.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/fd.h"
#include "base/log.h"
#include "relay/haproxy/command.h"

namespace postern::relay {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kConfig = "haproxy.cfg";
constexpr const char* kOutput = "haproxy.log";
// A worker needs tens of milliseconds to come; with many certificates, more.
constexpr auto kChangePatience = 10s;
constexpr auto kLook = 5ms;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Root's alone: there are keys in them.
Result<> write_file(const std::string& path, const std::string& text) {
  if (read_file(path) == text) {
    return {};
  }
  const std::string next = path + ".next";
  {
    const Fd fd(open(next.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return unavailable_errno("writing " + next);
    }
  }
  return rename(next.c_str(), path.c_str()) == 0 ? Result<>()
                                                 : unavailable_errno("replacing " + path);
}

Result<> make_folder(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed || chmod(path.c_str(), 0700) != 0) {
    return unavailable("making {}: {}", path, failed.message());
  }
  return {};
}

// Not HAProxy's own configuration, sockets and words.
bool is_of_a_relay(const std::string& name) {
  return name.ends_with(".pem") || name.ends_with(".http") || name.ends_with(".body");
}

}  // namespace

bool has_haproxy() {
  return access(kHaproxyProgram, X_OK) == 0;
}

Result<> Haproxy::keep(const Relay& relay, const InVpc& in_vpc) const {
  const std::string wanted = generation_of(relay);
  const auto now = generation();
  if (now == wanted) {
    return {};
  }
  TRY(write_files(relay));
  TRY(now ? change_over() : start(in_vpc));
  TRY(wait_for(wanted));
  remove_old_files(relay);
  log::info("relay", {{"folder", folder_},
                      {"did", now ? "changed over" : "started"},
                      {"listeners", relay.fronts.size() + relay.applications.size()}});
  return {};
}

// What the newest worker says that it is.
std::optional<std::string> Haproxy::generation() const {
  const auto said = ask(path(kWorkerSocket), "show info");
  if (!said) {
    return std::nullopt;
  }
  constexpr std::string_view kName = "\nnode: ";
  const auto at = said->find(kName);
  if (at == std::string::npos) {
    return std::nullopt;
  }
  const auto begin = at + kName.size();
  return said->substr(begin, said->find('\n', begin) - begin);
}

Result<> Haproxy::write_files(const Relay& relay) const {
  TRY(make_folder(folder_));
  TRY(make_folder(path("empty")));
  for (const auto& [name, content] : relay.files) {
    TRY(write_file(path(name), content));
  }
  return write_file(path(kConfig), haproxy_config(relay, folder_));
}

void Haproxy::remove_old_files(const Relay& relay) const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename();
    if (is_of_a_relay(name) && !relay.files.contains(name)) {
      fs::remove(entry.path(), ignored);
    }
  }
}

// It puts itself into the background once it listens.
Result<> Haproxy::start(const InVpc& in_vpc) const {
  Result<> started;
  TRY(in_vpc([&] {
    started =
        run_program({kHaproxyProgram, "-W", "-D", "-S", path(kMasterSocket), "-f", path(kConfig)},
                    path(kOutput));
  }));
  return started;
}

// The new worker takes the listening sockets over; the old one ends with its connections.
Result<> Haproxy::change_over() const {
  TRY(run_program({kHaproxyProgram, "-c", "-f", path(kConfig)}, path(kOutput)));
  TRY(ask(path(kMasterSocket), "reload"));
  return {};
}

// A master starts itself anew after its worker, to wait for orders: until then nobody can give any.
Result<> Haproxy::wait_for(const std::string& wanted) const {
  const auto until = std::chrono::steady_clock::now() + kChangePatience;
  while (generation() != wanted || !ask(path(kMasterSocket), "show version")) {
    if (std::chrono::steady_clock::now() > until) {
      return unavailable("HAProxy does not do what {} says", path(kConfig));
    }
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

void Haproxy::end_gently() const {
  if (const auto master = listener_at(path(kMasterSocket))) {
    kill(*master, SIGUSR1);
  }
}

void Haproxy::end_now() const {
  if (const auto master = listener_at(path(kMasterSocket))) {
    kill(*master, SIGTERM);
  }
}

}  // namespace postern::relay
