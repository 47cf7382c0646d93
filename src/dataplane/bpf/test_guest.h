// SPDX-License-Identifier: Apache-2.0
// Guests of the fabric with a real network stack: a namespace behind a link, to open sockets in.
#pragma once

#include <functional>
#include <string>

#include "base/fd.h"
#include "dataplane/bpf/test_fabric.h"

namespace postern::dataplane::testing {

// Puts the program at the fabric's end of link `port` (clsact).
void attach(Fabric& fabric, std::uint32_t port);

class Guest {
 public:
  // Takes the far end of link `port` into a namespace of its own, with this address in a /16.
  Guest(std::uint32_t port, const std::string& address);

  // Runs `work` on a thread inside the namespace, and waits for its end.
  void run(const std::function<void()>& work) const;

  // Switches the link's checksum and segmentation offloads.
  void set_offloads(bool on) const;

 private:
  Fd namespace_;
};

}  // namespace postern::dataplane::testing
