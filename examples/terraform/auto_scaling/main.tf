# SPDX-License-Identifier: Apache-2.0
# A service whose servers come and go: an Auto Scaling group launches them by a launch template,
# registers them behind the load balancer, and replaces what fails.

variable "servers" {
  type    = number
  default = 2
}

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source    = "../modules/provider_side"
  providers = { aws = aws.b }
  name      = "scaled"
  pools     = { main = {} }
  consumers = [data.aws_caller_identity.a.account_id]
}

resource "aws_launch_template" "server" {
  provider               = aws.b
  name                   = "scaled-server"
  image_id               = module.service.image
  instance_type          = "t3.micro"
  vpc_security_group_ids = [module.service.server_group]
  update_default_version = true

  # Each server's page is its own name.
  user_data = base64encode(<<-END
    #!/bin/sh
    mkdir -p /srv/page && cd /srv/page
    hostname > index.html
    exec setsid python3 -m http.server 80
  END
  )

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_autoscaling_group" "servers" {
  provider                  = aws.b
  name                      = "scaled"
  min_size                  = 1
  max_size                  = 4
  desired_capacity          = var.servers
  vpc_zone_identifier       = module.service.subnets
  target_group_arns         = [module.service.target_groups["main"]]
  health_check_type         = "ELB"
  health_check_grace_period = 30

  launch_template {
    id      = aws_launch_template.server.id
    version = "$Latest"
  }

  tag {
    key                 = "Name"
    value               = "scaled"
    propagate_at_launch = true
  }
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "scaled"
  services  = { service = module.service.service_name }
}

output "client" {
  value = module.consumer.client
}

output "url" {
  value = "http://${module.consumer.dns_names["service"][0]}/"
}
