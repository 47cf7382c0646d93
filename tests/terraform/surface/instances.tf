# SPDX-License-Identifier: Apache-2.0
# Instances with all that projects give them, and the IAM around them.

resource "aws_key_pair" "me" {
  key_name   = "me"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKACuGLhXzYFy/oHIiNGlssr2vsVDAIqoeZBl74gpVPW me"
}

data "aws_key_pair" "me" {
  key_name           = aws_key_pair.me.key_name
  include_public_key = true
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = local.second ? ["ec2:Describe*", "elasticloadbalancing:Describe*"] : ["ec2:Describe*"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "instance" {
  name               = "instance"
  description        = local.second ? "second" : "first"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.instance.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_policy" "read" {
  name        = "read"
  path        = "/surface/"
  description = "reads"
  policy      = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.instance.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.instance.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy_attachment" "both" {
  name       = "both"
  users      = [aws_iam_user.ci.name]
  policy_arn = aws_iam_policy.other.arn
}

resource "aws_iam_policy" "other" {
  name   = "other"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_instance_profile" "instance" {
  name = "instance"
  role = aws_iam_role.instance.name
}

data "aws_iam_role" "instance" {
  name       = "instance"
  depends_on = [aws_iam_role.instance]
}

resource "aws_iam_user" "ci" {
  name = "ci"
  path = "/"
  tags = { step = var.step }
}

resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
}

resource "aws_instance" "web" {
  ami                         = data.aws_ssm_parameter.amazon_linux.value
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.public.id
  vpc_security_group_ids      = local.second ? [aws_security_group.web.id, aws_security_group.modern.id] : [aws_security_group.web.id]
  associate_public_ip_address = true
  key_name                    = aws_key_pair.me.key_name
  iam_instance_profile        = aws_iam_instance_profile.instance.name
  user_data_base64            = base64encode("#!/bin/sh\ntrue\n")

  metadata_options {
    http_tokens                 = local.second ? "optional" : "required"
    http_put_response_hop_limit = 2
  }
  root_block_device {
    volume_size = 20
    volume_type = "gp3"
    encrypted   = true
  }
  credit_specification {
    cpu_credits = local.second ? "standard" : "unlimited"
  }
  tags = { Name = local.second ? "web-2" : "web" }
}

resource "aws_instance" "plain" {
  monitoring        = local.second
  ami               = "ami-0123456789abcdef0"
  instance_type     = "m5.large"
  availability_zone = aws_subnet.private[0].availability_zone
  subnet_id         = aws_subnet.private[0].id
  user_data         = "#!/bin/sh\ntrue\n"
  ebs_optimized     = true
}

# In the VPC's second range, of the other architecture.
data "aws_ami" "graviton" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-kernel-6.1-arm64"]
  }
  filter {
    name   = "architecture"
    values = ["arm64"]
  }
}

resource "aws_instance" "graviton" {
  ami           = data.aws_ami.graviton.id
  instance_type = "t4g.micro"
  subnet_id     = aws_subnet.second.id
}

resource "aws_instance" "host" {
  ami           = "ami-host"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.private[0].id
}

resource "aws_eip" "plain" {
  instance   = aws_instance.plain.id
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

resource "aws_network_interface" "spare" {
  subnet_id       = aws_subnet.private[1].id
  description     = local.second ? "spare two" : "spare"
  security_groups = [aws_security_group.modern.id]
}

data "aws_network_interface" "web" {
  id = aws_instance.web.primary_network_interface_id
}

data "aws_instance" "web" {
  instance_id = aws_instance.web.id
}
