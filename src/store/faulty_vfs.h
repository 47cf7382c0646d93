// SPDX-License-Identifier: Apache-2.0
// For tests: the disk, failing on demand. While a FaultyVfs lives, every database that SQLite opens
// goes through it, and the n-th operation on a file (or all from the n-th on) fails.
#pragma once

#include <sqlite3.h>

#include <cstring>

#include "base/check.h"

namespace postern::store {

class FaultyVfs {
 public:
  enum class Lasting { Once, FromThenOn };

  FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "faulty";
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = [](sqlite3_vfs* vfs, const char* name, int sync_directory) {
      FaultyVfs& self = of(vfs);
      return self.fails() ? SQLITE_IOERR_DELETE
                          : self.real_->xDelete(self.real_, name, sync_directory);
    };
    POSTERN_CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK, "SQLite takes the file system");
  }
  ~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The n-th operation from now fails, n = 1 the next; 0 for none.
  void fail(int n, Lasting lasting) {
    left_ = n;
    lasting_ = lasting;
    failures_ = 0;
  }
  // How many operations have failed since.
  int failures() const { return failures_; }

 private:
  struct File {
    sqlite3_file base;
    FaultyVfs* vfs;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static FaultyVfs& of(sqlite3_vfs* vfs) { return *static_cast<FaultyVfs*>(vfs->pAppData); }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

  bool fails() {
    if (left_ == 0 || --left_ > 0) {
      return false;
    }
    left_ = lasting_ == Lasting::FromThenOn ? 1 : 0;
    ++failures_;
    return true;
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    FaultyVfs& self = of(vfs);
    file->pMethods = nullptr;
    if (self.fails()) {
      return SQLITE_CANTOPEN;
    }
    of(file).vfs = &self;
    const int code = self.real_->xOpen(self.real_, name, of(file).real(), flags, out);
    if (code == SQLITE_OK) {
      file->pMethods = methods();
    }
    return code;
  }

  using M = sqlite3_io_methods;

  // Calls the real method, or gives `code` when it is its turn to fail.
  template <auto method, int code, class... Args>
  static int may_fail(sqlite3_file* file, Args... args) {
    if (of(file).vfs->fails()) {
      return code;
    }
    sqlite3_file* real = of(file).real();
    return (real->pMethods->*method)(real, args...);
  }
  template <auto method, class... Args>
  static auto pass(sqlite3_file* file, Args... args) {
    sqlite3_file* real = of(file).real();
    return (real->pMethods->*method)(real, args...);
  }

  // Only taking a lock can fail. Giving one back never does, and SQLite does not ask.
  static int lock_shared_memory(sqlite3_file* file, int offset, int n, int flags) {
    return (flags & SQLITE_SHM_LOCK) != 0
               ? may_fail<&M::xShmLock, SQLITE_IOERR_SHMLOCK>(file, offset, n, flags)
               : pass<&M::xShmLock>(file, offset, n, flags);
  }

  static const sqlite3_io_methods* methods() {
    static constexpr sqlite3_io_methods kMethods = {
        .iVersion = 2,  // with shared memory, which WAL needs
        .xClose = pass<&M::xClose>,
        .xRead = may_fail<&M::xRead, SQLITE_IOERR_READ>,
        .xWrite = may_fail<&M::xWrite, SQLITE_FULL>,
        .xTruncate = may_fail<&M::xTruncate, SQLITE_IOERR_TRUNCATE>,
        .xSync = may_fail<&M::xSync, SQLITE_IOERR_FSYNC>,
        .xFileSize = may_fail<&M::xFileSize, SQLITE_IOERR_FSTAT>,
        .xLock = may_fail<&M::xLock, SQLITE_IOERR_LOCK>,
        .xUnlock = pass<&M::xUnlock>,
        .xCheckReservedLock = pass<&M::xCheckReservedLock>,
        .xFileControl = pass<&M::xFileControl>,
        .xSectorSize = pass<&M::xSectorSize>,
        .xDeviceCharacteristics = pass<&M::xDeviceCharacteristics>,
        .xShmMap = may_fail<&M::xShmMap, SQLITE_IOERR_SHMMAP>,
        .xShmLock = lock_shared_memory,
        .xShmBarrier = pass<&M::xShmBarrier>,
        .xShmUnmap = pass<&M::xShmUnmap>,
    };
    return &kMethods;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  int left_ = 0;
  Lasting lasting_ = Lasting::Once;
  int failures_ = 0;
};

}  // namespace postern::store
