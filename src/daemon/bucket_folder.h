// SPDX-License-Identifier: Apache-2.0
// BucketFolder: the operator's folder in which each sub-folder stands for an S3 bucket. Nothing is
// written anywhere else: no symbolic link is followed below it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "flow_logs/object.h"

namespace postern::daemon {

class BucketFolder {
 public:
  // Empty: there is no such folder, and no bucket.
  explicit BucketFolder(std::string path) : path_(std::move(path)) {}

  // Of the buckets that there are now: sub-folders that are called as a bucket may be.
  Result<std::vector<std::string>> names() const;

  // The object is there whole, or not at all. A refusal (AccessDenied) if its bucket is not there
  // or cannot be written to; else it is the disk's fault.
  Result<> put(const flow_logs::Object& object) const;

 private:
  std::string path_;
};

}  // namespace postern::daemon
