// SPDX-License-Identifier: Apache-2.0
#include "api/wire/answer_tree.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace postern::api::wire {
namespace {

namespace json = boost::json;

struct JsonMaker {
  json::value operator()(const std::string& value) const { return json::string(value); }
  json::value operator()(bool value) const { return value; }
  json::value operator()(std::int64_t value) const { return value; }
  json::value operator()(double value) const { return value; }
  json::value operator()(TimePoint value) const {
    const std::int64_t milliseconds = value.time_since_epoch().count();
    return milliseconds % 1000 == 0 ? json::value(milliseconds / 1000)
                                    : json::value(static_cast<double>(milliseconds) / 1000);
  }
  json::value operator()(const AnswerTree::List& list) const {
    json::array out;
    for (const AnswerTree& item : list) {
      out.push_back(std::visit(*this, item.value));
    }
    return out;
  }
  json::value operator()(const AnswerTree::Members& members) const {
    json::object out;
    for (const auto& [name, member] : members) {
      out[name] = std::visit(*this, member.value);
    }
    return out;
  }
};

}  // namespace

std::string json_of(const AnswerTree& tree) {
  return json::serialize(std::visit(JsonMaker(), tree.value));
}

}  // namespace postern::api::wire
