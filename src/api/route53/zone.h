// SPDX-License-Identifier: Apache-2.0
// What the actions on hosted zones share: finding one, noting a change, and both as answers.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::route53 {

struct ChangeInfo {
  std::string Id;
  std::string Status = "INSYNC";  // a change is everywhere when it is answered
  TimePoint SubmittedAt;
  std::optional<std::string> Comment;
};
BOOST_DESCRIBE_STRUCT(ChangeInfo, (), (Id, Status, SubmittedAt, Comment))

struct ChangeAnswer {
  struct ChangeInfo ChangeInfo;
};
BOOST_DESCRIBE_STRUCT(ChangeAnswer, (), (ChangeInfo))

ChangeInfo change_info(const model::ZoneChange& change);
// Notes that the caller has changed something, for GetChange.
ChangeInfo note_change(model::Transaction& tx, const model::Caller& caller,
                       const std::optional<std::string>& comment = std::nullopt);

// The caller's zone. Ids may come with the path before them: /hostedzone/Z1.
Result<const model::HostedZone*> find_zone(const model::World& world, const model::Caller& caller,
                                           const std::string& id);
// An id without the path before it.
std::string bare_id(const std::string& id);

struct ZoneConfig {
  std::optional<std::string> Comment;
  bool PrivateZone = false;
};
BOOST_DESCRIBE_STRUCT(ZoneConfig, (), (Comment, PrivateZone))

struct ZoneItem {
  std::string Id;
  std::string Name;
  std::string CallerReference;
  ZoneConfig Config;
  std::size_t ResourceRecordSetCount = 0;
};
BOOST_DESCRIBE_STRUCT(ZoneItem, (), (Id, Name, CallerReference, Config, ResourceRecordSetCount))

ZoneItem zone_item(const model::HostedZone& zone);

// A VPC as requests and answers name it.
struct VpcItem {
  std::string VPCRegion;
  std::string VPCId;
};
BOOST_DESCRIBE_STRUCT(VpcItem, (), (VPCRegion, VPCId))

VpcItem vpc_item(const model::ZoneVpc& vpc);

// ConflictingDomainExists when the VPC has a private zone of that name already.
Result<> check_no_conflict(const model::World& world, const model::ZoneVpc& vpc,
                           const std::string& zone_name);

// `maxitems` of lists: 1 to 100, 100 when absent. [Route 53 API reference]
Result<std::size_t> page_size(const std::optional<int>& max_items, int most = 100);

}  // namespace postern::api::route53
