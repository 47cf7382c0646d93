# SPDX-License-Identifier: Apache-2.0
# Several consumers of one service: two VPCs of account A with the same addresses, and one of the
# provider's own. Each connection is accepted by itself; who is not accepted reaches nothing.

variable "accepted" {
  description = "The consumers whose connections are accepted."
  type        = set(string)
  default     = ["shop", "own"]
}

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source              = "../modules/provider_side"
  providers           = { aws = aws.b }
  name                = "many-consumers"
  pools               = { main = { one = { zone = "a", page = "for many" } } }
  consumers           = [data.aws_caller_identity.a.account_id]
  acceptance_required = true
}

module "shop" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "shop"
  services  = { service = module.service.service_name }
}

module "audit" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "audit"
  services  = { service = module.service.service_name }
}

module "own" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.b }
  name      = "own"
  services  = { service = module.service.service_name }
}

locals {
  consumers = { shop = module.shop, audit = module.audit, own = module.own }
}

resource "aws_vpc_endpoint_connection_accepter" "consumer" {
  provider                = aws.b
  for_each                = var.accepted
  vpc_endpoint_service_id = module.service.service_id
  vpc_endpoint_id         = local.consumers[each.key].endpoint_ids["service"]
}

output "consumers" {
  value = { for name, consumer in local.consumers : name => {
    client = consumer.client
    url    = "http://${consumer.dns_names["service"][0]}/"
  } }
}
