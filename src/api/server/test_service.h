// SPDX-License-Identifier: Apache-2.0
// Services and a world for tests: two accounts, a read and a write, in both dialects.
#pragma once

#include <boost/describe/class.hpp>

#include "api/server/dispatcher.h"
#include "api/wire/sigv4.h"
#include "store/memory_store.h"

namespace postern::api::server {

struct ListVpcsRequest {
  std::optional<std::string> Name;
};
BOOST_DESCRIBE_STRUCT(ListVpcsRequest, (), (Name))

struct ListVpcsAnswer {
  std::string account;
  std::string region;
  std::vector<std::string> vpcSet;
};
BOOST_DESCRIBE_STRUCT(ListVpcsAnswer, (), (account, region, vpcSet))

struct MakeVpcRequest {
  std::string Name;
};
BOOST_DESCRIBE_STRUCT(MakeVpcRequest, (), (Name))

struct MakeVpcAnswer {
  std::string vpcId;
};
BOOST_DESCRIBE_STRUCT(MakeVpcAnswer, (), (vpcId))

inline Result<ListVpcsAnswer> list_vpcs(const View& view, const ListVpcsRequest&) {
  ListVpcsAnswer out{.account = view.caller.account.value, .region = view.caller.region};
  for (const auto& [id, vpc] : view.world.all<model::Vpc>()) {
    if (model::owns(view.caller, *vpc)) {
      out.vpcSet.push_back(id.value);
    }
  }
  return out;
}

// `bad` is refused, `disk` meets a machine that fails.
inline Result<MakeVpcAnswer> make_vpc(model::Transaction& tx, const model::Caller& caller,
                                      const MakeVpcRequest& request) {
  if (request.Name == "bad") {
    return refuse(faults::InvalidParameterValue, "No <{}>", request.Name);
  }
  if (request.Name == "disk") {
    return unavailable("the disk is full");
  }
  const model::Vpc vpc{.id = model::Id<model::Vpc>("vpc-" + request.Name),
                       .owner = caller.account,
                       .region = caller.region};
  tx.put(vpc);
  return MakeVpcAnswer{.vpcId = vpc.id.value};
}

inline std::vector<Service> test_services() {
  const std::vector<Action> actions = {read<list_vpcs>("ListVpcs"), write<make_vpc>("MakeVpc")};
  return {{.signing_name = "ec2",
           .version = "2016-11-15",
           .xmlns = "http://ec2.amazonaws.com/doc/2016-11-15/",
           .dialect = wire::Dialect::Ec2,
           .actions = actions},
          {.signing_name = "sts",
           .version = "2011-06-15",
           .xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
           .dialect = wire::Dialect::Query,
           .actions = actions}};
}

// Accounts that are allowed in eu-west-1 already.
inline const wire::SigningKey kAda{"AKIAADA0000000000000", "ada's secret"};
inline const wire::SigningKey kBob{"AKIABOB0000000000000", "bob's secret"};

inline model::World world_of_ada_and_bob() {
  model::WorldBuilder world;
  for (const auto& [id, key] : {std::pair{"111111111111", kAda}, {"222222222222", kBob}}) {
    world.put(
        model::Account{.id = model::Id<model::Account>(id),
                       .access_keys = {{.id = key.access_key_id,
                                        .secret = key.secret_access_key,
                                        .principal_arn = fmt::format("arn:aws:iam::{}:root", id),
                                        .user_id = id}},
                       .regions = {"eu-west-1"}});
  }
  return world.build();
}

}  // namespace postern::api::server
