# SPDX-License-Identifier: Apache-2.0
# An endpoint with a policy. As on AWS, policies are about AWS's own services: one on an endpoint of a
# customer's service is kept and shown, and every client may use the service.

variable "allowed_actions" {
  type    = list(string)
  default = ["*"]
}

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source    = "../modules/provider_side"
  providers = { aws = aws.b }
  name      = "endpoint-policy"
  pools     = { main = { one = { zone = "a", page = "policy or not" } } }
  consumers = [data.aws_caller_identity.a.account_id]
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "endpoint-policy"
  services  = { service = module.service.service_name }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyOurs"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.a.account_id}:root" }
      Action    = var.allowed_actions
      Resource  = "*"
    }]
  })
}

output "client" {
  value = module.consumer.client
}

output "endpoint" {
  value = module.consumer.endpoint_ids["service"]
}

output "url" {
  value = "http://${module.consumer.dns_names["service"][0]}/"
}
