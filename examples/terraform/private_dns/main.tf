# SPDX-License-Identifier: Apache-2.0
# A service with a name of its own: the provider proves that the domain is theirs by a TXT record in
# their public zone, and consumers call the service by its name in place of their endpoint's. A
# private zone of the consumer's has a second name for it.

variable "domain" {
  type    = string
  default = "orders.example"
}

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source           = "../modules/provider_side"
  providers        = { aws = aws.b }
  name             = "private-dns"
  pools            = { main = { one = { zone = "a", page = "by its name" } } }
  consumers        = [data.aws_caller_identity.a.account_id]
  private_dns_name = "api.${var.domain}"
}

resource "aws_route53_zone" "domain" {
  provider = aws.b
  name     = var.domain
}

resource "aws_route53_record" "proof" {
  provider = aws.b
  zone_id  = aws_route53_zone.domain.zone_id
  name     = "${module.service.private_dns_record.name}.${var.domain}"
  type     = module.service.private_dns_record.type
  ttl      = 1800
  records  = [module.service.private_dns_record.value]
}

resource "aws_vpc_endpoint_service_private_dns_verification" "service" {
  provider              = aws.b
  service_id            = module.service.service_id
  wait_for_verification = true
  depends_on            = [aws_route53_record.proof]
}

module "consumer" {
  source              = "../modules/consumer_side"
  providers           = { aws = aws.a }
  name                = "private-dns"
  services            = { service = module.service.service_name }
  private_dns_enabled = true
  depends_on          = [aws_vpc_endpoint_service_private_dns_verification.service]
}

resource "aws_route53_zone" "inside" {
  provider = aws.a
  name     = "inside.example"
  vpc {
    vpc_id = module.consumer.vpc_id
  }
}

resource "aws_route53_record" "orders" {
  provider = aws.a
  zone_id  = aws_route53_zone.inside.zone_id
  name     = "orders.inside.example"
  type     = "CNAME"
  ttl      = 60
  records  = ["api.${var.domain}"]
}

output "client" {
  value = module.consumer.client
}

output "urls" {
  value = ["http://api.${var.domain}/", "http://orders.inside.example/"]
}
