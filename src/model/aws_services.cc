// SPDX-License-Identifier: Apache-2.0
#include "model/aws_services.h"

#include <algorithm>
#include <array>

#include "model/dns_names.h"
#include "model/zones.h"

namespace postern::model {
namespace {

struct AwsService {
  std::string_view name;          // com.amazonaws.<region>.<name>
  std::string_view label;         // of endpoints' names, before <region>.vpce.amazonaws.com
  std::string_view private_name;  // before <region>.amazonaws.com; empty: it has none
  std::string_view served_as;     // empty: Postern does not serve it
};

// [PrivateLink guide, "AWS services that integrate with AWS PrivateLink"; the names as
// DescribeVpcEndpointServices gives them]. S3's private names need a gateway endpoint beside it.
constexpr std::array kServices = std::to_array<AwsService>({
    {"access-analyzer", "access-analyzer", "access-analyzer", ""},
    {"acm-pca", "acm-pca", "acm-pca", ""},
    {"airflow.api", "api.airflow", "api.airflow", ""},
    {"application-autoscaling", "application-autoscaling", "application-autoscaling", ""},
    {"appmesh-envoy-management", "appmesh-envoy-management", "appmesh-envoy-management", ""},
    {"athena", "athena", "athena", ""},
    {"autoscaling", "autoscaling", "autoscaling", "autoscaling"},
    {"autoscaling-plans", "autoscaling-plans", "autoscaling-plans", ""},
    {"backup", "backup", "backup", ""},
    {"batch", "batch", "batch", ""},
    {"bedrock-runtime", "bedrock-runtime", "bedrock-runtime", ""},
    {"cloudformation", "cloudformation", "cloudformation", ""},
    {"cloudtrail", "cloudtrail", "cloudtrail", ""},
    {"codebuild", "codebuild", "codebuild", ""},
    {"codecommit", "codecommit", "codecommit", ""},
    {"codedeploy", "codedeploy", "codedeploy", ""},
    {"codepipeline", "codepipeline", "codepipeline", ""},
    {"config", "config", "config", ""},
    {"datasync", "datasync", "datasync", ""},
    {"dms", "dms", "dms", ""},
    {"ec2", "ec2", "ec2", "ec2"},
    {"ec2messages", "ec2messages", "ec2messages", ""},
    {"ecr.api", "api.ecr", "api.ecr", ""},
    {"ecr.dkr", "dkr.ecr", "*.dkr.ecr", ""},
    {"ecs", "ecs", "ecs", ""},
    {"ecs-agent", "ecs-a", "ecs-a", ""},
    {"ecs-telemetry", "ecs-t", "ecs-t", ""},
    {"eks", "eks", "eks", ""},
    {"elasticache", "elasticache", "elasticache", ""},
    {"elasticbeanstalk", "elasticbeanstalk", "elasticbeanstalk", ""},
    {"elasticfilesystem", "elasticfilesystem", "elasticfilesystem", ""},
    {"elasticloadbalancing", "elasticloadbalancing", "elasticloadbalancing",
     "elasticloadbalancing"},
    {"elasticmapreduce", "elasticmapreduce", "elasticmapreduce", ""},
    {"email-smtp", "email-smtp", "email-smtp", ""},
    {"events", "events", "events", ""},
    {"execute-api", "execute-api", "*.execute-api", ""},
    {"git-codecommit", "git-codecommit", "git-codecommit", ""},
    {"glue", "glue", "glue", ""},
    {"inspector2", "inspector2", "inspector2", ""},
    {"kinesis-firehose", "firehose", "firehose", ""},
    {"kinesis-streams", "kinesis", "kinesis", ""},
    {"kms", "kms", "kms", ""},
    {"lambda", "lambda", "lambda", ""},
    {"logs", "logs", "logs", "logs"},
    {"monitoring", "monitoring", "monitoring", "monitoring"},
    {"rds", "rds", "rds", ""},
    {"rds-data", "rds-data", "rds-data", ""},
    {"redshift", "redshift", "redshift", ""},
    {"redshift-data", "redshift-data", "redshift-data", ""},
    {"rekognition", "rekognition", "rekognition", ""},
    {"s3", "s3", "", ""},
    {"sagemaker.api", "api.sagemaker", "api.sagemaker", ""},
    {"sagemaker.runtime", "runtime.sagemaker", "runtime.sagemaker", ""},
    {"secretsmanager", "secretsmanager", "secretsmanager", ""},
    {"securityhub", "securityhub", "securityhub", ""},
    {"servicecatalog", "servicecatalog", "servicecatalog", ""},
    {"sns", "sns", "sns", "sns"},
    {"sqs", "sqs", "sqs", ""},
    {"ssm", "ssm", "ssm", "ssm"},
    {"ssmmessages", "ssmmessages", "ssmmessages", ""},
    {"states", "states", "states", ""},
    {"storagegateway", "storagegateway", "storagegateway", ""},
    {"sts", "sts", "sts", "sts"},
    {"synthetics", "synthetics", "synthetics", ""},
    {"textract", "textract", "textract", ""},
    {"transfer", "transfer", "transfer", ""},
    {"wafv2", "wafv2", "wafv2", ""},
    {"workspaces", "workspaces", "workspaces", ""},
    {"xray", "xray", "xray", ""},
});

std::string name_of(const AwsService& service, std::string_view region) {
  return fmt::format("com.amazonaws.{}.{}", region, service.name);
}

EndpointService in_region(const AwsService& service, std::string_view region) {
  EndpointService out{.id = Id<EndpointService>(std::string(service.label)),
                      .owner = Id<Account>(kAmazon),
                      .region = std::string(region),
                      .name = name_of(service, region),
                      .acceptance_required = false,
                      .state = ServiceState::Available};
  for (const Zone& zone : zones(out.owner, region)) {
    out.zone_ids.push_back(zone.id);
  }
  std::ranges::sort(out.zone_ids);
  if (!service.private_name.empty()) {
    out.private_dns = PrivateDnsName{
        .name = fmt::format("{}.{}.{}", service.private_name, region, amazon_domain(region)),
        .state = DnsNameState::Verified};
  }
  return out;
}

const AwsService* service_behind(const VpcEndpoint& endpoint) {
  const auto* at = endpoint.type == "Interface"
                       ? std::ranges::find(kServices, endpoint.service.value, &AwsService::label)
                       : kServices.end();
  return at == kServices.end() ? nullptr : &*at;
}

}  // namespace

std::vector<EndpointService> aws_services(std::string_view region) {
  std::vector<EndpointService> out;
  for (const AwsService& service : kServices) {
    out.push_back(in_region(service, region));
  }
  return out;
}

std::optional<EndpointService> find_aws_service(std::string_view region, std::string_view name) {
  for (const AwsService& service : kServices) {
    if (name_of(service, region) == name) {
      return in_region(service, region);
    }
  }
  return std::nullopt;
}

bool leads_to_aws(const VpcEndpoint& endpoint) {
  return service_behind(endpoint) != nullptr;
}

std::optional<std::string_view> served_as(const VpcEndpoint& endpoint) {
  const AwsService* service = service_behind(endpoint);
  return service != nullptr && !service->served_as.empty() ? std::optional(service->served_as)
                                                           : std::nullopt;
}

std::optional<EndpointService> service_of(const World& world, const VpcEndpoint& endpoint) {
  if (const AwsService* service = service_behind(endpoint)) {
    return in_region(*service, endpoint.region);
  }
  const EndpointService* found = world.find(endpoint.service);
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

}  // namespace postern::model
