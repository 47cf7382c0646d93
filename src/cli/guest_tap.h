// SPDX-License-Identifier: Apache-2.0
// GuestTap: sees the packets at an instance's own end of its link: what it sends, before the packet
// program has it, and what it is given, as it arrives.
#pragma once

#include <cstdint>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "instances/launcher/process.h"

namespace postern::cli {

struct SeenFrame {
  std::uint64_t nanoseconds = 0;  // since 1970
  std::vector<std::uint8_t> bytes;
  std::uint32_t size = 0;
  bool sent = false;  // by the instance
};

class GuestTap {
 public:
  // At eth0 of the network that the process is in. Needs root.
  static Result<GuestTap> open(const instances::Process& pid1);

  int fd() const { return socket_.get(); }  // readable when there is something to read
  // All that has been seen and not been read.
  std::vector<SeenFrame> read() const;

 private:
  explicit GuestTap(Fd socket) : socket_(std::move(socket)) {}

  Fd socket_;
};

}  // namespace postern::cli
