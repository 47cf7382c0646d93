# SPDX-License-Identifier: Apache-2.0
# A consumer: a VPC with a client, and an interface endpoint for each service that it uses.

data "aws_ami" "host" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["ami-host"]
  }
}

data "aws_region" "here" {}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "this" {
  for_each          = toset(var.zones)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 8, 1 + index(var.zones, each.key))
  availability_zone = "${data.aws_region.here.name}${each.key}"
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "client" {
  name        = "${var.name}-client"
  description = "to the endpoints"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "endpoint" {
  name        = "${var.name}-endpoint"
  description = "from the clients"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "client" {
  security_group_id            = aws_security_group.client.id
  ip_protocol                  = var.protocol
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.endpoint.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id            = aws_security_group.endpoint.id
  ip_protocol                  = var.protocol
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.client.id
}

resource "aws_instance" "client" {
  ami                    = data.aws_ami.host.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.this[var.zones[0]].id
  vpc_security_group_ids = [aws_security_group.client.id]
  tags                   = { Name = "${var.name}-client" }
}

resource "aws_vpc_endpoint" "service" {
  for_each            = var.services
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id
  service_name        = each.value
  subnet_ids          = [for subnet in aws_subnet.this : subnet.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = var.private_dns_enabled
  policy              = var.policy
  tags                = { Name = "${var.name}-${each.key}" }
}
