// SPDX-License-Identifier: Apache-2.0
// ObjectStore: S3's objects. Each version's bytes are a file, <data-dir>/objects/<uuid>, and what
// is said of it a row of <data-dir>/objects.db. A file is written once and never again: the row
// that names it makes it an object. Whatever of the two a killed daemon leaves without the other is
// taken away by the next one.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

#include "base/fd.h"
#include "base/ids.h"
#include "model/object.h"
#include "store/sqlite.h"

namespace postern::store {

class ObjectStore final : public model::ObjectKeeper {
 public:
  // The data directory is there. Keeps what is in these storages only.
  static Result<std::unique_ptr<ObjectStore>> open(const std::filesystem::path& data_dir,
                                                   const std::set<std::string>& storages);

  // Keeps what is in these storages only.
  Result<> keep(const std::set<std::string>& storages);

  Result<std::optional<model::ObjectVersion>> find(
      const std::string& storage, const std::string& key,
      const std::optional<std::string>& version) const override;
  Result<std::string> read(const model::ObjectVersion& object, std::uint64_t offset,
                           std::uint64_t length) const override;
  Result<std::vector<model::ObjectVersion>> list(const std::string& storage,
                                                 const model::ObjectQuery& query) const override;
  Result<std::optional<model::ObjectVersion>> put(const std::string& storage,
                                                  const model::ObjectVersion& object,
                                                  std::string_view bytes, bool only_new) override;
  Result<std::optional<model::ObjectVersion>> set_tags(const std::string& storage,
                                                       const std::string& key,
                                                       const std::optional<std::string>& version,
                                                       const model::Tags& tags) override;
  Result<std::optional<model::ObjectVersion>> erase(const std::string& storage,
                                                    const std::string& key,
                                                    const std::string& version) override;
  Result<bool> close_empty(const std::string& storage) override;
  void reopen(const std::string& storage) override;

 private:
  ObjectStore(Database database, Fd folder)
      : database_(std::move(database)), folder_(std::move(folder)) {}

  Result<> prepare_schema();
  Result<> add_missing_columns();
  Result<> remove_orphans(const std::filesystem::path& folder);
  Result<std::optional<model::ObjectVersion>> find_row(
      const std::string& storage, const std::string& key,
      const std::optional<std::string>& version) const;
  Result<> erase_row(const std::string& storage, const std::string& key,
                     const std::string& version);
  Result<> insert_row(const std::string& storage, const model::ObjectVersion& object);
  Result<> write_file(const std::string& name, std::string_view bytes);
  void remove_file(const std::string& name);

  mutable std::mutex mutex_;
  mutable Database database_;
  std::set<std::string> closed_;  // storages that take nothing any more
  Fd folder_;
  RandomIds ids_;
};

}  // namespace postern::store
