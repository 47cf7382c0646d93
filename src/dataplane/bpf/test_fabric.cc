// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bpf/test_fabric.h"

#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "base/check.h"

namespace postern::dataplane::testing {
namespace {

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

// Links as the fabric's namespace has them: their peers are not used.
void make_links(std::uint32_t first, std::uint32_t last) {
  nl_sock* socket = nl_socket_alloc();
  if (!socket || nl_connect(socket, NETLINK_ROUTE) < 0) {
    give_up("netlink");
  }
  for (std::uint32_t index = first; index <= last; ++index) {
    rtnl_link* link = rtnl_link_veth_alloc();
    rtnl_link_set_ifindex(link, static_cast<int>(index));
    rtnl_link_set_name(link, ("pn" + std::to_string(index)).c_str());
    rtnl_link_set_ifindex(rtnl_link_veth_get_peer(link),
                          static_cast<int>(index + Fabric::kPeerOffset));
    const int error = rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL);
    if (error < 0) {
      give_up(std::string("adding a link: ") + nl_geterror(error));
    }
    rtnl_link_veth_release(link);
  }
  nl_socket_free(socket);
}

// The one of the test program, made once.
void move_to_namespace() {
  static bool moved = false;
  if (std::exchange(moved, true)) {
    return;
  }
  if (unshare(CLONE_NEWNET) != 0) {
    give_up("these tests need root: a network namespace");
  }
  make_links(Fabric::kFirstPort, Fabric::kLastPort);
}

// The object that was built, or another in its place, with the same maps and settings.
pn_fabric* open_object(std::span<const char> object) {
  if (object.empty()) {
    return pn_fabric::open();
  }
  auto* skeleton = static_cast<pn_fabric*>(std::calloc(1, sizeof(pn_fabric)));
  POSTERN_CHECK(skeleton && pn_fabric__create_skeleton(skeleton) == 0, "there is memory");
  skeleton->skeleton->data = object.data();
  skeleton->skeleton->data_sz = object.size();
  if (bpf_object__open_skeleton(skeleton->skeleton, nullptr) != 0) {
    pn_fabric::destroy(skeleton);
    return nullptr;
  }
  return skeleton;
}

// Key by key: to take values out in batches needs room for thousands of the longest, and to make
// that ready takes longer than a World's packets.
void clear_hash(bpf_map* map) {
  const int fd = bpf_map__fd(map);
  std::vector<std::uint8_t> key(bpf_map__key_size(map));
  std::vector<std::uint8_t> next(key.size());
  bool is_there = bpf_map_get_next_key(fd, nullptr, key.data()) == 0;
  while (is_there) {
    is_there = bpf_map_get_next_key(fd, key.data(), next.data()) == 0;
    bpf_map_delete_elem(fd, key.data());
    key.swap(next);
  }
}

}  // namespace

Fabric::Fabric(const FabricOptions& options) : log_(1 << 20, '\0') {
  move_to_namespace();
  skeleton_ = open_object(options.object);
  if (!skeleton_) {
    give_up("opening the BPF object");
  }
  skeleton_->rodata->pn_test_clock = 1;
  skeleton_->rodata->pn_half_open_max = options.half_open_max;
  if (options.hash_entries != 0) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, skeleton_->obj) {
      if (bpf_map__type(map) == BPF_MAP_TYPE_HASH) {
        bpf_map__set_max_entries(map, options.hash_entries);
      }
    }
  }
  bpf_map__set_max_entries(skeleton_->maps.pn_flows, options.flow_entries);
  for (bpf_program* program : {skeleton_->progs.pn_from_eni}) {
    bpf_program__set_log_level(program, 4);  // the summary only
    bpf_program__set_log_buf(program, log_.data(), log_.size());
  }
  if (pn_fabric::load(skeleton_) != 0) {
    give_up("loading the BPF object\n" + log_);
  }
  log_.resize(std::strlen(log_.c_str()));
}

Fabric::~Fabric() {
  pn_fabric::destroy(skeleton_);
}

void Fabric::update(bpf_map* map, const void* key, const void* value) {
  POSTERN_CHECK(bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY) == 0,
                bpf_map__name(map));
}

void Fabric::fill_flows(const std::vector<pn_flow_key>& keys) {
  const std::vector<pn_flow> values(keys.size());
  auto count = static_cast<std::uint32_t>(keys.size());
  POSTERN_CHECK(bpf_map_update_batch(bpf_map__fd(maps().pn_flows), keys.data(), values.data(),
                                     &count, nullptr) == 0,
                "the flows of a test fit");
}

std::optional<pn_flow> Fabric::flow(const pn_flow_key& key) const {
  pn_flow out;
  if (bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.pn_flows), &key, &out) != 0) {
    return std::nullopt;
  }
  return out;
}

void Fabric::clear_flows() {
  clear_hash(maps().pn_flows);
}

void Fabric::clear() {
  for (bpf_map* map :
       {maps().pn_vpcs, maps().pn_vpc_blocks, maps().pn_nodes, maps().pn_addrs, maps().pn_groups,
        maps().pn_endpoints, maps().pn_listeners, maps().pn_splits, maps().pn_choices,
        maps().pn_targets, maps().pn_acls, maps().pn_flows, maps().pn_fragments, maps().pn_traffic,
        maps().pn_meters, maps().pn_active}) {
    clear_hash(map);
  }
  for (std::uint32_t port = 0; port <= kLastPort; ++port) {
    put(maps().pn_ports, port, pn_port{});
    put(maps().pn_half_open, port, std::uint32_t{0});
  }
  put(maps().pn_clock, std::uint32_t{0}, std::uint64_t{0});
  for (std::uint32_t which = 0; which < kPnGenerations; ++which) {
    put(maps().pn_generations, which, std::uint64_t{0});
  }
}

Outcome Fabric::send(std::uint32_t port, const Bytes& frame, std::uint32_t gso_size) {
  __sk_buff context{};
  context.ifindex = port;
  context.gso_size = gso_size;
  Bytes out(frame.size() + 256);
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  run.data_in = frame.data();
  run.data_size_in = static_cast<std::uint32_t>(frame.size());
  run.data_out = out.data();
  run.data_size_out = static_cast<std::uint32_t>(out.size());
  run.ctx_in = &context;
  run.ctx_size_in = sizeof(context);
  run.ctx_out = &context;
  run.ctx_size_out = sizeof(context);
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.pn_from_eni), &run) != 0) {
    give_up("running pn_from_eni with " + std::to_string(frame.size()) + " bytes at " +
            std::to_string(port));
  }
  out.resize(run.data_size_out);
  constexpr std::uint32_t kRedirect = 7;  // TC_ACT_REDIRECT
  return {.verdict = static_cast<Verdict>(context.cb[kPnCbVerdict]),
          .to_port = context.cb[kPnCbPort],
          .sent = run.retval == kRedirect,
          .frame = out};
}

std::uint32_t Fabric::time(std::uint32_t port, const Bytes& frame, int times, Verdict expected) {
  __sk_buff context{};
  context.ifindex = port;
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  run.data_in = frame.data();
  run.data_size_in = static_cast<std::uint32_t>(frame.size());
  run.ctx_in = run.ctx_out = &context;
  run.ctx_size_in = run.ctx_size_out = sizeof(context);
  run.repeat = times;
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.pn_from_eni), &run) != 0 ||
      static_cast<Verdict>(context.cb[kPnCbVerdict]) != expected) {
    give_up("timing pn_from_eni: verdict " + std::to_string(context.cb[kPnCbVerdict]));
  }
  return run.duration;
}

void Fabric::pass(std::uint64_t seconds) {
  const std::uint32_t zero = 0;
  std::uint64_t offset = 0;
  bpf_map_lookup_elem(bpf_map__fd(maps().pn_clock), &zero, &offset);
  offset += seconds * 1'000'000'000;
  put(maps().pn_clock, zero, offset);
}

void Fabric::set_second(std::uint32_t second) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  const auto nanoseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                           static_cast<std::uint64_t>(now.tv_nsec);
  put(maps().pn_clock, std::uint32_t{0},
      std::uint64_t{second} * 1'000'000'000 + 500'000'000 - nanoseconds);
}

pn_sweep_report Fabric::sweep() {
  pn_sweep_report report{};
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  run.ctx_in = &report;
  run.ctx_size_in = sizeof(report);
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.pn_sweep), &run) != 0) {
    give_up("running pn_sweep");
  }
  return report;
}

void Fabric::drain() {
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.pn_drain), &run) != 0) {
    give_up("running pn_drain");
  }
}

std::uint32_t Fabric::expire(std::uint32_t idle_seconds, std::uint32_t node_eni) {
  pn_expire_order order{.idle_seconds = idle_seconds, .node_eni = node_eni, .expired = 0};
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  run.ctx_in = &order;
  run.ctx_size_in = sizeof(order);
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.pn_expire), &run) != 0) {
    give_up("running pn_expire");
  }
  return order.expired;
}

std::uint64_t Fabric::count(Verdict verdict) const {
  const auto key = static_cast<std::uint32_t>(verdict);
  std::vector<pn_counter> each(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.pn_counters), &key, each.data());
  std::uint64_t sum = 0;
  for (const pn_counter& counter : each) {
    sum += counter.packets;
  }
  return sum;
}

std::uint32_t Fabric::half_open(std::uint32_t port) const {
  std::uint32_t count = 0;
  bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.pn_half_open), &port, &count);
  return count;
}

Fabric& fabric() {
  static Fabric only;
  return only;
}

}  // namespace postern::dataplane::testing
