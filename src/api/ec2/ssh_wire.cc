// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ssh_wire.h"

namespace postern::api::ec2 {

std::optional<std::string> take_ssh_string(std::string_view& bytes) {
  if (bytes.size() < 4) {
    return std::nullopt;
  }
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) {
    size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  if (bytes.size() - 4 < size) {
    return std::nullopt;
  }
  std::string out(bytes.substr(4, size));
  bytes.remove_prefix(4 + size);
  return out;
}

std::string ssh_uint32(std::size_t value) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
  return out;
}

std::string ssh_string(std::string_view bytes) {
  return ssh_uint32(bytes.size()).append(bytes);
}

std::string ssh_number(std::string_view bytes) {
  // One whose first bit is set would be negative.
  const bool high = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0;
  return ssh_string((high ? std::string(1, '\0') : "").append(bytes));
}

}  // namespace postern::api::ec2
