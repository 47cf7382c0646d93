// SPDX-License-Identifier: Apache-2.0
#include "reference/connections.h"

#include <algorithm>
#include <utility>

#include "reference/frame.h"

namespace postern::reference {

Tuple answer_to(const Tuple& tuple) {
  Tuple answer = tuple;
  std::swap(answer.source, answer.destination);
  std::swap(answer.source_port, answer.destination_port);
  if (tuple.echo != Tuple::Echo::None) {
    answer.echo = tuple.echo == Tuple::Echo::Request ? Tuple::Echo::Reply : Tuple::Echo::Request;
  }
  return answer;
}

bool Connection::closed() const {
  if (protocol() != kTcp) {
    return false;
  }
  const bool reset = ((begin_flags | answer_flags) & kRst) != 0;
  const bool both_ended = (begin_flags & answer_flags & kFin) != 0;
  return reset || both_ended;
}

std::uint32_t Connection::idle_limit(const Settings& settings) const {
  if (protocol() == kTcp && closed()) {
    return settings.closed_seconds;
  }
  if (protocol() == kTcp && !established) {
    return settings.half_open_seconds;
  }
  if (protocol() == kUdp && !target && std::min(begin_packets, answer_packets) < 2) {
    return settings.udp_single_seconds;
  }
  return idle_seconds;
}

bool Connection::expired(std::uint32_t now, const Settings& settings) const {
  return now - last > idle_limit(settings);
}

std::optional<Found> FlowState::find(const Tuple& tuple) const {
  for (std::size_t at = 0; at < connections.size(); ++at) {
    if (connections[at].begin == tuple) {
      return Found{.at = at, .answers = false};
    }
    if (connections[at].answer == tuple) {
      return Found{.at = at, .answers = true};
    }
  }
  return std::nullopt;
}

void FlowState::forget(std::size_t at) {
  connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(at));
}

std::uint32_t FlowState::half_open(std::uint32_t port) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(connections, [&](const Connection& each) {
    return each.half_open && each.from.port == port;
  }));
}

bool is_still(const Maps& maps, const End& end) {
  const pn_port* link = link_at(maps, end.port);
  return link != nullptr && link->owner == end.owner;
}

std::optional<Verdict> cut_by_endpoint(const Connection& connection, const Maps& maps) {
  if (!connection.endpoint) {
    return std::nullopt;
  }
  const pn_endpoint* endpoint = find(maps.endpoints, *connection.endpoint);
  if (endpoint == nullptr) {
    return Verdict::EndpointMissing;
  }
  if (endpoint->state != kPnEndpointForwarding) {
    return Verdict::EndpointNotAccepted;
  }
  return endpoint->connection == connection.accepted ? std::nullopt
                                                     : std::optional(Verdict::ConnectionReplaced);
}

std::optional<Verdict> cut(const Connection& connection, const Maps& maps) {
  if (const auto no = cut_by_endpoint(connection, maps)) {
    return no;
  }
  if (!connection.target) {
    return std::nullopt;
  }
  const pn_target* target = find(maps.targets, *connection.target);
  return target != nullptr && target->state == kPnTargetOpen ? std::nullopt
                                                             : std::optional(Verdict::TargetClosed);
}

bool is_live(const Connection& connection, const Maps& maps, const Settings& settings,
             std::uint32_t now) {
  return !connection.swept && !connection.closed() && !connection.expired(now, settings) &&
         !cut(connection, maps) && is_still(maps, connection.from) && is_still(maps, connection.to);
}

Sweep sweep(FlowState state, const Maps& maps, const Settings& settings, std::uint32_t now) {
  Sweep out;
  for (Connection& each : state.connections) {
    const bool gone = !is_still(maps, each.from) || !is_still(maps, each.to);
    if (each.swept) {
      out.report.deleted += 2;  // entries
      continue;
    }
    if (gone || each.expired(now, settings)) {
      each.swept = true;
      out.report.marked += 2;
    } else {
      out.report.live += 2;
    }
    out.state.connections.push_back(each);
  }
  out.state.fragments = std::move(state.fragments);
  return out;
}

std::uint32_t expire(FlowState& state, const Settings& settings, std::uint32_t now,
                     std::uint32_t idle_seconds) {
  std::uint32_t count = 0;
  for (Connection& each : state.connections) {
    if (!each.swept && !each.expired(now, settings) && now - each.last >= idle_seconds) {
      each.last = now - each.idle_limit(settings) - 1;
      ++count;
    }
  }
  return count;
}

}  // namespace postern::reference
