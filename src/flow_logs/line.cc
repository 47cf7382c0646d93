// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/line.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "model/addresses.h"

namespace postern::flow_logs {
namespace {

using model::FlowLogField;

constexpr std::string_view kNone = "-";

std::string seconds_text(TimePoint time) {
  return fmt::format("{}",
                     std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

// What is the same for all of an interface's records.
std::optional<std::string> text_of_interface(const model::World& world, FlowLogField field,
                                             int version,
                                             const model::NetworkInterface& interface) {
  if (field == FlowLogField::Version) {
    return fmt::format("{}", version);
  }
  if (field == FlowLogField::AccountId) {
    return interface.owner.value;
  }
  if (field == FlowLogField::InterfaceId) {
    return interface.id.value;
  }
  if (field == FlowLogField::VpcId) {
    return interface.vpc.value;
  }
  if (field == FlowLogField::SubnetId) {
    return interface.subnet.value;
  }
  // "if the instance is owned by your account. Returns '-' for a requester-managed interface."
  if (field == FlowLogField::InstanceId) {
    const std::string id = interface.attachment ? interface.attachment->instance_id : "";
    return id.empty() ? std::string(kNone) : id;
  }
  if (field == FlowLogField::Region) {
    return interface.region;
  }
  if (field == FlowLogField::ZoneId) {
    const auto* subnet = world.find(interface.subnet);
    return subnet != nullptr ? subnet->zone_id : std::string(kNone);
  }
  return std::nullopt;
}

// Within the VPC, or through what has an interface in it; nothing here leaves it otherwise.
// [Flow log records, traffic-path: egress only]
constexpr std::string_view kSameVpc = "1";

// The interface's own address in the packet's family: that of the packet where it is one of its.
IpAddress own_address(const model::NetworkInterface& interface, const IpAddress& in_packet) {
  const auto own = model::addresses_of(interface);
  return std::ranges::count(own, in_packet) != 0
             ? in_packet
             : model::address_like(interface, in_packet).value_or(interface.address);
}

std::string text_of_flow(const model::World& world, FlowLogField field, const Passage& passage) {
  const model::NetworkInterface& interface = *passage.interface;
  switch (field) {
    // "for outgoing traffic, the private address of the interface"; likewise the destination of
    // incoming traffic. The packet's own are pkt-srcaddr and pkt-dstaddr.
    case FlowLogField::SourceAddress:
      return (passage.egress ? own_address(interface, passage.source) : passage.source).text();
    case FlowLogField::DestinationAddress:
      return (passage.egress ? passage.destination : own_address(interface, passage.destination))
          .text();
    case FlowLogField::PacketSourceAddress:
      return passage.source.text();
    case FlowLogField::PacketDestinationAddress:
      return passage.destination.text();
    case FlowLogField::SourcePort:
      return fmt::format("{}", passage.source_port);
    case FlowLogField::DestinationPort:
      return fmt::format("{}", passage.destination_port);
    case FlowLogField::Protocol:
      return fmt::format("{}", passage.protocol);
    case FlowLogField::Packets:
      return fmt::format("{}", passage.packets);
    case FlowLogField::Bytes:
      return fmt::format("{}", passage.bytes);
    case FlowLogField::Start:
      return seconds_text(passage.first);
    case FlowLogField::End:
      return seconds_text(passage.last);
    case FlowLogField::Action:
      return passage.accepted ? "ACCEPT" : "REJECT";
    case FlowLogField::LogStatus:
      return "OK";
    case FlowLogField::TcpFlags:
      return fmt::format("{}", passage.tcp_flags);
    case FlowLogField::Type:
      return passage.source.is_v4() ? "IPv4" : "IPv6";
    case FlowLogField::FlowDirection:
      return passage.egress ? "egress" : "ingress";
    case FlowLogField::TrafficPath: {
      const auto* vpc = world.find(interface.vpc);
      const bool inside = vpc != nullptr && model::is_within(*vpc, passage.destination);
      return std::string(passage.egress && inside ? kSameVpc : kNone);
    }
    case FlowLogField::Version:
    case FlowLogField::AccountId:
    case FlowLogField::InterfaceId:
    case FlowLogField::VpcId:
    case FlowLogField::SubnetId:
    case FlowLogField::InstanceId:
    case FlowLogField::Region:
    case FlowLogField::ZoneId:
    case FlowLogField::Unknown:
      break;
  }
  return std::string(kNone);
}

template <class Text>
std::string joined(const model::FlowLogFormat& format, Text text) {
  std::vector<std::string> words;
  for (const FlowLogField field : format.fields) {
    words.push_back(text(field));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

std::string record_text(const model::World& world, const model::FlowLogFormat& format,
                        const Passage& passage) {
  return joined(format, [&](FlowLogField field) {
    const auto own = text_of_interface(world, field, format.version, *passage.interface);
    return own ? *own : text_of_flow(world, field, passage);
  });
}

std::string empty_record_text(const model::World& world, const model::FlowLogFormat& format,
                              const model::NetworkInterface& interface, TimePoint begin,
                              TimePoint end, std::string_view status) {
  return joined(format, [&](FlowLogField field) -> std::string {
    if (field == FlowLogField::Start) {
      return seconds_text(begin);
    }
    if (field == FlowLogField::End) {
      return seconds_text(end);
    }
    if (field == FlowLogField::LogStatus) {
      return std::string(status);
    }
    return text_of_interface(world, field, format.version, interface).value_or(std::string(kNone));
  });
}

}  // namespace postern::flow_logs
