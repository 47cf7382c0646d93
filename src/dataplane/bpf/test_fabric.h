// SPDX-License-Identifier: Apache-2.0
// The programs in the kernel, run packet by packet (BPF_PROG_TEST_RUN), in a network namespace of
// the test's own that has links with the numbers that the tests use. Needs root.
#pragma once

#include <bpf/bpf.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/layout/layout.h"

#include "dataplane/bpf/pn_fabric.skel.h"  // needs what the layout has
#include "dataplane/bpf/test_packet.h"
#include "dataplane/layout/verdict.h"

namespace postern::dataplane::testing {

struct Outcome {
  Verdict verdict{};
  std::uint32_t to_port = 0;  // 0: nowhere
  bool sent = false;          // redirected; else dropped
  Bytes frame;                // as it was left
};

struct FabricOptions {
  std::uint32_t half_open_max = 8;
  std::uint32_t flow_entries = 1 << 16;
  // Of every other hash; 0: as many as the daemon has. Few are cleared faster.
  std::uint32_t hash_entries = 0;
  // An object to load in place of the built one: its bytes.
  std::span<const char> object;
};

class Fabric {
 public:
  // Loads the programs; the calling thread moves into a network namespace of the test's. Ends the
  // test program with the kernel's words if that cannot be.
  explicit Fabric(const FabricOptions& options = {});
  ~Fabric();
  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;

  static constexpr std::uint32_t kFirstPort = 11;
  static constexpr std::uint32_t kLastPort = 30;
  // The far end of a link has this number more.
  static constexpr std::uint32_t kPeerOffset = 1000;

  // Every map empty, and the clock as it is.
  void clear();
  void clear_flows();

  // A frame as the guest of link `port` sends it. `gso_size`: as one of several segments in one.
  Outcome send(std::uint32_t port, const Bytes& frame, std::uint32_t gso_size = 0);

  // Runs the program `times` times on one frame, which a verdict that passes it rewrites the first
  // time, and returns what one run took, in nanoseconds, by the kernel's own clock. Ends the test
  // program if the last verdict is another than `expected`.
  std::uint32_t time(std::uint32_t port, const Bytes& frame, int times, Verdict expected);

  // Moves the programs' clock forward.
  void pass(std::uint64_t seconds);
  // Sets it to the middle of a second.
  void set_second(std::uint32_t second);

  pn_sweep_report sweep();
  // Runs pn_drain.
  void drain();
  // Runs pn_expire; how many connections.
  std::uint32_t expire(std::uint32_t idle_seconds, std::uint32_t node_eni = 0);
  // Flow entries with these keys and nothing in them.
  void fill_flows(const std::vector<pn_flow_key>& keys);
  std::optional<pn_flow> flow(const pn_flow_key& key) const;
  std::uint64_t count(Verdict verdict) const;
  std::uint32_t half_open(std::uint32_t port) const;

  template <class Key, class Value>
  void put(bpf_map* map, const Key& key, const Value& value) {
    update(map, &key, &value);
  }
  template <class Key>
  void remove(bpf_map* map, const Key& key) {
    bpf_map_delete_elem(bpf_map__fd(map), &key);
  }

  std::uint32_t half_open_max() const { return skeleton_->rodata->pn_half_open_max; }

  pn_fabric& programs() { return *skeleton_; }
  auto& maps() { return skeleton_->maps; }
  const std::string& verifier_log() const { return log_; }

 private:
  void update(bpf_map* map, const void* key, const void* value);

  pn_fabric* skeleton_ = nullptr;
  std::string log_;
};

// The one Fabric of the test program.
Fabric& fabric();

}  // namespace postern::dataplane::testing
