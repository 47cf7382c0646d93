# SPDX-License-Identifier: Apache-2.0
# Load balancer, endpoint service, endpoint, and their DNS.

resource "aws_lb" "nlb" {
  name                             = "surface"
  internal                         = true
  load_balancer_type               = "network"
  security_groups                  = [aws_security_group.web.id]
  subnets                          = aws_subnet.private[*].id
  enable_cross_zone_load_balancing = local.second
  enable_deletion_protection       = false
}

resource "aws_lb_target_group" "web" {
  name                 = "web"
  port                 = 80
  protocol             = "TCP"
  target_type          = "instance"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = local.second ? 5 : 10
  health_check {
    protocol            = "HTTP"
    path                = local.second ? "/health" : "/"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group" "addresses" {
  name        = "addresses"
  port        = 80
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "web" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.web.id
  port             = 80
}

resource "aws_lb_target_group_attachment" "address" {
  target_group_arn = aws_lb_target_group.addresses.arn
  target_id        = aws_instance.plain.private_ip
  port             = 8080
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.nlb.arn
  port              = 80
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = local.second ? aws_lb_target_group.addresses.arn : aws_lb_target_group.web.arn
  }
}

# Two groups of its own, whose shares change.
resource "aws_lb_target_group" "share" {
  for_each = toset(["blue", "green"])
  name     = "share-${each.key}"
  port     = 80
  protocol = "TCP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_listener" "shared" {
  load_balancer_arn = aws_lb.nlb.arn
  port              = 81
  protocol          = "TCP"
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.share["blue"].arn
        weight = local.second ? 0 : 90
      }
      target_group {
        arn    = aws_lb_target_group.share["green"].arn
        weight = local.second ? 100 : 10
      }
    }
  }
}

# At addresses that stay, with a weight that is said of a lone group.
resource "aws_eip" "front" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

resource "aws_lb" "front" {
  name               = "front"
  load_balancer_type = "network"
  subnet_mapping {
    subnet_id     = aws_subnet.public.id
    allocation_id = aws_eip.front.id
  }
}

resource "aws_lb_target_group" "front" {
  name     = "front"
  port     = 80
  protocol = "TCP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_listener" "front" {
  load_balancer_arn = aws_lb.front.arn
  port              = 80
  protocol          = "TCP"
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.front.arn
        weight = local.second ? 2 : 1
      }
    }
  }
}

resource "aws_vpc_endpoint_service" "main" {
  acceptance_required        = !local.second
  network_load_balancer_arns = [aws_lb.nlb.arn]
  private_dns_name           = "api.surface.example"
  supported_ip_address_types = ["ipv4"]
  supported_regions          = local.second ? ["ap-northeast-1", "us-west-2"] : ["ap-northeast-1", "eu-west-1"]
  tags                       = { Name = "service" }
}

resource "aws_vpc_endpoint_service_allowed_principal" "me" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.main.id
  principal_arn           = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.me.account_id}:root"
}

resource "aws_route53_zone" "public" {
  name    = "surface.example"
  comment = local.second ? "second" : "first"
}

resource "aws_route53_record" "verification" {
  zone_id = aws_route53_zone.public.zone_id
  name    = "${aws_vpc_endpoint_service.main.private_dns_name_configuration[0].name}.api.surface.example"
  type    = aws_vpc_endpoint_service.main.private_dns_name_configuration[0].type
  ttl     = 1800
  records = [aws_vpc_endpoint_service.main.private_dns_name_configuration[0].value]
}

resource "aws_vpc_endpoint_service_private_dns_verification" "main" {
  service_id            = aws_vpc_endpoint_service.main.id
  wait_for_verification = true
  depends_on            = [aws_route53_record.verification]
}

resource "aws_vpc_endpoint" "main" {
  vpc_id            = aws_vpc.main.id
  service_name      = aws_vpc_endpoint_service.main.service_name
  vpc_endpoint_type = "Interface"
  auto_accept       = true
  subnet_ids        = [aws_subnet.private[0].id]
  lifecycle {
    ignore_changes = [subnet_ids, security_group_ids, policy, private_dns_enabled]
  }
}

# To AWS's own services: two that are served, and one that is not.
resource "aws_vpc_endpoint" "aws" {
  for_each            = { sts = "sts", ssm = "ssm", ssmmessages = "ssmmessages" }
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${data.aws_region.here.name}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = !local.second
  subnet_ids          = local.second ? aws_subnet.private[*].id : [aws_subnet.private[0].id]
  security_group_ids  = [local.second ? aws_security_group.modern.id : aws_security_group.web.id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "step${var.step}", Effect = "Allow", Principal = "*", Action = "sts:*", Resource = "*" }]
  })
  tags = { step = var.step }
}

data "aws_vpc_endpoint_service" "aws" {
  service      = "ec2"
  service_type = "Interface"
}

data "aws_vpc_endpoint" "aws" {
  id = aws_vpc_endpoint.aws["sts"].id
}

resource "aws_vpc_endpoint_security_group_association" "modern" {
  vpc_endpoint_id   = aws_vpc_endpoint.main.id
  security_group_id = aws_security_group.modern.id
}

resource "aws_vpc_endpoint_subnet_association" "second" {
  vpc_endpoint_id = aws_vpc_endpoint.main.id
  subnet_id       = aws_subnet.private[1].id
}

resource "aws_vpc_endpoint_policy" "main" {
  vpc_endpoint_id = aws_vpc_endpoint.main.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "step${var.step}", Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }]
  })
  depends_on = [aws_vpc_endpoint_subnet_association.second]
}

resource "aws_vpc_endpoint_private_dns" "main" {
  vpc_endpoint_id     = aws_vpc_endpoint.main.id
  private_dns_enabled = true
  depends_on          = [aws_vpc_endpoint_service_private_dns_verification.main, aws_vpc_endpoint_policy.main]
}

resource "aws_route53_zone" "private" {
  name = "inside.example"
  vpc {
    vpc_id = aws_vpc.main.id
  }
  tags = { step = var.step }
}

resource "aws_route53_record" "alias" {
  zone_id = aws_route53_zone.private.zone_id
  name    = "service.inside.example"
  type    = "A"
  alias {
    name                   = aws_vpc_endpoint.main.dns_entry[0].dns_name
    zone_id                = aws_vpc_endpoint.main.dns_entry[0].hosted_zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "nlb" {
  zone_id = aws_route53_zone.private.zone_id
  name    = "nlb.inside.example"
  type    = "A"
  alias {
    name                   = aws_lb.nlb.dns_name
    zone_id                = aws_lb.nlb.zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "cname" {
  zone_id = aws_route53_zone.private.zone_id
  name    = "*.apps.inside.example"
  type    = "CNAME"
  ttl     = local.second ? 60 : 300
  records = [aws_vpc_endpoint.main.dns_entry[0].dns_name]
}

data "aws_route53_zone" "private" {
  name         = "inside.example."
  private_zone = true
  depends_on   = [aws_route53_zone.private]
}

data "aws_vpc_endpoint_service" "main" {
  service_name = aws_vpc_endpoint_service.main.service_name
}

data "aws_lb" "nlb" {
  arn = aws_lb.nlb.arn
}
