// SPDX-License-Identifier: Apache-2.0
// Start as bytes: each text with its length before it.
#include "instances/init/wire.h"

#include <cstring>

namespace postern::instances::init {
namespace {

void put_number(std::string& out, std::uint32_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

// Takes values off the front; `good` turns false for good once there was too little.
struct Reader {
  std::string_view rest;
  bool good = true;

  std::uint32_t number() {
    std::uint32_t value = 0;
    if (rest.size() < sizeof value) {
      good = false;
      return 0;
    }
    std::memcpy(&value, rest.data(), sizeof value);
    rest.remove_prefix(sizeof value);
    return value;
  }

  std::string text() {
    const std::uint32_t length = number();
    if (!good || rest.size() < length) {
      good = false;
      return {};
    }
    std::string value(rest.substr(0, length));
    rest.remove_prefix(length);
    return value;
  }
};

}  // namespace

std::string encode(const Start& start) {
  std::string out;
  put_number(out, static_cast<std::uint32_t>(start.trees.size()));
  for (const std::string& tree : start.trees) {
    put_text(out, tree);
  }
  put_text(out, start.hostname);
  put_text(out, start.hosts);
  put_text(out, start.resolv_conf);
  put_text(out, start.filter);
  put_text(out, start.program);
  put_number(out, start.first_boot ? 1 : 0);
  put_number(out, start.has_cgroup ? 1 : 0);
  return out;
}

std::optional<Start> decode_start(std::string_view bytes) {
  Reader reader{bytes};
  Start start;
  const std::uint32_t trees = reader.number();
  if (trees > kTreesMax) {
    return std::nullopt;
  }
  for (std::uint32_t i = 0; i < trees; ++i) {
    start.trees.push_back(reader.text());
  }
  start.hostname = reader.text();
  start.hosts = reader.text();
  start.resolv_conf = reader.text();
  start.filter = reader.text();
  start.program = reader.text();
  start.first_boot = reader.number() != 0;
  start.has_cgroup = reader.number() != 0;
  if (!reader.good || !reader.rest.empty()) {
    return std::nullopt;
  }
  return start;
}

}  // namespace postern::instances::init
