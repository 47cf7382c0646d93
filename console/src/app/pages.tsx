// SPDX-License-Identifier: Apache-2.0
// Which page is at which path.
import { type ComponentType, lazy } from 'react';
import { HomePage } from '@/pages/HomePage';
import {
  CreateLoadBalancerPage,
  LoadBalancerPage,
  LoadBalancersPage,
} from '@/pages/ec2/loadBalancers';
import { InstancePage, InstancesPage, LaunchInstancePage } from '@/pages/ec2/instances';
import { CreateTargetGroupPage, TargetGroupPage, TargetGroupsPage } from '@/pages/ec2/targetGroups';
import { CommandsPage } from '@/pages/tools/CommandsPage';
import { CreateEndpointPage, EndpointPage, EndpointsPage } from '@/pages/vpc/endpoints';
import {
  CreateEndpointServicePage,
  EndpointServicePage,
  EndpointServicesPage,
} from '@/pages/vpc/endpointServices';
import { NetworkInterfacesPage } from '@/pages/vpc/networkInterfaces';
import {
  CreateSecurityGroupPage,
  EditInboundRulesPage,
  EditOutboundRulesPage,
  SecurityGroupPage,
  SecurityGroupsPage,
} from '@/pages/vpc/securityGroups';
import { CreateSubnetPage, SubnetsPage } from '@/pages/vpc/subnets';
import { CreateVpcPage, VpcPage, VpcsPage } from '@/pages/vpc/vpcs';

// Loaded when they are opened.
const TerminalPage = lazy(() => import('@/pages/ec2/TerminalPage'));
const PathPage = lazy(() => import('@/pages/tools/PathPage'));
const MapPage = lazy(() => import('@/pages/tools/map/MapPage'));
const EventsPage = lazy(() => import('@/pages/tools/EventsPage'));

// The `:names` of a path are its page's properties.
type Page = ComponentType<Record<string, string>>;

export const PAGES: [path: string, page: Page][] = [
  ['', HomePage],
  ['/vpc/vpcs', VpcsPage],
  ['/vpc/vpcs/create', CreateVpcPage],
  ['/vpc/vpcs/:id', VpcPage],
  ['/vpc/subnets', SubnetsPage],
  ['/vpc/subnets/create', CreateSubnetPage],
  ['/vpc/security-groups', SecurityGroupsPage],
  ['/vpc/security-groups/create', CreateSecurityGroupPage],
  ['/vpc/security-groups/:id', SecurityGroupPage],
  ['/vpc/security-groups/:id/inbound', EditInboundRulesPage],
  ['/vpc/security-groups/:id/outbound', EditOutboundRulesPage],
  ['/vpc/network-interfaces', NetworkInterfacesPage],
  ['/vpc/endpoints', EndpointsPage],
  ['/vpc/endpoints/create', CreateEndpointPage],
  ['/vpc/endpoints/:id', EndpointPage],
  ['/vpc/endpoint-services', EndpointServicesPage],
  ['/vpc/endpoint-services/create', CreateEndpointServicePage],
  ['/vpc/endpoint-services/:id', EndpointServicePage],
  ['/ec2/instances', InstancesPage],
  ['/ec2/instances/launch', LaunchInstancePage],
  ['/ec2/instances/:id', InstancePage],
  ['/ec2/instances/:id/connect', TerminalPage],
  ['/ec2/load-balancers', LoadBalancersPage],
  ['/ec2/load-balancers/create', CreateLoadBalancerPage],
  ['/ec2/load-balancers/:arn', LoadBalancerPage],
  ['/ec2/target-groups', TargetGroupsPage],
  ['/ec2/target-groups/create', CreateTargetGroupPage],
  ['/ec2/target-groups/:arn', TargetGroupPage],
  ['/tools/map', MapPage],
  ['/tools/path', PathPage],
  ['/tools/events', EventsPage],
  ['/tools/commands', CommandsPage],
];
