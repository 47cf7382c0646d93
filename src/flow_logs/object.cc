// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/object.h"

#include <fmt/chrono.h>
#include <zlib.h>

#include "base/check.h"
#include "model/flow_log_delivery.h"

namespace postern::flow_logs {
namespace {

// zlib's window of 32 KiB, and gzip's header instead of zlib's own.
constexpr int kGzip = 15 + 16;
constexpr int kMemoryLevel = 8;

std::string gzip(std::string& text) {
  z_stream stream{};
  POSTERN_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel,
                             Z_DEFAULT_STRATEGY) == Z_OK,
                "zlib has its memory");
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  POSTERN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "there is room for all of it");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// "${version} ${account-id}" as "version account-id".
std::string header(const std::string& format) {
  std::string out;
  for (const char c : format) {
    const bool is_second_space = c == ' ' && (out.empty() || out.back() == ' ');
    if (c != '$' && c != '{' && c != '}' && !is_second_space) {
      out += c;
    }
  }
  if (out.ends_with(' ')) {
    out.pop_back();
  }
  return out + '\n';
}

std::string folder(const model::FlowLog& log, const model::BucketPlace& place,
                   const std::tm& time) {
  std::string out = model::bucket_folder(log, place);
  const bool hive = log.hive_compatible_partitions;
  out +=
      hive ? fmt::format("aws-service=vpcflowlogs/aws-region={}/year={:%Y}/month={:%m}/day={:%d}/",
                         log.region, time, time, time)
           : fmt::format("vpcflowlogs/{}/{:%Y/%m/%d}/", log.region, time);
  if (log.per_hour_partition) {
    out += fmt::format("{}{:%H}/", hive ? "hour=" : "", time);
  }
  return out;
}

}  // namespace

std::vector<Object> objects_of(const model::FlowLog& log, TimePoint window,
                               std::span<const std::string> records, std::size_t text_max) {
  const auto place = model::parse_bucket_arn(log.destination);
  POSTERN_CHECK(place.has_value(), "a flow log's destination was checked when it was made");
  const std::tm time = fmt::gmtime(std::chrono::floor<std::chrono::seconds>(window));
  const std::string first_line = header(log.format);
  std::vector<Object> out;
  while (!records.empty()) {
    std::string text = first_line;
    do {
      text += records.front();
      text += '\n';
      records = records.subspan(1);
    } while (!records.empty() && text.size() + records.front().size() < text_max);
    const auto hash =
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    out.push_back({.log = log.id,
                   .bucket = place->bucket,
                   .folder = folder(log, *place, time),
                   .name = fmt::format("{}_vpcflowlogs_{}_{}_{:%Y%m%dT%H%MZ}_{:08x}.log.gz",
                                       log.owner, log.region, log.id, time, hash),
                   .content = gzip(text)});
  }
  return out;
}

}  // namespace postern::flow_logs
