# SPDX-License-Identifier: Apache-2.0
# One consumer of two services whose VPCs, and its own, all are 10.0.0.0/16: even the servers have the
# addresses of the client's neighbours. Nobody has to renumber.

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "stock" {
  source    = "../modules/provider_side"
  providers = { aws = aws.b }
  name      = "overlap-stock"
  pools     = { main = { one = { zone = "a", page = "stock" } } }
  consumers = [data.aws_caller_identity.a.account_id]
}

module "prices" {
  source    = "../modules/provider_side"
  providers = { aws = aws.b }
  name      = "overlap-prices"
  pools     = { main = { one = { zone = "a", page = "prices" } } }
  consumers = [data.aws_caller_identity.a.account_id]
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "overlap"
  services = {
    stock  = module.stock.service_name
    prices = module.prices.service_name
  }
}

output "client" {
  value = module.consumer.client
}

output "urls" {
  value = { for name, names in module.consumer.dns_names : name => "http://${names[0]}/" }
}
