# SPDX-License-Identifier: Apache-2.0
# An Application Load Balancer with rules of each kind.

resource "aws_lb" "alb" {
  name                       = "surface-alb"
  internal                   = true
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.web.id]
  subnets                    = aws_subnet.private[*].id
  idle_timeout               = local.second ? 120 : 60
  drop_invalid_header_fields = local.second
}

resource "aws_lb_target_group" "http" {
  count                         = 2
  name                          = "http-${count.index}"
  port                          = 80
  protocol                      = "HTTP"
  vpc_id                        = aws_vpc.main.id
  deregistration_delay          = 5
  load_balancing_algorithm_type = local.second ? "least_outstanding_requests" : "round_robin"
  health_check {
    path    = local.second ? "/health" : "/"
    matcher = "200-299"
  }
  stickiness {
    type            = "lb_cookie"
    enabled         = local.second
    cookie_duration = 600
  }
}

resource "aws_lb_target_group_attachment" "http" {
  target_group_arn = aws_lb_target_group.http[0].arn
  target_id        = aws_instance.web.id
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.alb.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = local.second ? "HTTP_302" : "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.alb.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.tls[0].arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.http[0].arn
  }
}

resource "aws_lb_listener_rule" "weighted" {
  listener_arn = aws_lb_listener.https.arn
  priority     = local.second ? 30 : 10
  condition {
    host_header {
      values = ["*.example.com"]
    }
  }
  condition {
    query_string {
      key   = "version"
      value = "v1"
    }
    query_string {
      value = "any"
    }
  }
  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.http[0].arn
        weight = local.second ? 50 : 90
      }
      target_group {
        arn    = aws_lb_target_group.http[1].arn
        weight = local.second ? 50 : 10
      }
    }
  }
  tags = { Name = "weighted" }
}

resource "aws_lb_listener_rule" "fixed" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 20
  condition {
    path_pattern {
      values = local.second ? ["/a", "/b"] : ["/a"]
    }
  }
  condition {
    http_header {
      http_header_name = "X-Kind"
      values           = ["one", "two*"]
    }
  }
  condition {
    source_ip {
      values = ["10.0.0.0/8"]
    }
  }
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/html"
      message_body = "<p>gone</p>"
      status_code  = "410"
    }
  }
}

data "aws_lb" "alb" {
  arn = aws_lb.alb.arn
}
