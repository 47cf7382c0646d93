// SPDX-License-Identifier: Apache-2.0
// Subscribe, ConfirmSubscription, Unsubscribe, ListSubscriptions, ListSubscriptionsByTopic.
// [SNS API reference 2010-03-31]
#include "api/sns/subscription.h"

#include <algorithm>

#include "api/sns/find.h"
#include "api/sns/pages.h"
#include "api/wire/url.h"
#include "model/chosen.h"
#include "model/topics.h"

namespace postern::api::sns {
namespace {

using model::Id;
using model::TopicSubscription;

constexpr std::size_t kSubscriptionsMax = 10'000;  // of a topic: one host delivers them
constexpr std::size_t kEndpointMax = 2048;
constexpr const char* kAuthenticate = "AuthenticateOnUnsubscribe";

// ---- Subscribe

struct SubscribeRequest {
  std::string TopicArn;
  std::string Protocol;
  std::optional<std::string> Endpoint;
  std::optional<AttributeMap> Attributes;
  std::optional<bool> ReturnSubscriptionArn;
};
BOOST_DESCRIBE_STRUCT(SubscribeRequest, (),
                      (TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn))

struct SubscriptionAnswer {
  std::string SubscriptionArn;
};
BOOST_DESCRIBE_STRUCT(SubscriptionAnswer, (), (SubscriptionArn))

Result<> check_protocol(const std::string& protocol) {
  if (protocol == "http" || protocol == "https") {
    return {};
  }
  for (const char* known :
       {"email", "email-json", "sms", "sqs", "application", "lambda", "firehose"}) {
    if (protocol == known) {
      return invalid("Protocol", fmt::format("{} is not supported; http and https are", protocol));
    }
  }
  return invalid(fmt::format("Does not support this protocol string: {}", protocol));
}

// "http://…" for http, and somebody behind it.
Result<> check_endpoint(const std::string& protocol, const std::string& endpoint) {
  const std::string begin = protocol + "://";
  const std::string rest =
      endpoint.starts_with(begin) ? endpoint.substr(begin.size()) : std::string();
  if (rest.empty() || rest.front() == '/') {
    return invalid("Endpoint must match the specified protocol");
  }
  const bool plain = std::ranges::all_of(endpoint, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!plain || endpoint.size() > kEndpointMax) {
    return invalid("Endpoint");
  }
  if (rest.substr(0, rest.find('/')).find('@') != std::string::npos) {
    return invalid("Endpoint", "a name and password in it are not supported");
  }
  return {};
}

// Whether the operator lets messages go there. What a name stands for is asked when one is sent.
Result<> check_network(const model::World& world, const std::string& endpoint) {
  const std::vector<Cidr> networks = model::settings_of(world).subscriber_networks;
  if (networks.empty()) {
    return invalid("Endpoint",
                   "messages are delivered to nobody here; the operator names networks of "
                   "subscribers with posternd --subscriber-network");
  }
  const auto url = wire::parse_url(endpoint);
  if (!url) {
    return invalid("Endpoint");
  }
  const auto address = IpAddress::parse(url->host);
  const auto holds = [&](const Cidr& network) { return network.contains(*address); };
  if (address && std::ranges::none_of(networks, holds)) {
    return invalid("Endpoint", fmt::format("{} is in no network that the operator has named with "
                                           "posternd --subscriber-network",
                                           url->host));
  }
  return {};
}

const TopicSubscription* find_same(const model::World& world, const SubscribeRequest& request) {
  for (const auto& [id, subscription] : world.all<TopicSubscription>()) {
    if (subscription->topic.value == request.TopicArn &&
        subscription->protocol == request.Protocol &&
        subscription->endpoint == request.Endpoint.value_or("")) {
      return subscription.get();
    }
  }
  return nullptr;
}

Result<> check_count(const model::World& world, const std::string& topic) {
  const auto count = std::ranges::count_if(world.all<TopicSubscription>(), [&](const auto& row) {
    return row.second->topic.value == topic;
  });
  if (static_cast<std::size_t>(count) >= kSubscriptionsMax) {
    return refuse(faults::SnsSubscriptionLimitExceeded, "Subscription limit exceeded");
  }
  return {};
}

std::string new_token(IdSource& ids) {
  std::string token;
  for (int i = 0; i < 8; ++i) {
    token += ids.hex16();
  }
  return token;
}

Result<TopicSubscription> add_subscription(model::Transaction& tx, const model::Caller& caller,
                                           const SubscribeRequest& request) {
  TRY(check_count(tx.world(), request.TopicArn));
  TopicSubscription subscription{
      .id = Id<TopicSubscription>(fmt::format("{}:{}", request.TopicArn, tx.ids().uuid())),
      .owner = caller.account,
      .region = caller.region,
      .topic = Id<model::Topic>(request.TopicArn),
      .protocol = request.Protocol,
      .endpoint = request.Endpoint.value_or(""),
      .token = new_token(tx.ids()),
      .created_at = tx.now()};
  for (const auto& [name, value] : request.Attributes.value_or(AttributeMap{}).entries) {
    TRY(set_attribute(subscription, name, value));
  }
  tx.put(subscription);
  return subscription;
}

Result<SubscriptionAnswer> subscribe(model::Transaction& tx, const model::Caller& caller,
                                     const SubscribeRequest& request) {
  TRY(own_topic(tx.world(), caller, request.TopicArn, "Subscribe"));
  TRY(check_protocol(request.Protocol));
  TRY(check_endpoint(request.Protocol, request.Endpoint.value_or("")));
  TRY(check_network(tx.world(), request.Endpoint.value_or("")));
  const TopicSubscription* same = find_same(tx.world(), request);
  TopicSubscription subscription;
  if (same != nullptr) {
    subscription = *same;
  } else {
    TRY_ASSIGN(subscription, add_subscription(tx, caller, request));
  }
  if (!subscription.confirmed) {
    model::ask_to_confirm(tx, subscription);
  }
  const bool tell = subscription.confirmed || request.ReturnSubscriptionArn.value_or(false);
  return SubscriptionAnswer{tell ? subscription.id.value : "pending confirmation"};
}

// ---- ConfirmSubscription

struct ConfirmRequest {
  std::string TopicArn;
  std::string Token;
  std::optional<std::string> AuthenticateOnUnsubscribe;
};
BOOST_DESCRIBE_STRUCT(ConfirmRequest, (), (TopicArn, Token, AuthenticateOnUnsubscribe))

Result<SubscriptionAnswer> confirm_subscription(model::Transaction& tx, const model::Caller&,
                                                const ConfirmRequest& request) {
  TRY_ASSIGN(std::string arn, confirm(tx, request.TopicArn, request.Token,
                                      request.AuthenticateOnUnsubscribe == "true"));
  return SubscriptionAnswer{std::move(arn)};
}

// ---- Unsubscribe

struct UnsubscribeRequest {
  std::string SubscriptionArn;
};
BOOST_DESCRIBE_STRUCT(UnsubscribeRequest, (), (SubscriptionArn))

Result<Nothing> unsubscribe_action(model::Transaction& tx, const model::Caller& caller,
                                   const UnsubscribeRequest& request) {
  const auto found = own_subscription(tx.world(), caller, request.SubscriptionArn, "Unsubscribe");
  // Of one that is gone, AWS says no more than that.
  if (!found && &found.error().fault() != &faults::SnsNotFound) {
    return std::unexpected(found.error());
  }
  TRY(unsubscribe(tx, found ? *found : nullptr));
  return Nothing{};
}

// ---- ListSubscriptions, ListSubscriptionsByTopic

struct SubscriptionItem {
  std::string SubscriptionArn;
  std::string Owner;
  std::string Protocol;
  std::string Endpoint;
  std::string TopicArn;
};
BOOST_DESCRIBE_STRUCT(SubscriptionItem, (), (SubscriptionArn, Owner, Protocol, Endpoint, TopicArn))

struct SubscriptionsAnswer {
  std::vector<SubscriptionItem> Subscriptions;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(SubscriptionsAnswer, (), (Subscriptions, NextToken))

template <class Wanted>
SubscriptionsAnswer list(const model::World& world, const std::optional<std::string>& token,
                         Wanted wanted) {
  std::vector<const TopicSubscription*> found;
  for (const auto& [id, subscription] : world.all<TopicSubscription>()) {
    if (wanted(*subscription)) {
      found.push_back(subscription.get());
    }
  }
  SubscriptionsAnswer answer;
  answer.NextToken =
      cut_to_page(found, token, [](const TopicSubscription* s) { return s->id.value; });
  for (const TopicSubscription* s : found) {
    answer.Subscriptions.push_back(
        {.SubscriptionArn = s->confirmed ? s->id.value : "PendingConfirmation",
         .Owner = s->owner.value,
         .Protocol = s->protocol,
         .Endpoint = s->endpoint,
         .TopicArn = s->topic.value});
  }
  return answer;
}

struct ListSubscriptionsRequest {
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(ListSubscriptionsRequest, (), (NextToken))

Result<SubscriptionsAnswer> list_subscriptions(const View& view,
                                               const ListSubscriptionsRequest& request) {
  return list(view.world, request.NextToken,
              [&](const TopicSubscription& s) { return model::owns(view.caller, s); });
}

struct ListByTopicRequest {
  std::string TopicArn;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(ListByTopicRequest, (), (TopicArn, NextToken))

Result<SubscriptionsAnswer> list_subscriptions_by_topic(const View& view,
                                                        const ListByTopicRequest& request) {
  TRY(own_topic(view.world, view.caller, request.TopicArn, "ListSubscriptionsByTopic"));
  return list(view.world, request.NextToken,
              [&](const TopicSubscription& s) { return s.topic.value == request.TopicArn; });
}

}  // namespace

Result<std::string> confirm(model::Transaction& tx, const std::string& topic,
                            const std::string& token, bool authenticate_on_unsubscribe) {
  TRY(find_topic(tx.world(), topic));
  for (const auto& [id, found] : tx.world().all<TopicSubscription>()) {
    if (found->topic.value == topic && found->token == token) {
      TopicSubscription subscription = *found;
      if (!subscription.confirmed) {
        subscription.confirmed = true;
        if (authenticate_on_unsubscribe) {
          subscription.attributes[kAuthenticate] = "true";
        }
        tx.put(subscription);
      }
      return subscription.id.value;
    }
  }
  return invalid("Token");
}

Result<> unsubscribe(model::Transaction& tx, const TopicSubscription* subscription) {
  if (subscription == nullptr) {
    return {};
  }
  if (!subscription->confirmed) {
    return invalid("SubscriptionArn",
                   "Cannot unsubscribe a subscription that is pending confirmation");
  }
  model::erase_subscription(tx, Id<TopicSubscription>(subscription->id));
  return {};
}

std::vector<Action> subscription_actions() {
  return {write<confirm_subscription>("ConfirmSubscription"),
          read<list_subscriptions>("ListSubscriptions"),
          read<list_subscriptions_by_topic>("ListSubscriptionsByTopic"),
          write<subscribe>("Subscribe"), write<unsubscribe_action>("Unsubscribe")};
}

}  // namespace postern::api::sns
