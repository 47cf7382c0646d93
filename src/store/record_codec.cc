// SPDX-License-Identifier: Apache-2.0
#include "store/record_codec.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <string>

#include "base/check.h"
#include "store/described_json.h"

namespace postern::store {
namespace {

// What can be done with the records of one table.
struct TableCodec {
  std::optional<std::string> (*write)(const model::World&, const std::string& id);
  Result<> (*read)(std::string_view id, const json::value&, model::WorldBuilder&);
};

template <class T>
std::optional<std::string> write(const model::World& world, const std::string& id) {
  const T* record = world.find(model::Id<T>(id));
  if (record == nullptr) {
    return std::nullopt;
  }
  return json::serialize(to_json(*record));
}

template <class T>
Result<> read(std::string_view id, const json::value& from, model::WorldBuilder& world) {
  T record;
  TRY(from_json(from, record));
  if (record.id.value != id) {
    return unavailable("it calls itself '{}'", record.id);
  }
  world.put(std::move(record));
  return {};
}

template <class... Ts>
struct Codecs {
  static const std::map<std::string_view, TableCodec>& by_table() {
    static const std::map<std::string_view, TableCodec> kByTable = {
        {Ts::kTable, TableCodec{.write = write<Ts>, .read = read<Ts>}}...};
    return kByTable;
  }
};

const TableCodec* codec_of(std::string_view table) {
  const auto& by_table = model::ForEachRecord<Codecs>::by_table();
  const auto at = by_table.find(table);
  return at == by_table.end() ? nullptr : &at->second;
}

Result<> parse_and_read(std::string_view table, std::string_view id, std::string_view record,
                        model::WorldBuilder& world) {
  const TableCodec* codec = codec_of(table);
  if (codec == nullptr) {
    return unavailable("no such table");
  }
  boost::system::error_code wrong;
  const json::value value = json::parse(json::string_view(record.data(), record.size()), wrong);
  if (wrong) {
    return unavailable("not JSON: {}", wrong.message());
  }
  return codec->read(id, value, world);
}

}  // namespace

std::vector<Change> changes_of(const model::Transaction& transaction) {
  std::vector<Change> changes;
  for (const auto& [table, id] : transaction.touched()) {
    const TableCodec* codec = codec_of(table);
    POSTERN_CHECK(codec != nullptr, "every record type stands in ForEachRecord");
    changes.push_back({.table = table, .id = id, .record = codec->write(transaction.world(), id)});
  }
  return changes;
}

Result<> read_row(std::string_view table, std::string_view id, std::string_view record,
                  model::WorldBuilder& world) {
  if (auto done = parse_and_read(table, id, record, world); !done) {
    return std::unexpected(std::move(done).error().while_doing(
        fmt::format("the stored record '{}' of table '{}' is corrupt", id, table)));
  }
  return {};
}

}  // namespace postern::store
