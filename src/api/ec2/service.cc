// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/service.h"

#include "api/ec2/actions.h"

namespace postern::api::ec2 {
namespace {

std::vector<Action> all_actions(const MakePrivateKey& make_key) {
  std::vector<Action> all = key_pair_actions(make_key);
  for (std::vector<Action> (*const of_resource)() : {
           cidr_block_association_actions,
           connection_notification_actions,
           dhcp_options_actions,
           egress_only_internet_gateway_actions,
           elastic_ip_actions,
           elastic_ip_association_actions,
           endpoint_connection_actions,
           endpoint_private_dns_actions,
           endpoint_service_actions,
           endpoint_service_discovery_actions,
           endpoint_service_permission_actions,
           flow_log_actions,
           image_actions,
           instance_actions,
           instance_attribute_actions,
           instance_credit_actions,
           instance_metadata_actions,
           instance_monitoring_actions,
           instance_power_actions,
           instance_profile_actions,
           instance_type_actions,
           internet_gateway_actions,
           launch_template_actions,
           nat_gateway_actions,
           network_acl_actions,
           network_acl_entry_actions,
           network_interface_actions,
           prefix_list_actions,
           prefix_list_entry_actions,
           region_actions,
           route_actions,
           route_table_actions,
           run_instances_actions,
           security_group_actions,
           security_group_permission_actions,
           security_group_rule_actions,
           subnet_actions,
           tag_actions,
           volume_actions,
           vpc_actions,
           vpc_endpoint_actions,
       }) {
    const auto actions = of_resource();
    all.insert(all.end(), actions.begin(), actions.end());
  }
  return all;
}

}  // namespace

Service ec2_service(const MakePrivateKey& make_key) {
  return {.signing_name = "ec2",
          .version = "2016-11-15",
          .xmlns = "http://ec2.amazonaws.com/doc/2016-11-15/",
          .dialect = wire::Dialect::Ec2,
          .actions = all_actions(make_key)};
}

}  // namespace postern::api::ec2
