// SPDX-License-Identifier: Apache-2.0
// StartNetworkInsightsAnalysis, DescribeNetworkInsightsAnalyses, DeleteNetworkInsightsAnalysis. An
// analysis is done when it is started: it takes milliseconds, and nothing is sent for it.
#include "api/ec2/arn.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "api/insights/actions.h"
#include "api/insights/finding.h"

namespace postern::api::insights {
namespace {

using ec2::Unserved;
using model::NetworkInsightsAnalysis;
using model::NetworkInsightsPath;

struct AnalysisItem {
  std::string networkInsightsAnalysisId;
  std::string networkInsightsAnalysisArn;
  std::string networkInsightsPathId;
  TimePoint startDate;
  std::string status;
  std::optional<std::string> statusMessage;
  std::optional<std::string> warningMessage;
  std::optional<bool> networkPathFound;
  std::optional<wire::XmlText> forwardPathComponentSet;
  std::optional<wire::XmlText> returnPathComponentSet;
  std::optional<wire::XmlText> explanationSet;
  std::vector<ec2::TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(AnalysisItem, (),
                      (networkInsightsAnalysisId, networkInsightsAnalysisArn, networkInsightsPathId,
                       startDate, status, statusMessage, warningMessage, networkPathFound,
                       forwardPathComponentSet, returnPathComponentSet, explanationSet, tagSet))

std::optional<wire::XmlText> list(const std::string& items) {
  return items.empty() ? std::nullopt : std::optional(wire::XmlText{items});
}

AnalysisItem item_of(const NetworkInsightsAnalysis& analysis) {
  AnalysisItem item{.networkInsightsAnalysisId = analysis.id.value,
                    .networkInsightsAnalysisArn =
                        ec2::arn(analysis, "network-insights-analysis", analysis.id.value),
                    .networkInsightsPathId = analysis.path.value,
                    .startDate = analysis.started_at,
                    .status = analysis.succeeded ? "succeeded" : "failed",
                    .forwardPathComponentSet = list(analysis.forward_path),
                    .returnPathComponentSet = list(analysis.return_path),
                    .explanationSet = list(analysis.explanations),
                    .tagSet = ec2::tag_items(analysis.tags)};
  if (analysis.succeeded) {
    item.networkPathFound = analysis.path_found;
  } else {
    item.statusMessage = analysis.status_message;
  }
  if (!analysis.warning_message.empty()) {
    item.warningMessage = analysis.warning_message;
  }
  return item;
}

// The items of a list.
template <class T>
std::string items_xml(const std::vector<T>& items) {
  return wire::xml_fragment(wire::Dialect::Ec2, [&](wire::XmlWriter& xml) {
    for (const T& item : items) {
      wire::encode(xml, "item", item);
    }
  });
}

// ---- StartNetworkInsightsAnalysis ----

struct StartNetworkInsightsAnalysisRequest {
  std::string NetworkInsightsPathId;
  std::optional<Unserved> AdditionalAccount;  // of an organization, which there is none of
  std::optional<Unserved> FilterInArn;
  std::optional<Unserved> FilterOutArn;
  ec2::TagSpecifications TagSpecification;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(StartNetworkInsightsAnalysisRequest, (),
                      (NetworkInsightsPathId, AdditionalAccount, FilterInArn, FilterOutArn,
                       TagSpecification, ClientToken))

struct StartNetworkInsightsAnalysisAnswer {
  AnalysisItem networkInsightsAnalysis;
};
BOOST_DESCRIBE_STRUCT(StartNetworkInsightsAnalysisAnswer, (), (networkInsightsAnalysis))

Result<StartNetworkInsightsAnalysisAnswer> start_network_insights_analysis(
    model::Transaction& tx, const model::Caller& caller,
    const StartNetworkInsightsAnalysisRequest& request) {
  TRY_ASSIGN(const auto* path,
             ec2::find<NetworkInsightsPath>(tx.world(), caller, request.NetworkInsightsPathId));
  TRY_ASSIGN(auto tags, ec2::tags_for(request.TagSpecification, "network-insights-analysis"));
  NetworkInsightsAnalysis analysis{
      .id = model::Id<NetworkInsightsAnalysis>(tx.ids().ec2_id("nia-")),
      .owner = caller.account,
      .region = caller.region,
      .path = path->id,
      .started_at = tx.now(),
      .tags = std::move(tags)};
  if (const auto found = find_path(tx.world(), *path)) {
    analysis.path_found = found->path_found;
    analysis.forward_path = items_xml(found->forward_path);
    analysis.return_path = items_xml(found->return_path);
    analysis.explanations = items_xml(found->explanations);
    analysis.warning_message = found->warning;
  } else {
    analysis.succeeded = false;
    analysis.status_message = found.error().message();
  }
  tx.put(analysis);
  return StartNetworkInsightsAnalysisAnswer{item_of(analysis)};
}

// ---- DescribeNetworkInsightsAnalyses ----

struct DescribeNetworkInsightsAnalysesRequest {
  std::vector<std::string> NetworkInsightsAnalysisId;
  std::optional<std::string> NetworkInsightsPathId;
  std::optional<std::string> AnalysisStartTime;
  std::optional<std::string> AnalysisEndTime;
  ec2::Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInsightsAnalysesRequest, (),
                      (NetworkInsightsAnalysisId, NetworkInsightsPathId, AnalysisStartTime,
                       AnalysisEndTime, Filter, MaxResults, NextToken))

struct DescribeNetworkInsightsAnalysesAnswer {
  std::vector<AnalysisItem> networkInsightsAnalysisSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInsightsAnalysesAnswer, (),
                      (networkInsightsAnalysisSet, nextToken))

const ec2::FilterTable<NetworkInsightsAnalysis>& analysis_filters() {
  using Analysis = NetworkInsightsAnalysis;
  static const ec2::FilterTable<Analysis> kTable = {
      ec2::field_of<Analysis>("path-found",
                              [](const Analysis& analysis) { return analysis.path_found; }),
      ec2::field_of<Analysis>(
          "status",
          [](const Analysis& analysis) { return analysis.succeeded ? "succeeded" : "failed"; }),
  };
  return kTable;
}

// "2026-01-01T00:00:00"
constexpr std::size_t kSecondsLength = 19;

Result<> check_time(std::string_view parameter, const std::optional<std::string>& time) {
  if (time && (time->size() < kSecondsLength || (*time)[10] != 'T')) {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter {} is invalid.", *time,
                  parameter);
  }
  return {};
}

// By the second, as texts: so they compare as times do.
bool is_within(const NetworkInsightsAnalysis& analysis,
               const DescribeNetworkInsightsAnalysesRequest& request) {
  const auto second = [](const std::string& time) { return time.substr(0, kSecondsLength); };
  const std::string started = second(format_iso8601(analysis.started_at));
  return (!request.AnalysisStartTime || started >= second(*request.AnalysisStartTime)) &&
         (!request.AnalysisEndTime || started <= second(*request.AnalysisEndTime));
}

Result<DescribeNetworkInsightsAnalysesAnswer> describe_network_insights_analyses(
    const View& view, const DescribeNetworkInsightsAnalysesRequest& request) {
  TRY(check_time("AnalysisStartTime", request.AnalysisStartTime));
  TRY(check_time("AnalysisEndTime", request.AnalysisEndTime));
  if (request.NetworkInsightsPathId) {
    TRY(ec2::find<NetworkInsightsPath>(view.world, view.caller, *request.NetworkInsightsPathId));
  }
  TRY_ASSIGN(const auto selection,
             ec2::select<NetworkInsightsAnalysis>(view, request, request.NetworkInsightsAnalysisId,
                                                  analysis_filters()));
  DescribeNetworkInsightsAnalysesAnswer answer{.nextToken = selection.next_token};
  for (const NetworkInsightsAnalysis* analysis : selection.records) {
    if ((!request.NetworkInsightsPathId ||
         analysis->path.value == *request.NetworkInsightsPathId) &&
        is_within(*analysis, request)) {
      answer.networkInsightsAnalysisSet.push_back(item_of(*analysis));
    }
  }
  return answer;
}

// ---- DeleteNetworkInsightsAnalysis ----

struct DeleteNetworkInsightsAnalysisRequest {
  std::string NetworkInsightsAnalysisId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkInsightsAnalysisRequest, (), (NetworkInsightsAnalysisId))

struct DeleteNetworkInsightsAnalysisAnswer {
  std::string networkInsightsAnalysisId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkInsightsAnalysisAnswer, (), (networkInsightsAnalysisId))

Result<DeleteNetworkInsightsAnalysisAnswer> delete_network_insights_analysis(
    model::Transaction& tx, const model::Caller& caller,
    const DeleteNetworkInsightsAnalysisRequest& request) {
  TRY_ASSIGN(const auto* analysis, ec2::find<NetworkInsightsAnalysis>(
                                       tx.world(), caller, request.NetworkInsightsAnalysisId));
  const auto id = analysis->id;
  tx.erase(id);
  return DeleteNetworkInsightsAnalysisAnswer{id.value};
}

}  // namespace

std::vector<Action> analysis_actions() {
  return {
      write<start_network_insights_analysis>("StartNetworkInsightsAnalysis"),
      read<describe_network_insights_analyses>("DescribeNetworkInsightsAnalyses"),
      write<delete_network_insights_analysis>("DeleteNetworkInsightsAnalysis"),
  };
}

}  // namespace postern::api::insights
