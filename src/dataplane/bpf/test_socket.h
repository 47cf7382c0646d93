// SPDX-License-Identifier: Apache-2.0
// Sockets of guests, and bytes that tell whether they arrived as they were.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "base/fd.h"

namespace postern::dataplane::testing {

sockaddr_in endpoint_of(const char* address, std::uint16_t port);
// Gives up after five seconds of waiting.
Fd new_socket(int type);
// 0 or errno.
int connect_to(const Fd& socket, const char* address, std::uint16_t port);
Fd listen_at(const char* address, std::uint16_t port);
std::string read_all(const Fd& socket);
// The next bytes, exactly so many; fewer if the other side ends.
std::string read_bytes(const Fd& socket, std::size_t size);
void send_all(const Fd& socket, const std::string& bytes);
// Bytes that no shift or loss leaves as they are.
std::string content(std::size_t size);

}  // namespace postern::dataplane::testing
