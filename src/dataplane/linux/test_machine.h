// SPDX-License-Identifier: Apache-2.0
// TestMachine: a run directory of its own with a LinuxKernel, gone afterwards whatever happened.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "dataplane/linux/linux_kernel.h"
#include "dataplane/linux/mounts.h"

namespace postern::dataplane {

class TestMachine {
 public:
  explicit TestMachine(Attachment attachment = Attachment::TcxOrClsact)
      : dir_(make_folder()), attachment_(attachment) {
    restart();
  }
  ~TestMachine() {
    kernel_.reset();
    const auto done = teardown(dir_);
    EXPECT_TRUE(done) << done.error().message();
  }
  TestMachine(const TestMachine&) = delete;
  TestMachine& operator=(const TestMachine&) = delete;

  LinuxKernel& kernel() { return *kernel_; }
  const RunDir& dir() const { return dir_; }

  // As a restart of the daemon: the old object goes first, as it does when a process dies.
  void restart() {
    kernel_.reset();
    auto opened = LinuxKernel::open(dir_, attachment_);
    if (!opened) {
      ADD_FAILURE() << opened.error().message();
      std::abort();
    }
    kernel_ = std::move(*opened);
  }

  // As a daemon that dies: its object goes, what it made stays.
  void stop() { kernel_.reset(); }

  // A namespace that plays an instance, named after it.
  Fd make_instance(const std::string& name) {
    const std::string path = dir_.network_namespace(name);
    const auto made = make_namespace(path);
    EXPECT_TRUE(made) << made.error().message();
    return std::move(*open_namespace(path));
  }

 private:
  static RunDir make_folder() {
    std::string path = "/tmp/postern-test-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      std::abort();
    }
    return RunDir(path);
  }

  RunDir dir_;
  Attachment attachment_;
  std::unique_ptr<LinuxKernel> kernel_;
};

}  // namespace postern::dataplane
