// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/event_reader.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "dataplane/linux/older_maps.h"

namespace postern::dataplane {
namespace {

// How long the programs go on telling after the last reading.
constexpr std::chrono::seconds kWatch{10};

int take(void* told, void* data, std::size_t size) {
  pn_event event{};
  std::memcpy(&event, data, std::min(size, sizeof event));
  static_cast<std::vector<pn_event>*>(told)->push_back(event);
  return 0;
}

}  // namespace

EventReader::~EventReader() {
  ring_buffer__free(ring_);
}

Result<> EventReader::open() {
  Fd events(bpf_obj_get(pin_of_map(dir_, "pn_events").c_str()));
  Fd watching(bpf_obj_get(pin_of_map(dir_, "pn_watching").c_str()));
  if (!events || !watching) {
    return unavailable_errno("opening the maps of events");
  }
  ring_ = ring_buffer__new(events.get(), take, &told_, nullptr);
  if (ring_ == nullptr) {
    return unavailable_errno("reading pn_events");
  }
  events_ = std::move(events);
  watching_ = std::move(watching);
  // What is left of an earlier watch is nobody's news.
  ring_buffer__consume(ring_);
  told_.clear();
  return {};
}

Result<std::uint64_t> EventReader::keep_watching() const {
  const __u32 zero = 0;
  pn_watching watching{};
  if (bpf_map_lookup_elem(watching_.get(), &zero, &watching) != 0) {
    return unavailable_errno("reading pn_watching");
  }
  const auto until = std::chrono::steady_clock::now().time_since_epoch() + kWatch;
  watching.until = static_cast<__u64>(std::chrono::nanoseconds(until).count());
  // Events that are lost between the two calls are not counted: the count is a hint, not a sum.
  if (bpf_map_update_elem(watching_.get(), &zero, &watching, BPF_ANY) != 0) {
    return unavailable_errno("writing pn_watching");
  }
  return watching.lost;
}

Result<EventReader::Batch> EventReader::read(std::chrono::milliseconds patience) {
  if (ring_ == nullptr) {
    TRY(open());
  }
  TRY_ASSIGN(const std::uint64_t lost, keep_watching());
  const int polled = ring_buffer__poll(ring_, static_cast<int>(patience.count()));
  if (polled < 0 && polled != -EINTR) {
    errno = -polled;
    return unavailable_errno("reading pn_events");
  }
  return Batch{.events = std::exchange(told_, {}), .lost = lost};
}

}  // namespace postern::dataplane
