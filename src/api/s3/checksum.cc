// SPDX-License-Identifier: Apache-2.0
#include "api/s3/checksum.h"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <concepts>

#include "api/wire/base64.h"
#include "api/wire/digest.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::s3 {
namespace {

// [RFC 3720; NVM Express NVM command set specification, "64b CRC"]
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;
using Crc64Nvme =
    boost::crc_optimal<64, 0xAD93D23594C93659, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, true, true>;

template <std::unsigned_integral T>
std::string big_endian(T value) {
  std::string out(sizeof(T), '\0');
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[sizeof(T) - 1 - i] = static_cast<char>((value >> (8 * i)) & 0xff);
  }
  return out;
}

template <class Crc>
std::string crc_of(std::string_view bytes) {
  Crc crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return big_endian(crc.checksum());
}

constexpr std::string_view kChecksumHeader = "x-amz-checksum-";
constexpr auto kAlgorithms =
    std::to_array<std::string_view>({"crc32", "crc32c", "crc64nvme", "sha1", "sha256"});

// The value of that name in the headers or the trailers.
std::optional<std::string> said(const S3Request& request, const Payload& payload,
                                std::string_view name) {
  for (const wire::HttpHeader& trailer : payload.trailers) {
    if (wire::same_header(trailer.name, name)) {
      return trailer.value;
    }
  }
  return request.header(name);
}

}  // namespace

bool is_checksum_algorithm(std::string_view name) {
  return std::ranges::count(kAlgorithms, name) > 0;
}

std::string checksum(std::string_view algorithm, std::string_view bytes) {
  std::string out;
  if (algorithm == "crc32") {
    out = crc_of<boost::crc_32_type>(bytes);
  } else if (algorithm == "crc32c") {
    out = crc_of<Crc32c>(bytes);
  } else if (algorithm == "crc64nvme") {
    out = crc_of<Crc64Nvme>(bytes);
  } else {
    out = wire::digest_of(algorithm == "sha1" ? wire::Digest::Sha1 : wire::Digest::Sha256, bytes);
  }
  return wire::base64_encode(out);
}

Result<std::map<std::string, std::string>> check_digests(const S3Request& request,
                                                         const Payload& payload) {
  constexpr std::size_t kMd5Size = 16;
  if (const auto md5 = request.header("content-md5")) {
    const auto digest = wire::base64_decode(*md5);
    if (!digest || digest->size() != kMd5Size) {
      return refuse(faults::S3InvalidDigest, "The Content-MD5 you specified was invalid.");
    }
    if (*digest != wire::digest_of(wire::Digest::Md5, payload.bytes)) {
      return refuse(faults::S3BadDigest,
                    "The Content-MD5 you specified did not match what we received.");
    }
  }
  std::map<std::string, std::string> out;
  for (const std::string_view algorithm : kAlgorithms) {
    const std::string name = fmt::format("{}{}", kChecksumHeader, algorithm);
    const auto value = said(request, payload, name);
    if (!value) {
      continue;
    }
    if (*value != checksum(algorithm, payload.bytes)) {
      return refuse(faults::S3BadDigest,
                    "The {} you specified did not match the calculated checksum.", algorithm);
    }
    out[name] = *value;
  }
  // What is announced has to come.
  const auto algorithm = request.header("x-amz-sdk-checksum-algorithm");
  if (algorithm && !out.contains(fmt::format("{}{}", kChecksumHeader, wire::lower(*algorithm)))) {
    return refuse(faults::S3InvalidRequest,
                  "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* "
                  "or x-amz-trailer headers were found.");
  }
  const std::string trailer = wire::lower(request.header("x-amz-trailer").value_or(""));
  if (!trailer.empty() && !out.contains(trailer)) {
    return refuse(faults::S3InvalidRequest, "The trailer {} is not there, or is no checksum",
                  trailer);
  }
  return out;
}

}  // namespace postern::api::s3
