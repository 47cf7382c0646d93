// SPDX-License-Identifier: Apache-2.0
#include "model/connection_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "model/endpoint_state.h"
#include "model/topics.h"

namespace postern::model {
namespace {

constexpr std::string_view kPublisher = "vpce.amazonaws.com";

// AWS does not document the text of these messages; this is Postern's own.
TopicMessage message_of(const Transaction& tx, const ConnectionNotification& notification,
                        const VpcEndpoint& endpoint, ConnectionEvent event) {
  const boost::json::object body = {{"event", text(event)},
                                    {"time", format_iso8601(tx.now())},
                                    {"connectionNotificationId", notification.id.value},
                                    {"serviceId", endpoint.service.value},
                                    {"serviceName", endpoint.service_name},
                                    {"vpcEndpointId", endpoint.id.value},
                                    {"vpcEndpointOwner", endpoint.owner.value},
                                    {"vpcEndpointState", text(endpoint.state)},
                                    {"vpcEndpointConnectionId", endpoint.connection_id},
                                    {"region", endpoint.region}};
  return {.subject = fmt::format("VPC endpoint connection: {}", text(event)),
          .text = boost::json::serialize(body)};
}

// On whose behalf it is published: a policy may ask for it.
std::string source_arn(const ConnectionNotification& notification) {
  return notification.service.empty()
             ? fmt::format("arn:aws:ec2:{}:{}:vpc-endpoint/{}", notification.region,
                           notification.owner, notification.endpoint)
             : fmt::format("arn:aws:ec2:{}:{}:vpc-endpoint-service/{}", notification.region,
                           notification.owner, notification.service);
}

// Why it cannot be published; empty when it can.
std::string problem_of(const ConnectionNotification& notification, const Topic* topic) {
  if (topic == nullptr) {
    return "there is no such topic";
  }
  return service_may_publish(*topic, kPublisher, source_arn(notification), notification.owner)
             ? ""
             : "the topic's policy does not let vpce.amazonaws.com publish to it";
}

void tell(Transaction& tx, const ConnectionNotification& notification, const VpcEndpoint& endpoint,
          ConnectionEvent event) {
  const Topic* topic = tx.world().find(Id<Topic>(notification.topic_arn));
  std::string problem = problem_of(notification, topic);
  if (problem.empty()) {
    publish(tx, Topic(*topic), message_of(tx, notification, endpoint, event));
  } else {
    problem = fmt::format("{} {}: {}", format_iso8601(tx.now()), text(event), problem);
  }
  if (notification.problem != problem) {
    ConnectionNotification changed = notification;
    changed.problem = std::move(problem);
    tx.put(std::move(changed));
  }
}

bool is_about(const ConnectionNotification& notification, const VpcEndpoint& endpoint,
              ConnectionEvent event) {
  const bool named = notification.service.empty() ? notification.endpoint == endpoint.id
                                                  : notification.service == endpoint.service;
  return named && std::ranges::count(notification.events, text(event)) > 0;
}

}  // namespace

std::string_view text(ConnectionEvent event) {
  switch (event) {
    case ConnectionEvent::Accept:
      return "Accept";
    case ConnectionEvent::Connect:
      return "Connect";
    case ConnectionEvent::Delete:
      return "Delete";
    case ConnectionEvent::Reject:
      return "Reject";
  }
  return "";
}

void tell_connection(Transaction& tx, const Id<VpcEndpoint>& id, ConnectionEvent event) {
  const VpcEndpoint* found = tx.world().find(id);
  if (found == nullptr) {
    return;
  }
  const VpcEndpoint endpoint = *found;
  const Table<ConnectionNotification> all = tx.world().all<ConnectionNotification>();
  for (const auto& [notification_id, notification] : all) {
    if (is_about(*notification, endpoint, event)) {
      tell(tx, *notification, endpoint, event);
    }
  }
}

}  // namespace postern::model
