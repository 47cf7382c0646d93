# SPDX-License-Identifier: Apache-2.0
# An Application Load Balancer published by PrivateLink: an endpoint service takes Network Load
# Balancers only, so one stands before it, with the Application Load Balancer as its target.

variable "live" {
  description = "Which servers /api/ goes to: v1 or v2."
  type        = string
  default     = "v1"
}

locals {
  servers = {
    site = "a"
    v1   = "a"
    v2   = "c"
  }
}

data "aws_caller_identity" "consumer" {
  provider = aws.a
}

data "aws_ami" "host" {
  provider    = aws.b
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["ami-host"]
  }
}

resource "aws_vpc" "this" {
  provider   = aws.b
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "application" }
}

resource "aws_subnet" "this" {
  provider          = aws.b
  for_each          = { a = "10.0.1.0/24", c = "10.0.2.0/24" }
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "ap-northeast-1${each.key}"
}

# Each admits the one before it.
resource "aws_security_group" "this" {
  provider    = aws.b
  for_each    = toset(["nlb", "alb", "servers"])
  name        = "application-${each.key}"
  description = each.key
  vpc_id      = aws_vpc.this.id

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "nlb" {
  provider          = aws.b
  security_group_id = aws_security_group.this["nlb"].id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "10.0.0.0/8"
}

resource "aws_vpc_security_group_ingress_rule" "alb" {
  provider                     = aws.b
  security_group_id            = aws_security_group.this["alb"].id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = aws_security_group.this["nlb"].id
}

resource "aws_vpc_security_group_ingress_rule" "servers" {
  provider                     = aws.b
  security_group_id            = aws_security_group.this["servers"].id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.this["alb"].id
}

# ---- servers, a target group each

resource "aws_instance" "server" {
  provider               = aws.b
  for_each               = local.servers
  ami                    = data.aws_ami.host.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.this[each.value].id
  vpc_security_group_ids = [aws_security_group.this["servers"].id]
  user_data              = <<-END
    #!/bin/sh
    mkdir -p /srv/api
    echo '${each.key}' | tee /srv/index.html > /srv/api/index.html
    cd /srv && exec setsid python3 -m http.server 8080
  END
  tags                   = { Name = each.key }
}

resource "aws_lb_target_group" "server" {
  provider             = aws.b
  for_each             = local.servers
  name                 = "application-${each.key}"
  protocol             = "HTTP"
  port                 = 8080
  target_type          = "instance"
  vpc_id               = aws_vpc.this.id
  deregistration_delay = 5

  health_check {
    path                = "/"
    matcher             = "200"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "server" {
  provider         = aws.b
  for_each         = local.servers
  target_group_arn = aws_lb_target_group.server[each.key].arn
  target_id        = aws_instance.server[each.key].id
}

# ---- the Application Load Balancer

resource "aws_lb" "alb" {
  provider           = aws.b
  name               = "application"
  internal           = true
  load_balancer_type = "application"
  security_groups    = [aws_security_group.this["alb"].id]
  subnets            = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_lb_listener" "alb" {
  provider          = aws.b
  load_balancer_arn = aws_lb.alb.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.server["site"].arn
  }
}

resource "aws_lb_listener_rule" "api" {
  provider     = aws.b
  listener_arn = aws_lb_listener.alb.arn
  priority     = 10

  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.server["v1"].arn
        weight = var.live == "v1" ? 100 : 0
      }
      target_group {
        arn    = aws_lb_target_group.server["v2"].arn
        weight = var.live == "v1" ? 0 : 100
      }
    }
  }
}

resource "aws_lb_listener_rule" "closed" {
  provider     = aws.b
  listener_arn = aws_lb_listener.alb.arn
  priority     = 20

  condition {
    path_pattern {
      values = ["/admin/*"]
    }
  }
  condition {
    http_request_method {
      values = ["GET", "POST"]
    }
  }
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "closed"
      status_code  = "200"
    }
  }
}

# ---- the Network Load Balancer before it, and the service

resource "aws_lb" "nlb" {
  provider           = aws.b
  name               = "application-nlb"
  internal           = true
  load_balancer_type = "network"
  security_groups    = [aws_security_group.this["nlb"].id]
  subnets            = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_lb_target_group" "alb" {
  provider    = aws.b
  name        = "application-alb"
  protocol    = "TCP"
  port        = 80
  target_type = "alb"
  vpc_id      = aws_vpc.this.id

  health_check {
    protocol            = "HTTP"
    path                = "/"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

# An Application Load Balancer is a target once it listens on the target group's port.
resource "aws_lb_target_group_attachment" "alb" {
  provider         = aws.b
  target_group_arn = aws_lb_target_group.alb.arn
  target_id        = aws_lb.alb.arn
  depends_on       = [aws_lb_listener.alb]
}

resource "aws_lb_listener" "nlb" {
  provider          = aws.b
  load_balancer_arn = aws_lb.nlb.arn
  protocol          = "TCP"
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.alb.arn
  }
}

resource "aws_vpc_endpoint_service" "this" {
  provider                   = aws.b
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.nlb.arn]
  allowed_principals         = ["arn:aws:iam::${data.aws_caller_identity.consumer.account_id}:root"]
  tags                       = { Name = "application" }
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "application-consumer"
  services  = { web = aws_vpc_endpoint_service.this.service_name }
}

output "client" {
  value = module.consumer.client
}

output "url" {
  value = "http://${module.consumer.dns_names["web"][0]}"
}
