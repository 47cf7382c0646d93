// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/runner.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "instances/runner/launched_machines.h"
#include "model/dns_names.h"
#include "model/instance_key.h"
#include "model/instance_state.h"

namespace postern::instances {
namespace {

using std::chrono::steady_clock;

// How often the ends of processes are looked for.
constexpr std::chrono::milliseconds kLook{100};
// After a failure of the machine's, such as a process that the kernel does not let go.
constexpr std::chrono::milliseconds kTryAgainAfter{1000};

const IpAddress kLinkLocalResolver = *IpAddress::parse("169.254.169.253");

HostSpec spec_of(const model::World& world, const model::Instance& instance) {
  const std::string name = model::private_name(instance.region, instance.address);
  const std::size_t dot = name.find('.');
  HostSpec spec{.id = instance.id.value,
                .hostname = name.substr(0, dot),
                .domain = name.substr(dot + 1),
                .address = instance.address,
                .resolvers = {},
                .user_data = instance.user_data,
                .public_key = model::public_key_of(world, instance),
                .boot = instance.boot};
  if (const model::Vpc* vpc = world.find(instance.vpc)) {
    model::DnsOfInstances dns = model::dns_of_instances(world, *vpc);
    spec.domain = dns.domain.empty() ? spec.domain : std::move(dns.domain);
    spec.resolvers = std::move(dns.resolvers);
    if (std::ranges::count(spec.resolvers, model::resolver_address(*vpc)) != 0) {
      spec.resolvers.push_back(kLinkLocalResolver);  // the same one, at its other address
    }
  }
  return spec;
}

}  // namespace

Runner::Runner(RunnerParts parts, Launcher launcher)
    : Runner(std::move(parts), std::make_unique<LaunchedMachines>(std::move(launcher))) {}

Runner::Runner(RunnerParts parts, std::unique_ptr<Machines> machines)
    : parts_(std::move(parts)), machines_(std::move(machines)) {}

Runner::~Runner() {
  stopping_ = true;
  parts_.core.world().wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  trash_.close();
  if (janitor_.joinable()) {
    janitor_.join();
  }
}

void Runner::start() {
  collect_garbage();
  take_stock();
  janitor_ = std::thread([this] {
    while (trash_.pop()) {
      machines_->empty_trash();
    }
  });
  thread_ = std::thread([this] { loop(); });
}

std::optional<Process> Runner::process(const model::Id<model::Instance>& id) const {
  std::lock_guard lock(mutex_);
  const auto at = processes_.find(id.value);
  return at == processes_.end() ? std::nullopt : std::optional(at->second);
}

void Runner::loop() {
  std::shared_ptr<const model::World> seen;
  while (!stopping_) {
    const auto newest = parts_.core.snapshot();
    const bool due = look_again_ && *look_again_ <= steady_clock::now();
    if (newest != seen || due || any_ended()) {
      look_again_.reset();
      act(*newest);
      seen = newest;
    }
    parts_.core.world().wait_newer(seen, kLook, stopping_);
  }
}

void Runner::collect_garbage() {
  const auto world = parts_.core.snapshot();
  std::set<std::string> known;
  for (const auto& [id, instance] : world->all<model::Instance>()) {
    if (instance->state != model::InstanceState::Terminated) {
      known.insert(id.value);
    }
  }
  machines_->collect_garbage(known);
}

void Runner::act(const model::World& world) {
  const std::vector<Step> steps = plan(world, take_stock());
  for (const Step& step : steps) {
    if (stopping_) {
      return;
    }
    perform(world, step);
  }
  follow_addresses(world);
  // What was reported may be too early to be taken: see model/timing.h.
  if (!steps.empty() && !look_again_) {
    look_again_ = steady_clock::now() + kTryAgainAfter;
  }
}

// Interfaces of running instances may get IPv6 addresses and lose them. After a start of the daemon
// whoever has any is told all of them once more.
void Runner::follow_addresses(const model::World& world) {
  std::erase_if(ipv6_given_, [&](const auto& given) { return world.find(given.first) == nullptr; });
  for (const auto& [id, pidfd] : watched_) {
    const auto* instance = world.find(model::Id<model::Instance>(id));
    const auto* interface = instance != nullptr ? world.find(instance->network_interface) : nullptr;
    if (interface == nullptr || instance->state != model::InstanceState::Running) {
      continue;
    }
    std::vector<IpAddress>& given = ipv6_given_[interface->id];
    if (given == interface->ipv6_addresses) {
      continue;
    }
    const auto done = machines_->reconnect(
        id, [&](int netns) { return parts_.network.attach(world, *interface, netns); });
    if (!done) {
      log::warn("addresses not given", {{"instance", id}, {"error", done.error().message()}});
      look_again_ = steady_clock::now() + kTryAgainAfter;
      continue;
    }
    given = interface->ipv6_addresses;
  }
}

void Runner::perform(const model::World& world, const Step& step) {
  const model::Instance* instance = world.find(step.instance);
  switch (step.action) {
    case Action::Start:
    case Action::Restart:
      return begin(world, *instance);
    case Action::ReportRunning:
      return report("instance running",
                    [&](model::Transaction& tx) { model::mark_running(tx, step.instance); });
    case Action::ReportPoweredOff:
      log::info("instance ended by itself", {{"instance", step.instance}});
      return stop(*instance);
    case Action::PowerOff:
      return power_off(*instance);
    case Action::Stop:
      return stop(*instance);
    case Action::Finish:
      return finish(*instance);
    case Action::Remove:
      return remove(step.instance.value);
  }
}

Result<> Runner::boot(const model::World& world, const model::Instance& instance) {
  const auto* interface = world.find(instance.network_interface);
  if (interface == nullptr) {
    return unavailable("its network interface is not there");
  }
  TRY_ASSIGN(const Image image, parts_.image(instance.image_id));
  return machines_->boot(spec_of(world, instance), image, [&](int netns) -> Result<> {
    TRY(parts_.network.attach(world, *interface, netns));
    ipv6_given_[interface->id] = interface->ipv6_addresses;
    parts_.wait_ready(world.revision(), instance.vpc);
    return {};
  });
}

void Runner::begin(const model::World& world, const model::Instance& instance) {
  const auto begun = steady_clock::now();
  const auto& id = instance.id;
  powering_off_.erase(id.value);
  if (const auto done = boot(world, instance); !done) {
    log::error("instance not started", {{"instance", id}, {"error", done.error().message()}});
    report("instance not started", [&](model::Transaction& tx) {
      model::mark_start_failed(tx, id, done.error().message());
    });
    return;
  }
  take_stock();
  log::info("instance started", {{"instance", id},
                                 {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 steady_clock::now() - begun)
                                                 .count()}});
  report("instance running", [&](model::Transaction& tx) { model::mark_running(tx, id); });
}

std::chrono::milliseconds Runner::patience(model::ShutdownManner manner) const {
  switch (manner) {
    case model::ShutdownManner::Graceful:
      return parts_.graceful_patience;
    case model::ShutdownManner::Forced:
      return parts_.forced_patience;
    case model::ShutdownManner::Immediate:
      break;
  }
  return {};
}

// Asks once and comes back to it: others need not wait for one that takes its time. What follows
// its end is the next plan's.
void Runner::power_off(const model::Instance& instance) {
  const std::string& id = instance.id.value;
  const auto [asked, first] = powering_off_.emplace(id, steady_clock::now());
  const SteadyPoint until = asked->second + patience(instance.shutdown);
  if (until <= steady_clock::now()) {
    log::info("instance ended without its shutting down", {{"instance", id}});
    if (end(instance, &Machines::stop)) {
      look_again_ = steady_clock::now();
    }
    return;
  }
  if (first) {
    if (const auto done = machines_->power_off(id); !done) {
      log::warn("instance not asked to power off",
                {{"instance", id}, {"error", done.error().message()}});
    }
  }
  look_again_ = look_again_ ? std::min(*look_again_, until) : until;
}

// By Machines::stop or remove. Whether it is done; it is tried again when not.
bool Runner::end(const model::Instance& instance, Result<> (Machines::*how)(const std::string&)) {
  const std::string& id = instance.id.value;
  if (const auto done = (*machines_.*how)(id); !done) {
    log::error("instance not ended", {{"instance", id}, {"error", done.error().message()}});
    look_again_ = steady_clock::now() + kTryAgainAfter;
    return false;
  }
  if (const auto done = parts_.network.detach(instance.network_interface); !done) {
    log::warn("interface not detached", {{"instance", id}, {"error", done.error().message()}});
  }
  return true;
}

void Runner::stop(const model::Instance& instance) {
  if (!end(instance, &Machines::stop)) {
    return;
  }
  powering_off_.erase(instance.id.value);
  bool stopped = false;
  report("instance stopped",
         [&](model::Transaction& tx) { stopped = model::mark_stopped(tx, instance.id); });
  if (stopped) {
    log::info("instance stopped", {{"instance", instance.id}});
  }
}

void Runner::finish(const model::Instance& instance) {
  if (!end(instance, &Machines::remove)) {
    return;
  }
  powering_off_.erase(instance.id.value);
  bool terminated = false;
  report("instance terminated",
         [&](model::Transaction& tx) { terminated = model::mark_terminated(tx, instance.id); });
  if (terminated) {
    log::info("instance terminated", {{"instance", instance.id}});
  }
  empty_trash_soon();
}

void Runner::remove(const std::string& id) {
  if (const auto done = machines_->remove(id); !done) {
    log::error("instance not removed", {{"instance", id}, {"error", done.error().message()}});
    look_again_ = steady_clock::now() + kTryAgainAfter;
    return;
  }
  powering_off_.erase(id);
  empty_trash_soon();
}

void Runner::empty_trash_soon() {
  // No room means that the janitor has been told already.
  (void)trash_.push(0);
}

std::map<std::string, HostState> Runner::take_stock() {
  std::map<std::string, HostState> states;
  std::map<std::string, Process> running;
  for (const Host& host : machines_->list()) {
    // A process that only waits is what is left of a start that the daemon did not live to finish.
    const bool runs = host.running && host.boot > 0;
    states[host.id] = {.running = runs, .rebooted = host.rebooted, .boot = host.boot};
    if (runs) {
      running[host.id] = *host.running;
      watch(host.id);
    }
  }
  std::lock_guard lock(mutex_);
  processes_ = std::move(running);
  return states;
}

void Runner::watch(const std::string& id) {
  Fd& pidfd = watched_[id];
  if (!pidfd) {
    pidfd = machines_->watch(id);
  }
  if (!pidfd) {  // it has ended since the list was made
    look_again_ = steady_clock::now();
  }
}

// Forgets those that have ended, so that each end is told once.
bool Runner::any_ended() {
  const auto ended = std::erase_if(
      watched_, [](const auto& row) { return !row.second || has_ended(row.second, 0); });
  return ended > 0;
}

void Runner::report(std::string_view what, const std::function<void(model::Transaction&)>& change) {
  const auto done = parts_.core.run([&](model::Transaction& tx) -> Result<> {
    change(tx);
    return {};
  });
  if (!done) {
    log::error("not reported", {{"what", what}, {"error", done.error().message()}});
    look_again_ = steady_clock::now() + kTryAgainAfter;
  }
}

}  // namespace postern::instances
