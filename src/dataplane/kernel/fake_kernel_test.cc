// SPDX-License-Identifier: Apache-2.0
// The fake keeps the contract, and fails when told to.
#include "dataplane/kernel/fake_kernel.h"

#include "dataplane/kernel/kernel_contract.h"

namespace postern::dataplane {
namespace {

class FakeUnderTest final : public KernelUnderTest {
 public:
  Kernel& kernel() override { return kernel_; }
  void restart() override {}  // the fake is the machine
  void add_instance_link(const Link& link) override { kernel_.add_link(link); }
  void end_instance(const Link& link) override { kernel_.lose_link(link); }

 private:
  FakeKernel kernel_;
};

std::unique_ptr<KernelUnderTest> make_fake() {
  return std::make_unique<FakeUnderTest>();
}

TEST(FakeKernel, The_chosen_call_fails_half_way_and_the_next_does_not) {
  FakeKernel kernel;
  Table rows(MapId::Vpcs);
  for (__u32 key = 1; key <= 4; ++key) {
    rows.add(key, pn_vpc{});
  }
  kernel.fail_call(2);
  EXPECT_TRUE(kernel.settle());
  EXPECT_FALSE(kernel.put(rows));
  EXPECT_EQ(kernel.dump(MapId::Vpcs)->size(), 2U);
  EXPECT_TRUE(kernel.put(rows));
  EXPECT_EQ(kernel.dump(MapId::Vpcs)->size(), 4U);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Fake, KernelContract, testing::Values(&make_fake));

}  // namespace postern::dataplane
