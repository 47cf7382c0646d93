// SPDX-License-Identifier: Apache-2.0
#include "store/object_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>

#include "base/log.h"
#include "store/described_json.h"

namespace postern::store {
namespace {

using model::ObjectVersion;

constexpr mode_t kObjectMode = 0600;
constexpr std::size_t kVersionLength = 32;  // as S3's ids of versions
constexpr const char* kColumns =
    "key, version, deleted, size, etag, modified, headers, file, tags,"
    " number = (SELECT max(number) FROM version l WHERE l.storage = v.storage AND l.key = v.key)";

// Headers and tags are columns of JSON.
using Texts = std::map<std::string, std::string>;

std::string json_of(const Texts& texts) {
  return json::serialize(to_json(texts));
}

Texts texts_of(std::string_view text) {
  boost::system::error_code wrong;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), wrong);
  Texts out;
  return !wrong && from_json(value, out) ? out : Texts();
}

ObjectVersion version_of(const Statement& row) {
  return {.key = row.text(0),
          .version = row.text(1),
          .deleted = row.number(2) != 0,
          .latest = row.number(9) != 0,
          .size = static_cast<std::uint64_t>(row.number(3)),
          .etag = row.text(4),
          .modified_at = row.time(5),
          .headers = texts_of(row.view(6)),
          .tags = texts_of(row.view(8)),
          .file = row.text(7)};
}

Result<Fd> make_object_folder(const std::filesystem::path& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return unavailable_errno(fmt::format("making {}", path.string()));
  }
  Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder ? Result<Fd>(std::move(folder))
                : Result<Fd>(unavailable_errno(fmt::format("opening {}", path.string())));
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(const std::filesystem::path& data_dir,
                                                       const std::set<std::string>& storages) {
  const auto path = data_dir / "objects";
  TRY_ASSIGN(Fd folder, make_object_folder(path));
  TRY_ASSIGN(Database database, Database::open(data_dir / "objects.db", "the store of objects: "));
  std::unique_ptr<ObjectStore> store(new ObjectStore(std::move(database), std::move(folder)));
  TRY(store->prepare_schema());
  TRY(store->keep(storages));
  TRY(store->remove_orphans(path));
  return store;
}

// Of a key's versions the latest has the greatest number.
Result<> ObjectStore::prepare_schema() {
  TRY(database_.log_ahead(Database::Outlives::Power));
  TRY(database_.execute(
      "CREATE TABLE IF NOT EXISTS version(storage TEXT NOT NULL, key TEXT NOT NULL,"
      "  number INTEGER NOT NULL, version TEXT NOT NULL, deleted INTEGER NOT NULL,"
      "  size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,"
      "  headers TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (storage, key, number),"
      "  UNIQUE (storage, key, version)) STRICT, WITHOUT ROWID;"));
  return add_missing_columns();
}

// What tables of earlier daemons are without.
Result<> ObjectStore::add_missing_columns() {
  TRY_ASSIGN(Statement columns,
             database_.prepare("SELECT 1 FROM pragma_table_info('version') WHERE name = 'tags'"));
  TRY_ASSIGN(const bool found, columns.step());
  return found
             ? Result<>()
             : database_.execute("ALTER TABLE version ADD COLUMN tags TEXT NOT NULL DEFAULT '{}'");
}

Result<> ObjectStore::remove_orphans(const std::filesystem::path& folder) {
  TRY_ASSIGN(Statement rows, database_.prepare("SELECT file FROM version"));
  TRY_ASSIGN(const auto named, rows.all([](const Statement& row) { return row.text(0); }));
  const std::set<std::string> wanted(named.begin(), named.end());
  std::error_code wrong;
  for (const auto& entry : std::filesystem::directory_iterator(folder, wrong)) {
    if (const std::string name = entry.path().filename(); !wanted.contains(name)) {
      remove_file(name);
    }
  }
  return wrong ? unavailable("reading {}: {}", folder.string(), wrong.message()) : Result<>();
}

Result<> ObjectStore::keep(const std::set<std::string>& storages) {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement rows, database_.prepare("SELECT DISTINCT storage FROM version"));
  TRY_ASSIGN(const auto found, rows.all([](const Statement& row) { return row.text(0); }));
  for (const std::string& storage : found) {
    if (storages.contains(storage)) {
      continue;
    }
    closed_.insert(storage);
    TRY_ASSIGN(Statement files, database_.prepare("SELECT file FROM version WHERE storage = ?"));
    files.bind(storage);
    TRY_ASSIGN(const auto names, files.all([](const Statement& row) { return row.text(0); }));
    TRY_ASSIGN(Statement erase, database_.prepare("DELETE FROM version WHERE storage = ?"));
    TRY(erase.bind(storage).step());
    for (const std::string& name : names) {
      remove_file(name);
    }
  }
  return {};
}

Result<std::optional<ObjectVersion>> ObjectStore::find_row(
    const std::string& storage, const std::string& key,
    const std::optional<std::string>& version) const {
  TRY_ASSIGN(Statement row, database_.prepare(fmt::format(
                                "SELECT {} FROM version v WHERE storage = ? AND key = ?{}"
                                " ORDER BY number DESC LIMIT 1",
                                kColumns, version ? " AND version = ?" : "")));
  row.bind(storage).bind(key);
  if (version) {
    row.bind(*version);
  }
  TRY_ASSIGN(const bool found, row.step());
  return found ? std::optional(version_of(row)) : std::nullopt;
}

Result<std::optional<ObjectVersion>> ObjectStore::find(
    const std::string& storage, const std::string& key,
    const std::optional<std::string>& version) const {
  const std::scoped_lock lock(mutex_);
  return find_row(storage, key, version);
}

Result<std::string> ObjectStore::read(const ObjectVersion& object, std::uint64_t offset,
                                      std::uint64_t length) const {
  const Fd file(openat(folder_.get(), object.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    return unavailable_errno("opening an object's file");
  }
  std::string out(length, '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(file.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got == 0 || (got < 0 && errno != EINTR)) {
      return got == 0 ? unavailable("an object's file is too short")
                      : unavailable_errno("reading an object's file");
    }
    done += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  }
  return out;
}

Result<std::vector<ObjectVersion>> ObjectStore::list(const std::string& storage,
                                                     const model::ObjectQuery& query) const {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(
      Statement rows,
      database_.prepare(fmt::format(
          "SELECT {} FROM version v WHERE storage = ?1 AND key >= ?2 AND (key > ?3 OR (key = ?3 AND"
          " number < (SELECT number FROM version a WHERE a.storage = ?1 AND a.key = ?3 AND"
          " a.version = ?4))){} ORDER BY key, number DESC",
          kColumns,
          query.all_versions ? ""
                             : " AND deleted = 0 AND number = (SELECT max(number) FROM version l"
                               " WHERE l.storage = v.storage AND l.key = v.key)")));
  rows.bind(storage).bind(query.prefix).bind(query.after).bind(query.after_version);
  std::vector<ObjectVersion> out;
  while (out.size() < query.limit) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more || !rows.view(0).starts_with(query.prefix)) {
      break;
    }
    out.push_back(version_of(rows));
  }
  return out;
}

Result<> ObjectStore::write_file(const std::string& name, std::string_view bytes) {
  const Fd file(
      openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kObjectMode));
  if (!file || !write_all(file, bytes) || fsync(file.get()) != 0 || fsync(folder_.get()) != 0) {
    const auto words = unavailable_errno("writing an object's file");
    remove_file(name);
    return words;
  }
  return {};
}

void ObjectStore::remove_file(const std::string& name) {
  if (!name.empty() && unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    log::warn("an object's file stays until the next start", {{"file", name}});
  }
}

Result<> ObjectStore::erase_row(const std::string& storage, const std::string& key,
                                const std::string& version) {
  TRY_ASSIGN(Statement row, database_.prepare("DELETE FROM version WHERE storage = ? AND key = ?"
                                              " AND version = ?"));
  TRY(row.bind(storage).bind(key).bind(version).step());
  return {};
}

Result<> ObjectStore::insert_row(const std::string& storage, const ObjectVersion& object) {
  TRY_ASSIGN(
      Statement row,
      database_.prepare(
          "INSERT INTO version VALUES (?1, ?2, 1 + coalesce((SELECT max(number)"
          " FROM version WHERE storage = ?1 AND key = ?2), 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  const std::string headers = json_of(object.headers);
  const std::string tags = json_of(object.tags);
  TRY(row.bind(storage)
          .bind(object.key)
          .bind(object.version)
          .bind(std::int64_t{object.deleted})
          .bind(static_cast<std::int64_t>(object.size))
          .bind(object.etag)
          .bind(object.modified_at)
          .bind(headers)
          .bind(object.file)
          .bind(tags)
          .step());
  return {};
}

Result<std::optional<ObjectVersion>> ObjectStore::put(const std::string& storage,
                                                      const ObjectVersion& object,
                                                      std::string_view bytes, bool only_new) {
  ObjectVersion stored = object;
  stored.version = object.version.empty() ? ids_.lower_alnum(kVersionLength) : object.version;
  stored.file = object.deleted ? "" : ids_.uuid();
  if (!object.deleted) {
    TRY(write_file(stored.file, bytes));
  }
  std::optional<ObjectVersion> replaced;
  bool done = false;
  const std::scoped_lock lock(mutex_);
  const auto outcome = database_.transaction([&]() -> Result<> {
    if (closed_.contains(storage)) {
      return refuse(faults::S3NoSuchBucket, "The specified bucket does not exist");
    }
    TRY_ASSIGN(const auto latest, find_row(storage, object.key, std::nullopt));
    if (only_new && latest && !latest->deleted) {
      return {};
    }
    TRY_ASSIGN(replaced, find_row(storage, object.key, stored.version));
    TRY(erase_row(storage, object.key, stored.version));
    TRY(insert_row(storage, stored));
    done = true;
    return {};
  });
  if (!outcome || !done) {
    remove_file(stored.file);
    return outcome ? Result<std::optional<ObjectVersion>>(std::nullopt)
                   : std::unexpected(outcome.error());
  }
  if (replaced) {
    remove_file(replaced->file);
  }
  return stored;
}

Result<std::optional<ObjectVersion>> ObjectStore::set_tags(
    const std::string& storage, const std::string& key, const std::optional<std::string>& version,
    const model::Tags& tags) {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(auto found, find_row(storage, key, version));
  if (!found || found->deleted) {
    return std::nullopt;
  }
  TRY_ASSIGN(Statement row, database_.prepare("UPDATE version SET tags = ? WHERE storage = ?"
                                              " AND key = ? AND version = ?"));
  const std::string text = json_of(tags);
  TRY(row.bind(text).bind(storage).bind(key).bind(found->version).step());
  found->tags = tags;
  return found;
}

Result<std::optional<ObjectVersion>> ObjectStore::erase(const std::string& storage,
                                                        const std::string& key,
                                                        const std::string& version) {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(auto found, find_row(storage, key, version));
  if (found) {
    TRY(erase_row(storage, key, version));
    remove_file(found->file);
  }
  return found;
}

Result<bool> ObjectStore::close_empty(const std::string& storage) {
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(Statement row, database_.prepare("SELECT 1 FROM version WHERE storage = ? LIMIT 1"));
  row.bind(storage);
  TRY_ASSIGN(const bool found, row.step());
  if (!found) {
    closed_.insert(storage);
  }
  return !found;
}

void ObjectStore::reopen(const std::string& storage) {
  const std::scoped_lock lock(mutex_);
  closed_.erase(storage);
}

}  // namespace postern::store
