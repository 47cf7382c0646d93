// SPDX-License-Identifier: Apache-2.0
// CreateNetworkInsightsPath, DescribeNetworkInsightsPaths, DeleteNetworkInsightsPath.
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
using model::NetworkInsightsPath;

// ---- CreateNetworkInsightsPath ----

// Of newer clients, in place of DestinationIp.
struct RequestPathFilter {
  std::optional<std::string> SourceAddress;
  std::optional<std::string> DestinationAddress;
  std::optional<Unserved> SourcePortRange;
  std::optional<Unserved> DestinationPortRange;
};
BOOST_DESCRIBE_STRUCT(RequestPathFilter, (),
                      (SourceAddress, DestinationAddress, SourcePortRange, DestinationPortRange))

struct CreateNetworkInsightsPathRequest {
  std::optional<std::string> SourceIp;
  std::optional<std::string> DestinationIp;
  std::string Source;
  std::optional<std::string> Destination;
  std::string Protocol;
  std::optional<int> DestinationPort;
  ec2::TagSpecifications TagSpecification;
  std::optional<std::string> ClientToken;
  std::optional<RequestPathFilter> FilterAtSource;
  std::optional<Unserved> FilterAtDestination;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkInsightsPathRequest, (),
                      (SourceIp, DestinationIp, Source, Destination, Protocol, DestinationPort,
                       TagSpecification, ClientToken, FilterAtSource, FilterAtDestination))

struct PathItem {
  std::string networkInsightsPathId;
  std::string networkInsightsPathArn;
  TimePoint createdDate;
  std::string source;
  std::optional<std::string> destination;
  std::optional<std::string> sourceArn;
  std::optional<std::string> destinationArn;
  std::optional<std::string> sourceIp;
  std::optional<std::string> destinationIp;
  std::string protocol;
  std::optional<int> destinationPort;
  std::vector<ec2::TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(PathItem, (),
                      (networkInsightsPathId, networkInsightsPathArn, createdDate, source,
                       destination, sourceArn, destinationArn, sourceIp, destinationIp, protocol,
                       destinationPort, tagSet))

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

PathItem item_of(const model::World& world, const NetworkInsightsPath& path) {
  return {.networkInsightsPathId = path.id.value,
          .networkInsightsPathArn = ec2::arn(path, "network-insights-path", path.id.value),
          .createdDate = path.created_at,
          .source = id_in(path.source),
          .destination = given(id_in(path.destination)),
          .sourceArn = given(component_of(world, id_in(path.source)).arn),
          .destinationArn = path.destination.empty()
                                ? std::nullopt
                                : given(component_of(world, id_in(path.destination)).arn),
          .sourceIp = given(path.source_ip),
          .destinationIp = given(path.destination_ip),
          .protocol = path.protocol,
          .destinationPort =
              path.destination_port != 0 ? std::optional(path.destination_port) : std::nullopt,
          .tagSet = ec2::tag_items(path.tags)};
}

struct CreateNetworkInsightsPathAnswer {
  PathItem networkInsightsPath;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkInsightsPathAnswer, (), (networkInsightsPath))

// An end of a path is the caller's own. Of AWS's kinds those are served that carry packets here.
Result<> check_end(const model::World& world, const model::Caller& caller,
                   std::string_view parameter, const std::string& name) {
  const std::string id = id_in(name);
  if (id.starts_with("i-")) {
    TRY(ec2::find<model::Instance>(world, caller, id));
    return {};
  }
  if (id.starts_with("eni-")) {
    TRY(ec2::find<model::NetworkInterface>(world, caller, id));
    return {};
  }
  if (id.starts_with("vpce-") && !id.starts_with("vpce-svc-") && parameter == "Destination") {
    TRY(ec2::find<model::VpcEndpoint>(world, caller, id));
    return {};
  }
  return refuse(faults::InvalidParameterValue,
                "Value ({}) for parameter {} is invalid: it is no instance or network interface{}",
                name, parameter, parameter == "Destination" ? ", and no VPC endpoint" : "");
}

Result<> check_address(std::string_view parameter, const std::string& text) {
  const auto address = IpAddress::parse(text);
  if (!text.empty() && (!address || !address->is_v4())) {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter {} is invalid.", text,
                  parameter);
  }
  return {};
}

Result<NetworkInsightsPath> path_of(const CreateNetworkInsightsPathRequest& request) {
  NetworkInsightsPath path{.source = request.Source,
                           .destination = request.Destination.value_or(""),
                           .source_ip = request.SourceIp.value_or(""),
                           .destination_ip = request.DestinationIp.value_or(""),
                           .protocol = request.Protocol,
                           .destination_port = request.DestinationPort.value_or(0)};
  if (request.FilterAtSource) {
    if (request.SourceIp || request.DestinationIp) {
      return refuse(faults::InvalidParameterCombination,
                    "FilterAtSource can't be given with SourceIp or DestinationIp");
    }
    path.source_ip = request.FilterAtSource->SourceAddress.value_or("");
    path.destination_ip = request.FilterAtSource->DestinationAddress.value_or("");
  }
  return path;
}

Result<CreateNetworkInsightsPathAnswer> create_network_insights_path(
    model::Transaction& tx, const model::Caller& caller,
    const CreateNetworkInsightsPathRequest& request) {
  TRY_ASSIGN(NetworkInsightsPath path, path_of(request));
  if (path.protocol != "tcp" && path.protocol != "udp") {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter Protocol is invalid.",
                  path.protocol);
  }
  if (path.destination_port < 0 || path.destination_port > 65535) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter DestinationPort is invalid.", path.destination_port);
  }
  if (path.destination.empty() && path.destination_ip.empty()) {
    return refuse(faults::MissingParameter,
                  "The request must include either the Destination parameter or the "
                  "FilterAtSource.DestinationAddress parameter. Add the required parameter and "
                  "retry the request.");
  }
  TRY(check_end(tx.world(), caller, "Source", path.source));
  if (!path.destination.empty()) {
    TRY(check_end(tx.world(), caller, "Destination", path.destination));
  }
  TRY(check_address("SourceIp", path.source_ip));
  TRY(check_address("DestinationIp", path.destination_ip));
  TRY_ASSIGN(path.tags, ec2::tags_for(request.TagSpecification, "network-insights-path"));
  path.id = model::Id<NetworkInsightsPath>(tx.ids().ec2_id("nip-"));
  path.owner = caller.account;
  path.region = caller.region;
  path.created_at = tx.now();
  tx.put(path);
  return CreateNetworkInsightsPathAnswer{item_of(tx.world(), path)};
}

// ---- DescribeNetworkInsightsPaths ----

struct DescribeNetworkInsightsPathsRequest {
  std::vector<std::string> NetworkInsightsPathId;
  ec2::Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInsightsPathsRequest, (),
                      (NetworkInsightsPathId, Filter, MaxResults, NextToken))

struct DescribeNetworkInsightsPathsAnswer {
  std::vector<PathItem> networkInsightsPathSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInsightsPathsAnswer, (), (networkInsightsPathSet, nextToken))

const ec2::FilterTable<NetworkInsightsPath>& path_filters() {
  using Path = NetworkInsightsPath;
  static const ec2::FilterTable<Path> kTable = {
      ec2::field_of<Path>("destination", [](const Path& path) { return id_in(path.destination); }),
      ec2::field_of<Path>("destination-port",
                          [](const Path& path) { return path.destination_port; }),
      ec2::field_of<Path>("protocol", [](const Path& path) { return path.protocol; }),
      ec2::field_of<Path>("source", [](const Path& path) { return id_in(path.source); }),
      ec2::field_of<Path>("filter-at-source.source-address",
                          [](const Path& path) { return path.source_ip; }),
      ec2::field_of<Path>("filter-at-source.destination-address",
                          [](const Path& path) { return path.destination_ip; }),
  };
  return kTable;
}

Result<DescribeNetworkInsightsPathsAnswer> describe_network_insights_paths(
    const View& view, const DescribeNetworkInsightsPathsRequest& request) {
  TRY_ASSIGN(const auto selection,
             ec2::select<NetworkInsightsPath>(view, request, request.NetworkInsightsPathId,
                                              path_filters()));
  DescribeNetworkInsightsPathsAnswer answer{.nextToken = selection.next_token};
  for (const NetworkInsightsPath* path : selection.records) {
    answer.networkInsightsPathSet.push_back(item_of(view.world, *path));
  }
  return answer;
}

// ---- DeleteNetworkInsightsPath ----

struct DeleteNetworkInsightsPathRequest {
  std::string NetworkInsightsPathId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkInsightsPathRequest, (), (NetworkInsightsPathId))

struct DeleteNetworkInsightsPathAnswer {
  std::string networkInsightsPathId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkInsightsPathAnswer, (), (networkInsightsPathId))

Result<DeleteNetworkInsightsPathAnswer> delete_network_insights_path(
    model::Transaction& tx, const model::Caller& caller,
    const DeleteNetworkInsightsPathRequest& request) {
  TRY_ASSIGN(const auto* path,
             ec2::find<NetworkInsightsPath>(tx.world(), caller, request.NetworkInsightsPathId));
  const auto id = path->id;
  for (const auto& [analysis_id, analysis] : tx.world().all<model::NetworkInsightsAnalysis>()) {
    if (analysis->path == id) {
      return refuse(faults::NetworkInsightsPathInUse,
                    "At least one analysis [{}] exists for path {}. Delete all the analyses before "
                    "deleting this network path.",
                    analysis_id, id);
    }
  }
  tx.erase(id);
  return DeleteNetworkInsightsPathAnswer{id.value};
}

}  // namespace

std::vector<Action> path_actions() {
  return {
      write<create_network_insights_path>("CreateNetworkInsightsPath"),
      read<describe_network_insights_paths>("DescribeNetworkInsightsPaths"),
      write<delete_network_insights_path>("DeleteNetworkInsightsPath"),
  };
}

}  // namespace postern::api::insights
