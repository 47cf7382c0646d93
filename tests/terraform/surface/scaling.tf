# SPDX-License-Identifier: Apache-2.0
# Launch templates, a group by one of them, and instances by another.

resource "aws_launch_template" "group" {
  name_prefix            = "group-"
  description            = local.second ? "second" : "first"
  image_id               = data.aws_ami.amazon_linux.id
  instance_type          = local.second ? "t3.small" : "t3.micro"
  key_name               = aws_key_pair.me.key_name
  ebs_optimized          = false
  user_data              = base64encode("#!/bin/sh\ntrue\n")
  update_default_version = true

  iam_instance_profile {
    name = aws_iam_instance_profile.instance.name
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = 12
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }
  network_interfaces {
    associate_public_ip_address = false
    delete_on_termination       = true
    security_groups             = [aws_security_group.web.id]
  }
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
    instance_metadata_tags      = "enabled"
  }
  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "of-group" }
  }
  tag_specifications {
    resource_type = "volume"
    tags          = { Name = "of-group" }
  }
}

data "aws_launch_template" "group" {
  name = aws_launch_template.group.name
}

resource "aws_autoscaling_group" "group" {
  name                 = "group"
  min_size             = 1
  max_size             = local.second ? 3 : 2
  desired_capacity     = local.second ? 2 : 1
  vpc_zone_identifier  = [for subnet in aws_subnet.private : subnet.id]
  health_check_type    = local.second ? "ELB" : "EC2"
  termination_policies = ["OldestLaunchTemplate", "OldestInstance"]

  launch_template {
    id      = aws_launch_template.group.id
    version = aws_launch_template.group.latest_version
  }
  tag {
    key                 = "Name"
    value               = local.second ? "group-2" : "group"
    propagate_at_launch = true
  }
  lifecycle {
    ignore_changes = [target_group_arns]
  }
}

resource "aws_autoscaling_attachment" "web" {
  autoscaling_group_name = aws_autoscaling_group.group.id
  lb_target_group_arn    = aws_lb_target_group.web.arn
}

data "aws_autoscaling_groups" "all" {
  names = [aws_autoscaling_group.group.name]
}

resource "aws_launch_template" "instance" {
  name                   = "instance"
  image_id               = "resolve:ssm:${aws_ssm_parameter.image.name}"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_instance" "templated" {
  subnet_id = aws_subnet.private[0].id
  launch_template {
    id      = aws_launch_template.instance.id
    version = "$Latest"
  }
}
