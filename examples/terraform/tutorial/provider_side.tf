# SPDX-License-Identifier: Apache-2.0
# Account B: the web server, the Network Load Balancer before it, and the endpoint service.

data "aws_ami" "b" {
  provider    = aws.b
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["ami-host"]
  }
}

resource "aws_vpc" "b" {
  provider   = aws.b
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "account-b" }
}

resource "aws_subnet" "b" {
  provider          = aws.b
  for_each          = { a = "10.0.1.0/24", c = "10.0.2.0/24" }
  vpc_id            = aws_vpc.b.id
  cidr_block        = each.value
  availability_zone = "ap-northeast-1${each.key}"
}

resource "aws_security_group" "web" {
  provider    = aws.b
  name        = "web"
  description = "web server"
  vpc_id      = aws_vpc.b.id
}

# Without this the target's health check fails.
resource "aws_vpc_security_group_ingress_rule" "web_from_nlb" {
  provider                     = aws.b
  security_group_id            = aws_security_group.web.id
  description                  = "from the NLB"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = aws_security_group.nlb.id
}

resource "aws_instance" "web" {
  provider               = aws.b
  ami                    = data.aws_ami.b.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.b["a"].id
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = <<-END
    #!/bin/sh
    mkdir -p /var/www/html
    echo '${var.page}' > /var/www/html/index.html
    cd /var/www/html && exec setsid python3 -m http.server 80
  END
  tags                   = { Name = "web" }
}

resource "aws_security_group" "nlb" {
  provider    = aws.b
  name        = "nlb"
  description = "NLB for PrivateLink"
  vpc_id      = aws_vpc.b.id

  ingress {
    description = "addresses of account A"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = [var.admitted]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "nlb" {
  provider           = aws.b
  name               = "nlb-for-privatelink"
  internal           = true
  load_balancer_type = "network"
  security_groups    = [aws_security_group.nlb.id]
  subnets            = [for subnet in aws_subnet.b : subnet.id]
}

resource "aws_lb_target_group" "web" {
  provider    = aws.b
  name        = "tg-ec2-account-b"
  protocol    = "TCP"
  port        = 80
  target_type = "instance"
  vpc_id      = aws_vpc.b.id

  health_check {
    protocol            = "TCP"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "web" {
  provider         = aws.b
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.web.id
  port             = 80
}

resource "aws_lb_listener" "web" {
  provider          = aws.b
  load_balancer_arn = aws_lb.nlb.arn
  protocol          = "TCP"
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_vpc_endpoint_service" "web" {
  provider                   = aws.b
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.nlb.arn]
  allowed_principals         = ["arn:aws:iam::${data.aws_caller_identity.a.account_id}:root"]
  tags                       = { Name = "account-b-endpoint-service" }
}

resource "aws_vpc_endpoint_connection_accepter" "web" {
  provider                = aws.b
  vpc_endpoint_service_id = aws_vpc_endpoint_service.web.id
  vpc_endpoint_id         = aws_vpc_endpoint.web.id
}
