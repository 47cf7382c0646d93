// SPDX-License-Identifier: Apache-2.0
// Reading and writing whole tables of a BPF map, many entries a call.
#pragma once

#include <linux/bpf.h>

#include <string>

#include "base/result.h"
#include "dataplane/kernel/table.h"

namespace postern::dataplane {

// The calls of Kernel of the same names, on the map `fd`.
Result<Table> dump_map(int fd, MapId map);
Result<> put_rows(int fd, const Table& rows);
Result<> erase_rows(int fd, const Table& rows);

// The kernel's description of the map `fd`: its sizes. `name` is for the error.
Result<bpf_map_info> shape_of(int fd, const std::string& name);

}  // namespace postern::dataplane
