# SPDX-License-Identifier: Apache-2.0
# A TLS listener with imported certificates, whose files the test makes.

resource "aws_acm_certificate" "tls" {
  count            = 2
  certificate_body = file("${path.module}/${count.index}.example.com.pem")
  private_key      = file("${path.module}/${count.index}.example.com.key")
  tags             = { step = var.step }
}

resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.nlb.arn
  port              = 443
  protocol          = "TLS"
  certificate_arn   = aws_acm_certificate.tls[local.second ? 1 : 0].arn
  ssl_policy        = local.second ? "ELBSecurityPolicy-TLS13-1-3-2021-06" : "ELBSecurityPolicy-TLS13-1-2-2021-06"
  alpn_policy       = local.second ? "HTTP2Only" : "HTTP2Preferred"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.addresses.arn
  }
}

resource "aws_lb_listener_certificate" "tls" {
  listener_arn    = aws_lb_listener.tls.arn
  certificate_arn = aws_acm_certificate.tls[1].arn
}
