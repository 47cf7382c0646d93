// SPDX-License-Identifier: Apache-2.0
#include "reference/claim.h"

namespace postern::reference {
namespace {

bool is_node_port(std::uint16_t port) {
  return port >= kPnSnatFirst && port < kPnSnatFirst + kPnSnatPorts;
}

// Makes room for `tuple`: what holds it and is over is forgotten. False: it is held.
bool vacate(const Tuple& tuple, const Maps& maps, const Settings& settings, std::uint32_t now,
            FlowState& state) {
  const auto holder = state.find(tuple);
  if (!holder) {
    return true;
  }
  if (is_live(state.connections[holder->at], maps, settings, now)) {
    return false;
  }
  state.forget(holder->at);
  return true;
}

}  // namespace

std::optional<Verdict> claim(const Maps& maps, const Settings& settings, const Packet& packet,
                             bool takes_port, Connection& connection, FlowState& state) {
  if (state.half_open(packet.port) >= settings.half_open_max) {
    return Verdict::HalfOpenLimit;
  }
  connection.half_open = true;
  if (connection.protocol() == kTcp) {
    connection.begin_flags = kSyn;
  }
  connection.last = packet.now;
  if (takes_port) {
    if (!packet.chosen_port || !is_node_port(*packet.chosen_port)) {
      return Verdict::PortAllocationError;
    }
    connection.answer.destination_port = *packet.chosen_port;
  }
  const bool has_room = vacate(connection.answer, maps, settings, packet.now, state) &&
                        connection.answer != connection.begin;
  if (has_room) {
    return std::nullopt;
  }
  return takes_port ? Verdict::PortAllocationError : Verdict::TupleInUse;
}

}  // namespace postern::reference
