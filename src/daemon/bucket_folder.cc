// SPDX-License-Identifier: Apache-2.0
#include "daemon/bucket_folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "base/fd.h"
#include "model/bucket.h"

namespace postern::daemon {
namespace {

// Who may enter the bucket's folder may read what is in it.
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;

Fd open_folder(const Fd& in, const std::string& name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(syscall(SYS_openat2, in.get(), name.c_str(), &how, sizeof how)));
}

std::unexpected<Error> failed(const flow_logs::Object& object, const char* what) {
  const int code = errno;
  const std::string words =
      fmt::format("{} in the bucket {}: {}", what, object.bucket, std::strerror(code));
  for (const int access : {ENOENT, ENOTDIR, EACCES, EPERM, EROFS, ELOOP, EXDEV}) {
    if (code == access) {
      return refuse(faults::AccessDenied, "{}", words);
    }
  }
  return unavailable("{}", words);
}

// The object's folder, made if it is not there; the bucket itself is the operator's to make.
Result<Fd> make_folder(const Fd& buckets, const flow_logs::Object& object) {
  Fd folder = open_folder(buckets, object.bucket);
  if (!folder) {
    return failed(object, "opening the folder");
  }
  std::istringstream names(object.folder);
  for (std::string name; std::getline(names, name, '/');) {
    if (mkdirat(folder.get(), name.c_str(), kFolderMode) != 0 && errno != EEXIST) {
      return failed(object, "making a folder");
    }
    folder = open_folder(folder, name);
    if (!folder) {
      return failed(object, "opening a folder");
    }
  }
  return folder;
}

}  // namespace

Result<std::vector<std::string>> BucketFolder::names() const {
  std::vector<std::string> found;
  if (path_.empty()) {
    return found;
  }
  std::error_code wrong;
  for (std::filesystem::directory_iterator at(path_, wrong), end; !wrong && at != end;
       at.increment(wrong)) {
    const std::string name = at->path().filename();
    std::error_code gone;
    if (at->symlink_status(gone).type() == std::filesystem::file_type::directory &&
        model::is_bucket_name(name)) {
      found.push_back(name);
    }
  }
  if (wrong) {
    return unavailable("reading the buckets' folder {}: {}", path_, wrong.message());
  }
  return found;
}

Result<> BucketFolder::put(const flow_logs::Object& object) const {
  const Fd buckets(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!buckets) {
    return failed(object, "opening the folder of buckets");
  }
  TRY_ASSIGN(const Fd folder, make_folder(buckets, object));
  // By the log's name and not the object's: what a killed daemon has left does not stay.
  const std::string unfinished = fmt::format(".{}.part", object.log);
  unlinkat(folder.get(), unfinished.c_str(), 0);
  const Fd file(
      openat(folder.get(), unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!file) {
    return failed(object, "making a file");
  }
  if (!write_all(file, object.content) || fdatasync(file.get()) != 0 ||
      renameat(folder.get(), unfinished.c_str(), folder.get(), object.name.c_str()) != 0) {
    const auto words = failed(object, "writing a file");
    unlinkat(folder.get(), unfinished.c_str(), 0);
    return words;
  }
  return {};
}

}  // namespace postern::daemon
