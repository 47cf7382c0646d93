// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/runner.h"

#include <poll.h>

#include <chrono>

#include "base/log.h"
#include "model/dns_names.h"
#include "model/instance_state.h"

namespace postern::instances {
namespace {

// How often the ends of processes are looked for.
constexpr std::chrono::milliseconds kLook{100};
// What an instance that is to be terminated has to shut down.
constexpr std::chrono::milliseconds kShutdownPatience{2000};

const IpAddress kLinkLocalResolver = *IpAddress::parse("169.254.169.253");

HostSpec spec_of(const model::World& world, const model::Instance& instance) {
  const std::string name = model::private_name(instance.region, instance.address);
  const std::size_t dot = name.find('.');
  HostSpec spec{.id = instance.id.value,
                .hostname = name.substr(0, dot),
                .domain = name.substr(dot + 1),
                .address = instance.address,
                .resolvers = {},
                .user_data = instance.user_data};
  if (const model::Vpc* vpc = world.find(instance.vpc)) {
    spec.resolvers.push_back(model::resolver_address(*vpc));
  }
  spec.resolvers.push_back(kLinkLocalResolver);
  return spec;
}

}  // namespace

Runner::~Runner() {
  stopping_ = true;
  parts_.core.world().wake();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Runner::start() {
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
    if (newest != seen || any_ended()) {
      act(*newest);
      note_processes();
      seen = newest;
      launcher_.empty_trash();
    }
    parts_.core.world().wait_newer(seen, kLook, stopping_);
  }
}

void Runner::act(const model::World& world) {
  for (const Step& step : plan(world, hosts())) {
    if (stopping_) {
      return;
    }
    perform(world, step);
  }
}

void Runner::perform(const model::World& world, const Step& step) {
  const model::Instance* instance = world.find(step.instance);
  switch (step.action) {
    case Action::Start:
    case Action::Restart:
      begin(world, *instance);
      return;
    case Action::ReportRunning:
      report("instance running",
             [&](model::Transaction& tx) { model::mark_running(tx, step.instance); });
      return;
    case Action::ReportPoweredOff:
      log::info("instance ended by itself", {{"instance", step.instance}});
      if (instance->shutdown_behavior == "terminate") {
        end(*instance);
      } else {
        report("instance stopped",
               [&](model::Transaction& tx) { model::mark_stopped(tx, step.instance); });
      }
      return;
    case Action::End:
      end(*instance);
      return;
    case Action::Remove:
      if (const auto done = launcher_.remove(step.instance.value); !done) {
        log::warn("instance not removed",
                  {{"instance", step.instance}, {"error", done.error().message()}});
      }
      return;
  }
}

Result<> Runner::run(const model::World& world, const model::Instance& instance) {
  const auto* interface = world.find(instance.network_interface);
  if (interface == nullptr) {
    return unavailable("its network interface is not there");
  }
  TRY_ASSIGN(const Image image, parts_.image(instance.image_id));
  TRY_ASSIGN(PreparedHost host, launcher_.prepare(spec_of(world, instance), image));
  TRY(parts_.network.attach(world, *interface, host.netns()));
  parts_.wait_programmed(world.revision());
  TRY(launcher_.start(std::move(host)));
  return {};
}

void Runner::begin(const model::World& world, const model::Instance& instance) {
  const auto begun = std::chrono::steady_clock::now();
  const auto& id = instance.id;
  if (const auto done = run(world, instance); !done) {
    log::error("instance not started", {{"instance", id}, {"error", done.error().message()}});
    report("instance not started", [&](model::Transaction& tx) {
      if (!model::mark_start_failed(tx, id, done.error().message())) {
        model::mark_stopped(tx, id);  // it ran before: its files are there
      }
    });
    return;
  }
  note_processes();
  log::info("instance started", {{"instance", id},
                                 {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 std::chrono::steady_clock::now() - begun)
                                                 .count()}});
  report("instance running", [&](model::Transaction& tx) { model::mark_running(tx, id); });
}

void Runner::end(const model::Instance& instance) {
  const std::string& id = instance.id.value;
  if (const auto asked = launcher_.power_off(id); !asked) {
    log::warn("instance not asked to power off",
              {{"instance", id}, {"error", asked.error().message()}});
  }
  auto ended = launcher_.stop(id, kShutdownPatience);
  if (ended) {
    ended = launcher_.remove(id);
  }
  if (!ended) {
    log::error("instance not ended", {{"instance", id}, {"error", ended.error().message()}});
    return;
  }
  if (const auto done = parts_.network.detach(instance.network_interface); !done) {
    log::warn("interface not detached", {{"instance", id}, {"error", done.error().message()}});
  }
  log::info("instance terminated", {{"instance", id}});
  report("instance terminated", [&](model::Transaction& tx) {
    // One that powered itself off, with the shutdown behaviour `terminate`, was running until now.
    model::begin_termination(tx, instance.id);
    model::mark_terminated(tx, instance.id);
  });
}

std::map<std::string, HostState> Runner::hosts() const {
  std::map<std::string, HostState> states;
  for (const Host& host : launcher_.list()) {
    states[host.id] = {.running = host.running.has_value(), .rebooted = host.rebooted};
  }
  return states;
}

void Runner::note_processes() {
  std::map<std::string, Process> running;
  for (const Host& host : launcher_.list()) {
    if (!host.running) {
      watched_.erase(host.id);
      continue;
    }
    running[host.id] = *host.running;
    if (!watched_.contains(host.id)) {
      watched_[host.id] = launcher_.watch(host.id);
    }
  }
  std::erase_if(watched_, [&](const auto& row) { return !running.contains(row.first); });
  std::lock_guard lock(mutex_);
  processes_ = std::move(running);
}

bool Runner::any_ended() const {
  std::vector<pollfd> ends;
  for (const auto& [id, pidfd] : watched_) {
    ends.push_back({.fd = pidfd.get(), .events = POLLIN, .revents = 0});
  }
  return poll(ends.data(), ends.size(), 0) > 0;
}

void Runner::report(std::string_view what, const std::function<void(model::Transaction&)>& change) {
  const auto done = parts_.core.run([&](model::Transaction& tx) -> Result<> {
    change(tx);
    return {};
  });
  if (!done) {
    log::error("not reported", {{"what", what}, {"error", done.error().message()}});
  }
}

}  // namespace postern::instances
