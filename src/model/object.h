// SPDX-License-Identifier: Apache-2.0
// S3 objects. They are not in the World: their bytes are files, and who keeps those keeps what is
// said of them too. The rules ask by this interface.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/tags.h"

namespace postern::model {

// The id of the version that a bucket without versioning has of each object.
inline constexpr std::string_view kNullVersion = "null";

// A version of an object, or the marker that it was deleted.
struct ObjectVersion {
  std::string key;
  std::string version;
  bool deleted = false;  // a delete marker: it has no bytes
  bool latest = true;
  std::uint64_t size = 0;
  std::string etag;  // without quotation marks
  TimePoint modified_at;
  // What it was stored with, by the names of headers in lower case: content-type, x-amz-meta-…
  std::map<std::string, std::string> headers;
  Tags tags;
  std::string file;  // what its keeper calls its bytes
};

struct ObjectQuery {
  std::string prefix;
  // Keys that come after it; of it itself, versions that come after `after_version`, if one is
  // given.
  std::string after;
  std::string after_version;
  bool all_versions = false;  // else the latest that is not deleted of each key
  std::size_t limit = 1000;
};

// Objects by their bucket's `storage`. Thread safety: any thread.
class ObjectKeeper {
 public:
  virtual ~ObjectKeeper() = default;

  // That version, or the latest. nullopt: there is none.
  virtual Result<std::optional<ObjectVersion>> find(
      const std::string& storage, const std::string& key,
      const std::optional<std::string>& version) const = 0;
  // `length` bytes from `offset` on, which it has.
  virtual Result<std::string> read(const ObjectVersion& object, std::uint64_t offset,
                                   std::uint64_t length) const = 0;
  // By key, and the versions of a key from the newest on.
  virtual Result<std::vector<ObjectVersion>> list(const std::string& storage,
                                                  const ObjectQuery& query) const = 0;

  // The object is its key's latest version. It takes the place of the version that is called the
  // same; if it is called nothing, it gets a name of its own. Durable when this returns; gives it
  // as it is then. `only_new`: nullopt, and nothing is done, if the key has a latest version that
  // is not deleted.
  virtual Result<std::optional<ObjectVersion>> put(const std::string& storage,
                                                   const ObjectVersion& object,
                                                   std::string_view bytes, bool only_new) = 0;
  // Of that version, or of the latest. Durable when this returns; gives the version as it is then.
  // nullopt: there is none, or it is a delete marker.
  virtual Result<std::optional<ObjectVersion>> set_tags(const std::string& storage,
                                                        const std::string& key,
                                                        const std::optional<std::string>& version,
                                                        const Tags& tags) = 0;
  // For good. Gives what it was, if it was.
  virtual Result<std::optional<ObjectVersion>> erase(const std::string& storage,
                                                     const std::string& key,
                                                     const std::string& version) = 0;
  // Whether there is none in it, not even a marker; then nothing can be put there any more.
  virtual Result<bool> close_empty(const std::string& storage) = 0;
  // It can again.
  virtual void reopen(const std::string& storage) = 0;
};

}  // namespace postern::model
