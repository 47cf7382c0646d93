// SPDX-License-Identifier: Apache-2.0
// For tests: an empty directory that goes with the object.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/check.h"

namespace postern {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (parent() / "postern-test-XXXXXX").string();
    POSTERN_CHECK(mkdtemp(name.data()) != nullptr, "a test can make a directory");
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  // In memory where there is such a place: these tests sync thousands of times, and no test here
  // cuts the power.
  static std::filesystem::path parent() {
    const std::filesystem::path memory = "/dev/shm";
    return access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  }

  std::filesystem::path path_;
};

}  // namespace postern
