// SPDX-License-Identifier: Apache-2.0
// Questions and answers of DNS as values. Names are in presentation form without the final dot.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/net.h"

namespace postern::dns {

// [IANA, "DNS Resource Record (RR) TYPEs"] Any other number may be asked for too.
using RecordType = std::uint16_t;
inline constexpr RecordType kTypeA = 1;
inline constexpr RecordType kTypeCname = 5;
inline constexpr RecordType kTypeSoa = 6;
inline constexpr RecordType kTypePtr = 12;
inline constexpr RecordType kTypeAaaa = 28;
inline constexpr RecordType kTypeAny = 255;

struct Question {
  std::string name;  // spelled as it was asked
  RecordType type = kTypeA;
};

// [RFC 1035 4.1.1; BadVersion: RFC 6891 9]
enum class Rcode : std::uint8_t {
  NoError = 0,
  FormatError = 1,
  ServerFailure = 2,
  NameError = 3,  // NXDOMAIN
  NotImplemented = 4,
  Refused = 5,
  BadVersion = 16,
};

struct Pointer {
  std::string name;
};
// The start of authority of a zone, whose name is the record's.
struct Soa {
  std::uint32_t negative_ttl_seconds = 0;
};

// The name that this one is another of.
struct Canonical {
  std::string name;
};
// Any other kind, as zone files write it: `"text"`, `10 mail.example.com.`
struct ZoneFileText {
  std::string type;  // TXT, MX, …
  std::string text;
};

struct Record {
  std::string name;
  std::uint32_t ttl_seconds = 0;
  std::variant<IpAddress, Pointer, Soa, Canonical, ZoneFileText> data;  // IpAddress: A or AAAA
};

struct Answer {
  Rcode rcode = Rcode::NoError;
  bool authoritative = false;
  std::vector<Record> records;
  std::vector<Record> authority;  // the SOA, when there is no such name or no such record
};

}  // namespace postern::dns
