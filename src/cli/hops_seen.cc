// SPDX-License-Identifier: Apache-2.0
#include "cli/hops_seen.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "base/faults.h"
#include "cli/member.h"
#include "dataplane/layout/layout.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;
constexpr std::size_t kIp = 14;
// An event is told as soon as the packet has been seen.
constexpr std::int64_t kNear = 20'000'000;

std::size_t add_interface(CapturePlan& plan, const json::object& passage) {
  const std::string id = text(passage, "interface");
  const auto at = std::ranges::find(plan.interfaces, id, &HopInterface::id);
  if (at != plan.interfaces.end()) {
    return static_cast<std::size_t>(at - plan.interfaces.begin());
  }
  plan.interfaces.push_back(
      {.id = id,
       .address = IpAddress::parse(text(passage, "address")).value_or(IpAddress()),
       .resource = text(passage, "resource"),
       .account = text(passage, "account")});
  return plan.interfaces.size() - 1;
}

void add_end(CapturePlan& plan, std::size_t interface, std::uint16_t port) {
  const std::string& resource = plan.interfaces[interface].resource;
  const bool there = std::ranges::any_of(plan.ends, [&](const FlowEnd& end) {
    return end.interface == interface && end.port == port && !end.is_client;
  });
  if (resource.starts_with("i-") && !there) {
    plan.ends.push_back({.interface = interface, .instance = resource, .port = port});
  }
}

void add_unique(std::vector<std::size_t>& to, std::size_t value) {
  if (std::ranges::find(to, value) == to.end()) {
    to.push_back(value);
  }
}

void add_path(CapturePlan& plan, const json::object& path) {
  const json::array& passages = path.at("passages").as_array();
  for (std::size_t n = 0; n < passages.size(); ++n) {
    const std::size_t interface = add_interface(plan, passages[n].as_object());
    if (n == 0) {
      add_unique(plan.first_hops, interface);
    }
    if (plan.interfaces[interface].resource.starts_with("i-")) {
      add_end(plan, interface, plan.port);
    } else if (n + 1 == passages.size()) {
      add_unique(plan.nodes, interface);
    }
  }
  for (const json::value& row : path.at("targets").as_array()) {
    const json::object& target = row.as_object();
    const json::array& beyond = target.at("passages").as_array();
    for (std::size_t n = 0; n < beyond.size(); ++n) {
      const std::size_t interface = add_interface(plan, beyond[n].as_object());
      if (n + 1 < beyond.size()) {
        add_unique(plan.nodes, interface);
      } else {
        add_end(plan, interface, target.at("port").to_number<std::uint16_t>());
      }
    }
  }
}

// An IP packet's sender and receiver.
struct Heads {
  std::uint8_t protocol = 0;
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

std::optional<Heads> heads_of(const std::vector<std::uint8_t>& frame) {
  const auto u16 = [&](std::size_t at) {
    return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
  };
  const auto address = [&](std::size_t at) {
    return IpAddress::v4(std::uint32_t{u16(at)} << 16 | u16(at + 2));
  };
  const auto ipv6_address = [&](std::size_t at) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
    return IpAddress(bytes);
  };
  const bool ipv6 = frame.size() >= kIp + 40 && u16(12) == 0x86dd;
  if (!ipv6 && (frame.size() < kIp + 20 || u16(12) != 0x0800)) {
    return std::nullopt;
  }
  Heads heads;
  std::size_t l4 = kIp + 40;
  bool first = true;
  if (ipv6) {
    heads.protocol = frame[kIp + 6];
    heads.source = ipv6_address(kIp + 8);
    heads.destination = ipv6_address(kIp + 24);
  } else {
    heads.protocol = frame[kIp + 9];
    heads.source = address(kIp + 12);
    heads.destination = address(kIp + 16);
    l4 = kIp + std::size_t{4} * (frame[kIp] & 15U);
    first = (u16(kIp + 6) & 0x1fff) == 0;
  }
  if ((heads.protocol == kTcp || heads.protocol == kUdp) && first && frame.size() >= l4 + 4) {
    heads.source_port = u16(l4);
    heads.destination_port = u16(l4 + 2);
  }
  return heads;
}

// One packet at an end, as far as it is of the flow.
struct OfFlow {
  const FlowEnd* end = nullptr;
  const SeenFrame* frame = nullptr;
  Heads heads;
  const IpAddress& peer() const { return frame->sent ? heads.destination : heads.source; }
  std::uint16_t peer_port() const {
    return frame->sent ? heads.destination_port : heads.source_port;
  }
};

class Annotator {
 public:
  Annotator(const CapturePlan& plan, const json::array& events, std::int64_t monotonic_to_wall)
      : plan_(plan), events_(events), offset_(monotonic_to_wall), used_(events.size(), false) {}

  void take(const SeenAtEnd& seen) {
    const auto heads = heads_of(seen.frame.bytes);
    if (!heads) {
      return;
    }
    const OfFlow packet{&plan_.ends[seen.end], &seen.frame, *heads};
    if (is_of_flow(packet)) {
      packet.end->is_client ? at_client(packet) : at_receiver(packet);
    }
  }

  std::vector<CapturedPacket> take_packets() {
    std::ranges::stable_sort(packets_, {}, &CapturedPacket::nanoseconds);
    return std::move(packets_);
  }

 private:
  bool is_of_flow(const OfFlow& packet) const {
    const Heads& heads = packet.heads;
    if (heads.protocol != plan_.protocol) {
      return false;
    }
    const bool is_client = packet.end->is_client;
    // The end that is asked has the port: the client's peer, or a receiver itself.
    const bool asked_is_source = is_client != packet.frame->sent;
    const std::uint16_t port = asked_is_source ? heads.source_port : heads.destination_port;
    const std::uint16_t wanted = is_client ? plan_.port : packet.end->port;
    if (plan_.protocol != kIcmp && port != wanted) {
      return false;
    }
    const auto has = [&](std::size_t interface) {
      return plan_.interfaces[interface].address == packet.peer();
    };
    if (is_client) {
      return std::ranges::any_of(plan_.first_hops, has);
    }
    // What a node opens itself, a health check, is from a port that no translated connection has.
    return has(plan_.ends.front().interface) ||
           (std::ranges::any_of(plan_.nodes, has) && packet.peer_port() < kPnServicesPortFirst);
  }

  void at_client(const OfFlow& packet) {
    const std::string& name = packet.end->instance;
    const auto hop = with_address(plan_.first_hops, packet.peer());
    // What reaches another instance is seen there.
    const bool is_service = hop && !plan_.interfaces[*hop].resource.starts_with("i-");
    if (!packet.frame->sent) {
      if (is_service) {
        put(*hop, packet, fmt::format("{} answers", named(*hop)));
      }
      put(packet.end->interface, packet, fmt::format("{} receives it", name));
      return;
    }
    const auto [verdict, passes] = verdict_of(packet);
    put(packet.end->interface, packet, fmt::format("{} sends: {}", name, verdict));
    if (passes && is_service) {
      put(*hop, packet, fmt::format("it reaches {}", named(*hop)));
    }
  }

  void at_receiver(const OfFlow& packet) {
    const std::string& name = packet.end->instance;
    const auto node = with_address(plan_.nodes, packet.peer());
    if (!packet.frame->sent) {
      if (node) {
        put(*node, packet, fmt::format("{} sends it on to {}", named(*node), name));
      }
      put(packet.end->interface, packet, fmt::format("{} receives it", name));
      return;
    }
    const auto [verdict, passes] = verdict_of(packet);
    put(packet.end->interface, packet, fmt::format("{} answers: {}", name, verdict));
    if (passes && node) {
      put(*node, packet, fmt::format("it reaches {}", named(*node)));
    }
  }

  std::string named(std::size_t interface) const {
    const HopInterface& hop = plan_.interfaces[interface];
    return fmt::format("{} (account {})", hop.resource, hop.account);
  }

  std::optional<std::size_t> with_address(const std::vector<std::size_t>& of,
                                          const IpAddress& address) const {
    const auto at = std::ranges::find_if(
        of, [&](std::size_t interface) { return plan_.interfaces[interface].address == address; });
    return at == of.end() ? std::nullopt : std::optional(*at);
  }

  // What the program said to a packet that was sent, and whether it went on: of packets of tracked
  // connections it tells nothing.
  std::pair<std::string, bool> verdict_of(const OfFlow& packet) {
    const std::string& interface = plan_.interfaces[packet.end->interface].id;
    for (std::size_t n = 0; n < events_.size(); ++n) {
      const json::object& event = events_[n].as_object();
      const auto time = event.at("nanoseconds").to_number<std::int64_t>() + offset_;
      if (used_[n] || text(event, "interface") != interface ||
          std::abs(time - static_cast<std::int64_t>(packet.frame->nanoseconds)) > kNear ||
          text(event, "source") != packet.heads.source.text() ||
          text(event, "destination") != packet.heads.destination.text() ||
          (plan_.protocol != kIcmp &&
           (text(event, "source_port") != std::to_string(packet.heads.source_port) ||
            text(event, "destination_port") != std::to_string(packet.heads.destination_port)))) {
        continue;
      }
      used_[n] = true;
      return {fmt::format("{}: {}", text(event, "verdict"), text(event, "meaning")),
              text(event, "action") == "Pass"};
    }
    return {"FlowForwarded: a packet of a connection that was admitted before", true};
  }

  void put(std::size_t interface, const OfFlow& packet, std::string comment) {
    packets_.push_back({.interface = interface,
                        .nanoseconds = packet.frame->nanoseconds,
                        .frame = packet.frame->bytes,
                        .size = packet.frame->size,
                        .comment = std::move(comment)});
  }

  const CapturePlan& plan_;
  const json::array& events_;
  std::int64_t offset_;
  std::vector<bool> used_;
  std::vector<CapturedPacket> packets_;
};

}  // namespace

Result<CapturePlan> capture_plan(const json::object& explanation) {
  const std::string instance = text(explanation, "instance");
  if (instance.empty()) {
    return refuse(faults::InvalidParameterValue,
                  "{} is not an instance's: capture listens on instances",
                  text(explanation, "from"));
  }
  const std::string protocol = text(explanation, "protocol");
  CapturePlan plan{.protocol = protocol == "tcp"   ? kTcp
                               : protocol == "udp" ? kUdp
                                                   : kIcmp,
                   .port = explanation.at("port").to_number<std::uint16_t>()};
  plan.interfaces.push_back(
      {.id = text(explanation, "from"),
       .address = IpAddress::parse(text(explanation, "address")).value_or(IpAddress()),
       .resource = instance,
       .account = text(explanation, "account")});
  plan.ends.push_back({.interface = 0, .instance = instance, .is_client = true});
  for (const json::value& path : explanation.at("paths").as_array()) {
    add_path(plan, path.as_object());
  }
  if (plan.first_hops.empty()) {
    return refuse(faults::InvalidParameterValue,
                  "no packet of {} gets to an interface: see postern explain",
                  text(explanation, "to"));
  }
  return plan;
}

std::vector<CapturedPacket> packets_at_hops(const CapturePlan& plan, std::vector<SeenAtEnd> seen,
                                            const json::array& events,
                                            std::int64_t monotonic_to_wall) {
  std::ranges::stable_sort(seen, {}, [](const SeenAtEnd& one) { return one.frame.nanoseconds; });
  Annotator annotator(plan, events, monotonic_to_wall);
  for (const SeenAtEnd& one : seen) {
    annotator.take(one);
  }
  return annotator.take_packets();
}

std::vector<CapturedInterface> interfaces_of(const CapturePlan& plan) {
  std::vector<CapturedInterface> made;
  for (const HopInterface& hop : plan.interfaces) {
    made.push_back({.name = hop.id,
                    .description = fmt::format("{} at {}, account {}", hop.resource,
                                               hop.address.text(), hop.account)});
  }
  return made;
}

}  // namespace postern::cli
