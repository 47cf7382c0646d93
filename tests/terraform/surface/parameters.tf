# SPDX-License-Identifier: Apache-2.0
# Parameters of each type; a launch template finds its image by one of them.

resource "aws_ssm_parameter" "image" {
  name      = "/surface/image"
  type      = "String"
  data_type = "aws:ec2:image"
  value     = data.aws_ami.ubuntu.id
}

resource "aws_ssm_parameter" "size" {
  name            = "/surface/app/size"
  description     = local.second ? "second" : "first"
  type            = "String"
  value           = local.second ? "20" : "10"
  allowed_pattern = "^\\d+$"
  tags            = { step = var.step }
}

resource "aws_ssm_parameter" "names" {
  name  = "/surface/app/names"
  type  = "StringList"
  value = "one,two"
  tier  = local.second ? "Advanced" : "Standard"
}

resource "aws_ssm_parameter" "secret" {
  name  = "/surface/app/secret"
  type  = "SecureString"
  value = "secret-${var.step}"
  tags  = { step = var.step }
}

data "aws_ssm_parameter" "size" {
  name = aws_ssm_parameter.size.name
}

data "aws_ssm_parameters_by_path" "app" {
  path       = "/surface/app"
  depends_on = [aws_ssm_parameter.size, aws_ssm_parameter.names, aws_ssm_parameter.secret]
}
