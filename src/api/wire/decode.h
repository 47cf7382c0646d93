// SPDX-License-Identifier: Apache-2.0
// Request structs from parameter trees. A request is a plain struct whose members carry AWS's names
// on the wire, described once with BOOST_DESCRIBE_STRUCT:
//
//   struct CreateSubnetRequest {
//     std::string VpcId;                          // required
//     std::optional<std::string> CidrBlock;       // may be absent
//     std::vector<TagSpecification> TagSpecification;  // TagSpecification.1.… (absent: empty)
//   };
//   BOOST_DESCRIBE_STRUCT(CreateSubnetRequest, (), (VpcId, CidrBlock, TagSpecification))
//
// Members may be std::string, bool, int, long, described structs, and optional or vector of these.
// An optional struct or vector is absent when no parameter begins with its name. A trailing
// underscore is not part of the name.
#pragma once

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/wire/dialect.h"
#include "api/wire/parameters.h"

namespace postern::api::wire {

// The items of a list, in their order, marked as known.
std::vector<const Parameter*> items(Dialect dialect, const Parameter& list);

// MissingParameter, in the dialect's words.
Error missing_parameter(Dialect dialect, std::string_view path);
// InvalidParameterValue, in the dialect's words.
Error invalid_value(Dialect dialect, std::string_view path, std::string_view value,
                    std::string_view expected);

Result<> decode_value(Dialect dialect, const Parameter& from, std::string& out);
Result<> decode_value(Dialect dialect, const Parameter& from, bool& out);
Result<> decode_value(Dialect dialect, const Parameter& from, int& out);
Result<> decode_value(Dialect dialect, const Parameter& from, long& out);

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;

// The wire's name of a described member.
constexpr std::string_view wire_name(std::string_view member) {
  return member.ends_with('_') ? member.substr(0, member.size() - 1) : member;
}

template <Described T>
Result<> decode_value(Dialect dialect, const Parameter& from, T& out);

template <class T>
Result<> decode_value(Dialect dialect, const Parameter& from, std::vector<T>& out) {
  for (const Parameter* item : items(dialect, from)) {
    TRY(decode_value(dialect, *item, out.emplace_back()));
  }
  return {};
}

template <class T>
struct MemberTraits {
  static constexpr bool kRequired = !Described<T>;
};
template <class T>
struct MemberTraits<std::vector<T>> {
  static constexpr bool kRequired = false;
};

template <class T>
Result<> decode_member(Dialect dialect, const Parameter& parent, std::string_view name, T& out) {
  if (const Parameter* found = parent.child(name)) {
    return decode_value(dialect, *found, out);
  }
  if constexpr (MemberTraits<T>::kRequired) {
    const std::string prefix = parent.path.empty() ? "" : parent.path + ".";
    return std::unexpected(missing_parameter(dialect, prefix + std::string(name)));
  } else if constexpr (Described<T>) {
    return decode_value(dialect, Parameter{.path = std::string(name)}, out);
  }
  return {};
}

template <class T>
Result<> decode_member(Dialect dialect, const Parameter& parent, std::string_view name,
                       std::optional<T>& out) {
  if (const Parameter* found = parent.child(name)) {
    return decode_value(dialect, *found, out.emplace());
  }
  return {};
}

template <Described T>
Result<> decode_value(Dialect dialect, const Parameter& from, T& out) {
  Result<> result;
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    if (result) {
      result = decode_member(dialect, from, wire_name(member.name), out.*member.pointer);
    }
  });
  return result;
}

// The request, with every parameter accounted for: UnknownParameter for one that no member names.
// The caller has taken `Action`, `Version` and the like out of the tree, or asked for them before.
template <Described T>
Result<T> decode_request(Dialect dialect, const Parameter& root) {
  T request;
  TRY(decode_value(dialect, root, request));
  if (const auto unknown = root.first_unknown()) {
    return refuse(faults::UnknownParameter, "The parameter {} is not recognized", *unknown);
  }
  return request;
}

}  // namespace postern::api::wire
