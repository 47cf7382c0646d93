// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/map_io.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

namespace postern::dataplane {
namespace {

// Entries a call: enough that the system call is not what costs, and a few megabytes at most.
constexpr std::size_t kBatch = 1024;

// Keys and values apart, as the kernel takes them.
struct Batch {
  std::vector<std::byte> keys;
  std::vector<std::byte> values;

  Batch(MapId map, std::size_t rows)
      : keys(rows * info(map).key_size), values(rows * info(map).value_size) {}
};

Batch batch_of(const Table& rows, std::size_t first, std::size_t count) {
  Batch batch(rows.map(), count);
  for (std::size_t at = 0; at < count; ++at) {
    std::ranges::copy(rows.key(first + at), batch.keys.data() + at * info(rows.map()).key_size);
    std::ranges::copy(rows.value(first + at),
                      batch.values.data() + at * info(rows.map()).value_size);
  }
  return batch;
}

bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

std::unexpected<Error> refused(int error, std::string_view what, MapId map) {
  if (error == E2BIG) {
    return unavailable("{} {}: the map is full", what, info(map).name);
  }
  errno = error;
  return unavailable_errno(fmt::format("{} {}", what, info(map).name));
}

Table zeros_at(const Table& rows) {
  Table zeros(rows.map());
  const std::vector<std::byte> zero(info(rows.map()).value_size);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    zeros.append(rows.key(at), zero);
  }
  return zeros;
}

}  // namespace

Result<Table> dump_map(int fd, MapId map) {
  Table table(map);
  const std::size_t key_size = info(map).key_size;
  const std::size_t value_size = info(map).value_size;
  std::size_t room = kBatch;
  // The kernel's place in the walk: a hash bucket's number or a key, so as long as a key.
  std::vector<std::byte> place(std::max(key_size, sizeof(__u32)));
  bool first = true;
  for (bool more = true; more;) {
    Batch batch(map, room);
    auto count = static_cast<__u32>(room);
    const int code = bpf_map_lookup_batch(fd, first ? nullptr : place.data(), place.data(),
                                          batch.keys.data(), batch.values.data(), &count, nullptr);
    if (code == -ENOSPC) {
      room *= 2;  // one bucket alone holds more
      continue;
    }
    if (code != 0 && code != -ENOENT) {
      return refused(-code, "reading", map);
    }
    more = code == 0;
    first = false;
    for (std::size_t at = 0; at < count; ++at) {
      const Bytes value = Bytes(batch.values).subspan(at * value_size, value_size);
      if (!info(map).is_array || !is_zero(value)) {
        table.append(Bytes(batch.keys).subspan(at * key_size, key_size), value);
      }
    }
  }
  table.sort();
  return table;
}

Result<> put_rows(int fd, const Table& rows) {
  for (std::size_t first = 0; first < rows.size(); first += kBatch) {
    const std::size_t size = std::min(kBatch, rows.size() - first);
    const Batch batch = batch_of(rows, first, size);
    auto count = static_cast<__u32>(size);
    const int code =
        bpf_map_update_batch(fd, batch.keys.data(), batch.values.data(), &count, nullptr);
    if (code != 0) {
      return refused(-code, "writing", rows.map());
    }
  }
  return {};
}

Result<> erase_rows(int fd, const Table& rows) {
  if (info(rows.map()).is_array) {
    return put_rows(fd, zeros_at(rows));
  }
  for (std::size_t first = 0; first < rows.size();) {
    const std::size_t size = std::min(kBatch, rows.size() - first);
    const Batch batch = batch_of(rows, first, size);
    auto count = static_cast<__u32>(size);
    const int code = bpf_map_delete_batch(fd, batch.keys.data(), &count, nullptr);
    if (code != 0 && code != -ENOENT) {
      return refused(-code, "erasing from", rows.map());
    }
    // The one that was not there is passed over.
    first += code == 0 ? size : count + 1;
  }
  return {};
}

Result<bpf_map_info> shape_of(int fd, const std::string& name) {
  bpf_map_info info{};
  __u32 size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) {
    return unavailable_errno("reading the shape of " + name);
  }
  return info;
}

}  // namespace postern::dataplane
