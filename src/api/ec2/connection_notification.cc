// SPDX-License-Identifier: Apache-2.0
// Notifications of what happens to endpoints' connections: CreateVpcEndpointConnectionNotification,
// Describe-, Modify- and DeleteVpcEndpointConnectionNotifications.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/gateway_endpoint.h"
#include "api/ec2/select.h"
#include "api/ec2/unsuccessful.h"

namespace postern::api::ec2 {
namespace {

using model::ConnectionNotification;
using model::Id;

// ---- What the actions share

// In the order of the alphabet, each once, as AWS answers them.
Result<std::vector<std::string>> events_of(std::vector<std::string> events) {
  for (const std::string& event : events) {
    if (event != "Accept" && event != "Connect" && event != "Delete" && event != "Reject") {
      return refuse(faults::InvalidParameterValue,
                    "Value ({}) for parameter ConnectionEvents is invalid.", event);
    }
  }
  std::ranges::sort(events);
  const auto rest = std::ranges::unique(events);
  events.erase(rest.begin(), rest.end());
  return events;
}

// Of this region. Whether it may be published to is seen when there is something to publish: its
// policy may change.
Result<> check_topic(const model::World& world, const model::Caller& caller,
                     const std::string& arn) {
  if (!arn.starts_with(fmt::format("arn:aws:sns:{}:", caller.region))) {
    return refuse(faults::InvalidParameter,
                  "The connection notification ARN '{}' is not of an SNS topic in {}", arn,
                  caller.region);
  }
  if (world.find(Id<model::Topic>(arn)) == nullptr) {
    return refuse(faults::InvalidParameter, "The SNS topic '{}' does not exist", arn);
  }
  return {};
}

struct NotificationItem {
  std::string connectionNotificationId;
  std::optional<std::string> serviceId;
  std::optional<std::string> vpcEndpointId;
  std::string connectionNotificationType = "Topic";
  std::string connectionNotificationArn;
  std::vector<std::string> connectionEvents;
  std::string connectionNotificationState = "Enabled";
};
BOOST_DESCRIBE_STRUCT(NotificationItem, (),
                      (connectionNotificationId, serviceId, vpcEndpointId,
                       connectionNotificationType, connectionNotificationArn, connectionEvents,
                       connectionNotificationState))

NotificationItem notification_item(const ConnectionNotification& notification) {
  const auto id = [](const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  return {.connectionNotificationId = notification.id.value,
          .serviceId = id(notification.service.value),
          .vpcEndpointId = id(notification.endpoint.value),
          .connectionNotificationArn = notification.topic_arn,
          .connectionEvents = notification.events};
}

// ---- CreateVpcEndpointConnectionNotification

struct CreateNotificationRequest {
  std::optional<std::string> ServiceId;
  std::optional<std::string> VpcEndpointId;
  std::string ConnectionNotificationArn;
  std::vector<std::string> ConnectionEvents;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(CreateNotificationRequest, (),
                      (ServiceId, VpcEndpointId, ConnectionNotificationArn, ConnectionEvents,
                       ClientToken))

struct CreateNotificationAnswer {
  NotificationItem connectionNotification;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateNotificationAnswer, (), (connectionNotification, clientToken))

// "You can create a connection notification for interface endpoints only." [EC2 API reference]
Result<> set_subject(const model::World& world, const model::Caller& caller,
                     const CreateNotificationRequest& request,
                     ConnectionNotification& notification) {
  const std::string service = request.ServiceId.value_or("");
  const std::string endpoint = request.VpcEndpointId.value_or("");
  if (service.empty() == endpoint.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "Exactly one of ServiceId and VpcEndpointId must be specified");
  }
  if (!service.empty()) {
    TRY_ASSIGN(const auto* const found, find<model::EndpointService>(world, caller, service));
    notification.service = found->id;
    return {};
  }
  TRY_ASSIGN(const auto* const found, find<model::VpcEndpoint>(world, caller, endpoint));
  if (found->state == model::EndpointState::Deleted) {
    return refuse_id(id_words<model::VpcEndpoint>(), endpoint);
  }
  if (is_gateway(*found)) {
    return refuse(faults::InvalidParameter,
                  "Connection notifications are for interface endpoints only");
  }
  notification.endpoint = found->id;
  return {};
}

Result<CreateNotificationAnswer> create(model::Transaction& tx, const model::Caller& caller,
                                        const CreateNotificationRequest& request) {
  if (request.ConnectionEvents.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ConnectionEvents"));
  }
  ConnectionNotification notification{
      .id = Id<ConnectionNotification>(tx.ids().ec2_id("vpce-nfn-")),
      .owner = caller.account,
      .region = caller.region,
      .topic_arn = request.ConnectionNotificationArn,
      .created_at = tx.now()};
  TRY(set_subject(tx.world(), caller, request, notification));
  TRY(check_topic(tx.world(), caller, notification.topic_arn));
  TRY_ASSIGN(notification.events, events_of(request.ConnectionEvents));
  tx.put(notification);
  return CreateNotificationAnswer{.connectionNotification = notification_item(notification),
                                  .clientToken = request.ClientToken};
}

// ---- DescribeVpcEndpointConnectionNotifications

struct DescribeNotificationsRequest {
  std::optional<std::string> ConnectionNotificationId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNotificationsRequest, (),
                      (ConnectionNotificationId, Filter, MaxResults, NextToken))

struct DescribeNotificationsAnswer {
  std::vector<NotificationItem> connectionNotificationSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNotificationsAnswer, (), (connectionNotificationSet, nextToken))

const FilterTable<ConnectionNotification>& notification_filters() {
  using N = ConnectionNotification;
  const auto some = [](const std::string& id) { return id.empty() ? Values{} : Values{id}; };
  static const FilterTable<N> kTable = {
      {"connection-notification-arn", [](const N& n) { return Values{n.topic_arn}; }},
      {"connection-notification-id", [](const N& n) { return Values{n.id.value}; }},
      {"connection-notification-state", [](const N&) { return Values{"Enabled"}; }},
      {"connection-notification-type", [](const N&) { return Values{"Topic"}; }},
      {"service-id", [some](const N& n) { return some(n.service.value); }},
      {"vpc-endpoint-id", [some](const N& n) { return some(n.endpoint.value); }},
  };
  return kTable;
}

Result<DescribeNotificationsAnswer> describe(const View& view,
                                             const DescribeNotificationsRequest& request) {
  std::vector<std::string> ids;
  if (!request.ConnectionNotificationId.value_or("").empty()) {
    ids.push_back(*request.ConnectionNotificationId);
  }
  TRY_ASSIGN(const auto found,
             select<ConnectionNotification>(view, request, ids, notification_filters()));
  DescribeNotificationsAnswer answer{.nextToken = found.next_token};
  for (const ConnectionNotification* notification : found.records) {
    answer.connectionNotificationSet.push_back(notification_item(*notification));
  }
  return answer;
}

// ---- ModifyVpcEndpointConnectionNotification

struct ModifyNotificationRequest {
  std::string ConnectionNotificationId;
  std::optional<std::string> ConnectionNotificationArn;
  std::vector<std::string> ConnectionEvents;
};
BOOST_DESCRIBE_STRUCT(ModifyNotificationRequest, (),
                      (ConnectionNotificationId, ConnectionNotificationArn, ConnectionEvents))

Result<Done> modify(model::Transaction& tx, const model::Caller& caller,
                    const ModifyNotificationRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<ConnectionNotification>(tx.world(), caller, request.ConnectionNotificationId));
  ConnectionNotification notification = *found;
  if (const auto& arn = request.ConnectionNotificationArn) {
    TRY(check_topic(tx.world(), caller, *arn));
    notification.topic_arn = *arn;
  }
  if (!request.ConnectionEvents.empty()) {
    TRY_ASSIGN(notification.events, events_of(request.ConnectionEvents));
  }
  tx.put(std::move(notification));
  return Done{};
}

// ---- DeleteVpcEndpointConnectionNotifications

struct DeleteNotificationsRequest {
  std::vector<std::string> ConnectionNotificationId;
};
BOOST_DESCRIBE_STRUCT(DeleteNotificationsRequest, (), (ConnectionNotificationId))

Result<UnsuccessfulAnswer> remove(model::Transaction& tx, const model::Caller& caller,
                                  const DeleteNotificationsRequest& request) {
  if (request.ConnectionNotificationId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ConnectionNotificationId"));
  }
  return each_or_unsuccessful(
      request.ConnectionNotificationId, [&](const std::string& id) -> Result<> {
        TRY_ASSIGN(const auto* const found, find<ConnectionNotification>(tx.world(), caller, id));
        tx.erase(Id<ConnectionNotification>(found->id));
        return {};
      });
}

}  // namespace

std::vector<Action> connection_notification_actions() {
  return {
      write<create>("CreateVpcEndpointConnectionNotification"),
      write<remove>("DeleteVpcEndpointConnectionNotifications"),
      read<describe>("DescribeVpcEndpointConnectionNotifications"),
      write<modify>("ModifyVpcEndpointConnectionNotification"),
  };
}

}  // namespace postern::api::ec2
