// SPDX-License-Identifier: Apache-2.0
#include "model/table.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

namespace postern::model {
namespace {

struct Thing {
  Id<Thing> id;
  int value = 0;
};

using Things = Table<Thing>;
using Model = std::map<std::string, int>;

void put(Things& table, const std::string& id, int value) {
  table.put(std::make_shared<const Thing>(Thing{.id = Id<Thing>(id), .value = value}));
}

Model contents(const Things& table) {
  Model found;
  std::string last;
  for (const auto& [id, thing] : table) {
    EXPECT_LT(last, id.value) << "out of order, or twice";
    EXPECT_EQ(thing->id, id);
    last = id.value;
    found[id.value] = thing->value;
  }
  EXPECT_EQ(table.size(), found.size());
  EXPECT_EQ(table.empty(), found.empty());
  return found;
}

TEST(Table, Is_what_a_map_is_and_its_copies_stay_as_they_were) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Things table;
    Model model;
    std::vector<std::pair<Things, Model>> copies;
    for (int step = 0; step < 3000; ++step) {
      const std::string id = std::to_string(random() % 1000);
      // Grows first, shrinks then.
      if (random() % 10 < (step < 1500 ? 8U : 2U)) {
        put(table, id, step);
        model[id] = step;
      } else {
        table.erase(Id<Thing>(id));
        model.erase(id);
      }
      const std::string asked = std::to_string(random() % 1000);
      const Thing* found = table.find(Id<Thing>(asked));
      const auto expected = model.find(asked);
      ASSERT_EQ(found != nullptr, expected != model.end()) << asked;
      if (found != nullptr) {
        ASSERT_EQ(found->value, expected->second);
      }
      const auto from = table.lower_bound(Id<Thing>(asked));
      const auto expected_from = model.lower_bound(asked);
      ASSERT_EQ(from == table.end(), expected_from == model.end()) << asked;
      if (from != table.end()) {
        ASSERT_EQ(from->first.value, expected_from->first);
      }
      if (step % 300 == 0) {
        copies.emplace_back(table, model);
      }
    }
    EXPECT_EQ(contents(table), model);
    for (const auto& [copy, then] : copies) {
      EXPECT_EQ(contents(copy), then);
    }
  }
}

TEST(Table, Ids_may_come_in_their_order_or_against_it) {
  Things up;
  Things down;
  for (int n = 0; n < 1000; ++n) {
    put(up, std::to_string(1000 + n), n);
    put(down, std::to_string(1999 - n), 999 - n);
  }
  EXPECT_EQ(contents(up), contents(down));
  for (int n = 0; n < 1000; ++n) {
    up.erase(Id<Thing>(std::to_string(1000 + n)));
  }
  EXPECT_TRUE(contents(up).empty());
  EXPECT_EQ(up.begin(), up.end());
}

TEST(Table, Who_goes_through_it_sees_none_of_what_is_written_meanwhile) {
  Things table;
  for (int n = 0; n < 500; ++n) {
    put(table, std::to_string(1000 + n), 0);
  }
  int seen = 0;
  for (const auto& [id, thing] : table) {
    EXPECT_EQ(thing->value, 0);
    ++seen;
    put(table, id.value + "+", 1);
    put(table, "0" + id.value, 1);
    table.erase(Id<Thing>(std::to_string(1499 - seen % 250)));
  }
  EXPECT_EQ(seen, 500);
  EXPECT_EQ(table.size(), 1250U);
}

TEST(Table, What_is_not_written_to_is_shared_with_the_copy) {
  Things table;
  for (int n = 0; n < 1000; ++n) {
    put(table, std::to_string(1000 + n), n);
  }
  const Things copy = table;
  put(table, "1500", -1);
  const Id<Thing> other("1001");
  EXPECT_EQ(table.find(other), copy.find(other));
  EXPECT_EQ(copy.find(Id<Thing>("1500"))->value, 500);
  EXPECT_EQ(table.find(Id<Thing>("1500"))->value, -1);
}

// What for_each_change() says: the values before and after, by id.
using Change = std::pair<std::optional<int>, std::optional<int>>;
std::map<std::string, Change> changes(const Things& before, const Things& after) {
  std::map<std::string, Change> found;
  for_each_change(
      before, after,
      [&](const std::shared_ptr<const Thing>* old, const std::shared_ptr<const Thing>* now) {
        const auto value = [](const auto* thing) {
          return thing != nullptr ? std::optional((*thing)->value) : std::nullopt;
        };
        const bool is_new =
            found.emplace((old != nullptr ? *old : *now)->id.value, Change(value(old), value(now)))
                .second;
        EXPECT_TRUE(is_new) << "told twice";
      });
  return found;
}

TEST(Table, Tells_what_two_of_it_do_not_share) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Things table;
    Things before;
    std::map<std::string, Change> made;
    for (int step = 0; step < 1000; ++step) {
      if (random() % 20 == 0) {
        std::erase_if(made,
                      [](const auto& each) { return each.second.first == each.second.second; });
        ASSERT_EQ(changes(before, table), made) << step;
        before = table;
        made.clear();
      }
      const std::string id = std::to_string(random() % 700);
      const Thing* old = before.find(Id<Thing>(id));
      Change& change = made[id];
      change.first = old != nullptr ? std::optional(old->value) : std::nullopt;
      if (random() % 10 < (step < 500 ? 8U : 2U)) {
        put(table, id, step);
        change.second = step;
      } else {
        table.erase(Id<Thing>(id));
        change.second = std::nullopt;
      }
    }
    EXPECT_EQ(changes(table, table).size(), 0U);
    EXPECT_EQ(changes(Things(), table).size(), table.size());
  }
}

}  // namespace
}  // namespace postern::model
