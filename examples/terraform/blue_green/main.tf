# SPDX-License-Identifier: Apache-2.0
# Blue and green: two pools of servers behind one service. Setting `live` moves all consumers, who
# notice nothing but the new version.

variable "live" {
  type    = string
  default = "blue"
}

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source    = "../modules/provider_side"
  providers = { aws = aws.b }
  name      = "blue-green"
  live      = var.live
  pools = {
    blue  = { one = { zone = "a", page = "blue" }, two = { zone = "c", page = "blue" } }
    green = { one = { zone = "a", page = "green" }, two = { zone = "c", page = "green" } }
  }
  consumers = [data.aws_caller_identity.a.account_id]
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "blue-green"
  services  = { service = module.service.service_name }
}

output "client" {
  value = module.consumer.client
}

output "url" {
  value = "http://${module.consumer.dns_names["service"][0]}/"
}
