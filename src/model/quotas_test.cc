// SPDX-License-Identifier: Apache-2.0
#include "model/quotas.h"

#include <gtest/gtest.h>

#include "model/chosen.h"

namespace postern::model {
namespace {

TEST(Quotas, Each_is_found_by_its_word) {
  for (const QuotaInfo& info : all_quotas()) {
    EXPECT_EQ(find_quota(info.word)->quota, info.quota) << info.word;
    EXPECT_EQ(quota(World(), info.quota), info.most) << info.word;
  }
  EXPECT_EQ(find_quota("wishes"), nullptr);
}

TEST(Quotas, The_operators_number_is_the_one_that_holds) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint(), ids);
  set_quotas(tx, {{"interface-endpoints-per-vpc", 2}});
  EXPECT_EQ(quota(tx.world(), Quota::InterfaceEndpoints), 2);
  EXPECT_EQ(quota(tx.world(), Quota::Vpcs), 100);
  EXPECT_FALSE(is_used_up(tx.world(), Quota::InterfaceEndpoints, 1));
  EXPECT_TRUE(is_used_up(tx.world(), Quota::InterfaceEndpoints, 2));
  set_quotas(tx, {});
  EXPECT_EQ(quota(tx.world(), Quota::InterfaceEndpoints), 50);
}

}  // namespace
}  // namespace postern::model
