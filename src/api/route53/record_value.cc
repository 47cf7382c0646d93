// SPDX-License-Identifier: Apache-2.0
#include "api/route53/record_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "api/route53/domain_name.h"
#include "base/net.h"

namespace postern::api::route53 {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.push_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_number(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  return wrong == std::errc{} && end == text.data() + text.size() && value <= max;
}

bool is_v4(std::string_view value) {
  const auto address = IpAddress::parse(value);
  return address && address->is_v4();
}

bool is_v6(std::string_view value) {
  const auto address = IpAddress::parse(value);
  return address && value.find(':') != std::string_view::npos;
}

bool is_name(std::string_view value) {
  return value == "." || domain_name(value).has_value();
}

// Strings in quotes, up to 255 characters each. [Route 53 guide, "TXT record type"]
bool is_text(std::string_view value) {
  bool quoted = false;
  bool any = false;
  std::size_t length = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '"') {
      quoted = !quoted;
      any = true;
      length = 0;
    } else if (!quoted && value[i] != ' ') {
      return false;
    } else {
      i += value[i] == '\\' ? 1 : 0;
      if (++length > 255) {
        return false;
      }
    }
  }
  return any && !quoted;
}

bool is_mx(std::string_view value) {
  const Words words = words_of(value);
  return words.size() == 2 && is_number(words[0], 65535) && is_name(words[1]);
}

bool is_srv(std::string_view value) {
  const Words words = words_of(value);
  return words.size() == 4 && is_number(words[0], 65535) && is_number(words[1], 65535) &&
         is_number(words[2], 65535) && is_name(words[3]);
}

bool is_caa(std::string_view value) {
  const Words words = words_of(value);
  return words.size() >= 3 && is_number(words[0], 255) && words[2].starts_with('"');
}

bool is_soa(std::string_view value) {
  const Words words = words_of(value);
  return words.size() == 7 && is_name(words[0]) && is_name(words[1]) &&
         std::all_of(words.begin() + 2, words.end(),
                     [](std::string_view word) { return is_number(word, 0xffffffff); });
}

struct Kind {
  std::string_view type;
  bool (*fits)(std::string_view);
  std::string_view problem;
};

constexpr std::array kKinds = {
    Kind{"A", is_v4, "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"},
    Kind{"AAAA", is_v6, "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"},
    Kind{"CAA", is_caa, "CAARRDATAIllegal (Value is not a valid CAA record)"},
    Kind{"CNAME", is_name, "DomainNameIllegal (Value is not a valid domain name)"},
    Kind{"MX", is_mx, "MXRRDATAIllegal (Value is not a priority and a domain name)"},
    Kind{"NS", is_name, "DomainNameIllegal (Value is not a valid domain name)"},
    Kind{"PTR", is_name, "DomainNameIllegal (Value is not a valid domain name)"},
    Kind{"SOA", is_soa, "SOARRDATAIllegal (Value is not a valid SOA record)"},
    Kind{"SPF", is_text, "InvalidCharacterString (Value should be enclosed in quotation marks)"},
    Kind{"SRV", is_srv, "SRVRRDATAIllegal (Value is not a valid SRV record)"},
    Kind{"TXT", is_text, "InvalidCharacterString (Value should be enclosed in quotation marks)"},
};

const Kind* kind_of(std::string_view type) {
  const auto* at = std::find_if(kKinds.begin(), kKinds.end(),
                                [&](const Kind& kind) { return kind.type == type; });
  return at == kKinds.end() ? nullptr : at;
}

}  // namespace

bool is_record_type(std::string_view type) {
  return kind_of(type) != nullptr;
}

std::optional<std::string> value_problem(std::string_view type, std::string_view value) {
  const Kind* kind = kind_of(type);
  if (kind == nullptr || kind->fits(value)) {
    return std::nullopt;
  }
  return fmt::format("Invalid Resource Record: 'FATAL problem: {} encountered with '{}''",
                     kind->problem, value);
}

}  // namespace postern::api::route53
