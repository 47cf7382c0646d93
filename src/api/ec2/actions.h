// SPDX-License-Identifier: Apache-2.0
// What each resource's file gives to the service's table. A resource's requests, rules and answers
// are in the file of its name; nobody else sees them.
#pragma once

#include <vector>

#include "api/action/action.h"
#include "api/ec2/private_key.h"

namespace postern::api::ec2 {

std::vector<Action> cidr_block_association_actions();        // cidr_block_association.cc
std::vector<Action> connection_notification_actions();       // connection_notification.cc
std::vector<Action> dhcp_options_actions();                  // dhcp_options.cc
std::vector<Action> egress_only_internet_gateway_actions();  // egress_only_internet_gateway.cc
std::vector<Action> elastic_ip_actions();                    // elastic_ip.cc
std::vector<Action> elastic_ip_association_actions();        // elastic_ip_association.cc
std::vector<Action> endpoint_connection_actions();           // endpoint_connection.cc
std::vector<Action> endpoint_private_dns_actions();          // endpoint_private_dns.cc
std::vector<Action> endpoint_service_actions();              // endpoint_service.cc
std::vector<Action> endpoint_service_discovery_actions();    // endpoint_service_discovery.cc
std::vector<Action> endpoint_service_permission_actions();   // endpoint_service_permission.cc
std::vector<Action> flow_log_actions();                      // flow_log.cc
std::vector<Action> image_actions();                         // image.cc
std::vector<Action> instance_actions();                      // instance.cc
std::vector<Action> instance_attribute_actions();            // instance_attribute.cc
std::vector<Action> instance_credit_actions();               // instance_credit.cc
std::vector<Action> instance_metadata_actions();             // instance_metadata.cc
std::vector<Action> instance_monitoring_actions();           // instance_monitoring.cc
std::vector<Action> instance_power_actions();                // instance_power.cc
std::vector<Action> instance_profile_actions();              // instance_profile.cc
std::vector<Action> instance_type_actions();                 // instance_type.cc
std::vector<Action> internet_gateway_actions();              // internet_gateway.cc
std::vector<Action> launch_template_actions();               // launch_template.cc
std::vector<Action> nat_gateway_actions();                   // nat_gateway.cc
std::vector<Action> network_acl_actions();                   // network_acl.cc
std::vector<Action> network_acl_entry_actions();             // network_acl_entry.cc
std::vector<Action> network_interface_actions();             // network_interface.cc
std::vector<Action> prefix_list_actions();                   // prefix_list.cc
std::vector<Action> prefix_list_entry_actions();             // prefix_list_entry.cc
std::vector<Action> region_actions();                        // region.cc
std::vector<Action> route_actions();                         // route.cc
std::vector<Action> route_table_actions();                   // route_table.cc
std::vector<Action> run_instances_actions();                 // run_instances.cc
std::vector<Action> security_group_actions();                // security_group.cc
std::vector<Action> security_group_permission_actions();     // security_group_permission.cc
std::vector<Action> security_group_rule_actions();           // security_group_rule.cc
std::vector<Action> subnet_actions();                        // subnet.cc
std::vector<Action> tag_actions();                           // tag.cc
std::vector<Action> volume_actions();                        // volume.cc
std::vector<Action> vpc_actions();                           // vpc.cc
std::vector<Action> vpc_endpoint_actions();                  // vpc_endpoint.cc

// key_pair.cc; `make` gives CreateKeyPair its keys.
std::vector<Action> key_pair_actions(const MakePrivateKey& make);

}  // namespace postern::api::ec2
