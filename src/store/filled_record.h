// SPDX-License-Identifier: Apache-2.0
// For tests: any described record with a value in every member, and whether two are alike. Made
// from the description, so that a member added tomorrow is covered.
#pragma once

#include <gtest/gtest.h>

#include "model/world.h"
#include "store/described_json.h"

namespace postern::store {

class Filler {
 public:
  explicit Filler(unsigned seed) : next_(seed) {}

  void fill(bool& value) { value = !value; }
  template <std::integral T>
  void fill(T& value) {
    value = static_cast<T>(++next_);
  }
  void fill(std::string& value) { value = fmt::format("text {}", ++next_); }
  void fill(TimePoint& value) { value = TimePoint(std::chrono::milliseconds(++next_)); }
  void fill(IpAddress& value) { value = IpAddress::v4(0x0a000000 + ++next_); }
  void fill(Cidr& value) { value = Cidr(IpAddress::v4(0x0a000000 + (++next_ << 8)), 24); }
  void fill(MacAddress& value) { value = MacAddress::local(++next_); }
  template <detail::Enumerated T>
  void fill(T& value) {
    // The last enumerator differs from the default, which is never the last.
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto enumerator) { value = enumerator.value; });
  }
  template <class T>
  void fill(model::Id<T>& value) {
    fill(value.value);
  }
  template <class T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& value) {
    fill(value.emplace_back());
    fill(value.emplace_back());
  }
  template <class T>
  void fill(std::map<std::string, T>& value) {
    fill(value[fmt::format("key {}", ++next_)]);
    fill(value[fmt::format("key {}", ++next_)]);
  }
  template <detail::Described T>
  void fill(T& value) {
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) { fill(value.*member.pointer); });
  }

 private:
  std::uint32_t next_;
};

// A T with nothing left at its default.
template <class T>
T filled(unsigned seed) {
  T record;
  Filler(seed).fill(record);
  return record;
}

struct Alike {
  template <class T>
  static bool of(const T& a, const T& b) {
    if constexpr (detail::Described<T>) {
      bool all = true;
      boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
        const bool same = of(a.*member.pointer, b.*member.pointer);
        EXPECT_TRUE(same) << "member " << member.name;
        all = all && same;
      });
      return all;
    } else {
      return a == b;
    }
  }
  template <class T>
  static bool of(const std::optional<T>& a, const std::optional<T>& b) {
    return a.has_value() == b.has_value() && (!a || of(*a, *b));
  }
  template <class T>
  static bool of(const std::map<std::string, T>& a, const std::map<std::string, T>& b) {
    bool all = a.size() == b.size();
    for (auto i = a.begin(), j = b.begin(); all && i != a.end(); ++i, ++j) {
      all = i->first == j->first && of(i->second, j->second);
    }
    return all;
  }
  template <class T>
  static bool of(const std::vector<T>& a, const std::vector<T>& b) {
    bool all = a.size() == b.size();
    for (std::size_t i = 0; all && i < a.size(); ++i) {
      all = of(a[i], b[i]);
    }
    return all;
  }
};

// Whether both worlds hold the same records at the same revision. Says where they differ.
template <class... Ts>
struct SameTables {
  template <class T>
  static bool same_table(const model::World& a, const model::World& b) {
    EXPECT_EQ(a.all<T>().size(), b.all<T>().size()) << T::kTable;
    bool all = a.all<T>().size() == b.all<T>().size();
    for (const auto& [id, record] : a.all<T>()) {
      const T* other = b.find(id);
      EXPECT_NE(other, nullptr) << T::kTable << " " << id.value;
      all = all && other != nullptr && Alike::of(*record, *other);
    }
    return all;
  }
  static bool of(const model::World& a, const model::World& b) {
    return a.revision() == b.revision() && (same_table<Ts>(a, b) && ...);
  }
};

inline bool same_world(const model::World& a, const model::World& b) {
  return model::ForEachRecord<SameTables>::of(a, b);
}

}  // namespace postern::store
