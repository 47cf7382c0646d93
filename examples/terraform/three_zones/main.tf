# SPDX-License-Identifier: Apache-2.0
# Three zones that fail by themselves: without cross-zone load balancing, what enters the endpoint in a
# zone is served in that zone, and each zone has a name of its own.

data "aws_caller_identity" "a" {
  provider = aws.a
}

locals {
  zones = ["a", "c", "d"]
}

module "service" {
  source     = "../modules/provider_side"
  providers  = { aws = aws.b }
  name       = "three-zones"
  zones      = local.zones
  cross_zone = false
  pools      = { main = { for zone in local.zones : zone => { zone = zone, page = "zone ${zone}" } } }
  consumers  = [data.aws_caller_identity.a.account_id]
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "three-zones"
  zones     = local.zones
  services  = { service = module.service.service_name }
}

output "client" {
  value = module.consumer.client
}

# The name of the region first, then those of the zones.
output "names" {
  value = module.consumer.dns_names["service"]
}
