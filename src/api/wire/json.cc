// SPDX-License-Identifier: Apache-2.0
#include "api/wire/json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace postern::api::wire {
namespace {

namespace json = boost::json;

// As the limits of forms.
constexpr std::size_t kJsonDepthMax = 16;
constexpr int kJsonValuesMax = 10'000;

class JsonReader {
 public:
  Result<> read(const json::value& from, Parameter& to) {
    if (++values_ > kJsonValuesMax) {
      return refuse(faults::MalformedInput, "The request's JSON is too large");
    }
    if (from.is_object()) {
      for (const auto& member : from.get_object()) {
        TRY(read_child(member.value(), std::string(member.key()), to));
      }
    } else if (from.is_array()) {
      int number = 0;
      for (const json::value& item : from.get_array()) {
        TRY(read_child(item, fmt::format("{:05}", ++number), to));
      }
    } else {
      to.value = from.is_string() ? std::string(from.get_string()) : json::serialize(from);
    }
    return {};
  }

 private:
  Result<> read_child(const json::value& from, const std::string& name, Parameter& to) {
    if (from.is_null()) {
      return {};
    }
    Parameter& child = to.children[name];
    child.path = (to.path.empty() ? "" : to.path + ".") + name;
    return read(from, child);
  }

  int values_ = 0;
};

}  // namespace

Result<Parameter> json_parameters(std::string_view body) {
  Parameter root;
  boost::system::error_code wrong;
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  const json::value parsed =
      body.empty() ? json::value(json::object())
                   : json::parse(json::string_view(body.data(), body.size()), wrong, {}, options);
  if (wrong || !parsed.is_object()) {
    return refuse(faults::MalformedInput, "The request's body is not a JSON object");
  }
  TRY(JsonReader().read(parsed, root));
  return root;
}

std::string json_text(const json::value& value) {
  return json::serialize(value);
}

}  // namespace postern::api::wire
