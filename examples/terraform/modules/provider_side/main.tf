# SPDX-License-Identifier: Apache-2.0
# A provider: a VPC with servers behind an internal Network Load Balancer, published as an endpoint
# service. Servers stand in pools, a target group each; the listener forwards to the live one.

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
  cidr_block = var.cidr
  tags       = { Name = var.name }
}

resource "aws_subnet" "this" {
  for_each          = toset(var.zones)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 8, 1 + index(var.zones, each.key))
  availability_zone = "${data.aws_region.here.name}${each.key}"
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "nlb" {
  name        = "${var.name}-nlb"
  description = "whom the load balancer admits"
  vpc_id      = aws_vpc.this.id
}

# For what comes through PrivateLink these are the consumers' own addresses.
resource "aws_vpc_security_group_ingress_rule" "nlb" {
  for_each          = toset(var.admitted)
  security_group_id = aws_security_group.nlb.id
  ip_protocol       = lower(var.protocol)
  from_port         = var.port
  to_port           = var.port
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_egress_rule" "nlb" {
  security_group_id = aws_security_group.nlb.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group" "servers" {
  name        = "${var.name}-servers"
  description = "the load balancer, and its health checks"
  vpc_id      = aws_vpc.this.id

  dynamic "ingress" {
    for_each = toset([for rule in local.inbound : join(" ", rule)])
    content {
      protocol        = split(" ", ingress.value)[0]
      from_port       = split(" ", ingress.value)[1]
      to_port         = split(" ", ingress.value)[1]
      security_groups = [aws_security_group.nlb.id]
    }
  }
}

locals {
  health_port = coalesce(var.health_port, var.port)
  inbound     = [[lower(var.protocol), var.port], ["tcp", local.health_port]]
  servers = merge([
    for pool, servers in var.pools : {
      for name, server in servers : "${pool}/${name}" => merge(server, { pool = pool })
    }
  ]...)
}

resource "aws_instance" "server" {
  for_each               = local.servers
  ami                    = data.aws_ami.host.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.this[each.value.zone].id
  vpc_security_group_ids = [aws_security_group.servers.id]
  user_data              = replace(var.script, "PAGE", each.value.page)
  tags                   = { Name = "${var.name}-${each.key}" }
}

resource "aws_lb" "this" {
  name                             = var.name
  internal                         = true
  load_balancer_type               = "network"
  security_groups                  = [aws_security_group.nlb.id]
  subnets                          = [for zone in var.zones : aws_subnet.this[zone].id]
  enable_cross_zone_load_balancing = var.cross_zone
}

resource "aws_lb_target_group" "pool" {
  for_each             = var.pools
  name                 = "${var.name}-${each.key}"
  protocol             = var.protocol
  port                 = var.port
  vpc_id               = aws_vpc.this.id
  proxy_protocol_v2    = var.proxy_protocol
  deregistration_delay = 5

  health_check {
    protocol            = var.health_protocol
    port                = local.health_port
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "server" {
  for_each         = local.servers
  target_group_arn = aws_lb_target_group.pool[each.value.pool].arn
  target_id        = aws_instance.server[each.key].id
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = var.protocol
  port              = var.port

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.pool[coalesce(var.live, keys(var.pools)[0])].arn
  }
}

resource "aws_vpc_endpoint_service" "this" {
  acceptance_required        = var.acceptance_required
  network_load_balancer_arns = [aws_lb.this.arn]
  allowed_principals         = [for account in var.consumers : "arn:aws:iam::${account}:root"]
  private_dns_name           = var.private_dns_name
  tags                       = { Name = var.name }
}
