// SPDX-License-Identifier: Apache-2.0
// Packets as a pcapng file: each on an interface that has a name, with a comment.
// [IETF draft-ietf-opsawg-pcapng: section header, interface description and enhanced packet blocks]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::cli {

struct CapturedInterface {
  std::string name;
  std::string description;
};

struct CapturedPacket {
  std::size_t interface = 0;      // index in the file's interfaces
  std::uint64_t nanoseconds = 0;  // since 1970
  std::vector<std::uint8_t> frame;
  std::uint32_t size = 0;  // on the wire; the frame may be cut
  std::string comment;
};

// The bytes of the file, in this host's byte order.
std::string pcapng(const std::vector<CapturedInterface>& interfaces,
                   const std::vector<CapturedPacket>& packets);

}  // namespace postern::cli
