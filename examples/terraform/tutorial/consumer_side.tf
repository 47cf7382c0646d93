# SPDX-License-Identifier: Apache-2.0
# Account A: the client and its interface endpoint.

data "aws_caller_identity" "a" {
  provider = aws.a
}

data "aws_ami" "a" {
  provider    = aws.a
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["ami-host"]
  }
}

resource "aws_vpc" "a" {
  provider   = aws.a
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "account-a" }
}

resource "aws_subnet" "a" {
  provider          = aws.a
  for_each          = { a = "10.0.1.0/24", c = "10.0.2.0/24" }
  vpc_id            = aws_vpc.a.id
  cidr_block        = each.value
  availability_zone = "ap-northeast-1${each.key}"
}

resource "aws_security_group" "client" {
  provider    = aws.a
  name        = "client"
  description = "client"
  vpc_id      = aws_vpc.a.id

  egress {
    description = "to the endpoint"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "client" {
  provider               = aws.a
  ami                    = data.aws_ami.a.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.a["a"].id
  vpc_security_group_ids = [aws_security_group.client.id]
  tags                   = { Name = "client" }
}

resource "aws_security_group" "endpoint" {
  provider    = aws.a
  name        = "endpoint"
  description = "endpoint"
  vpc_id      = aws_vpc.a.id

  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = [for subnet in aws_subnet.a : subnet.cidr_block]
  }
}

resource "aws_vpc_endpoint" "web" {
  provider           = aws.a
  vpc_endpoint_type  = "Interface"
  vpc_id             = aws_vpc.a.id
  service_name       = aws_vpc_endpoint_service.web.service_name
  subnet_ids         = [for subnet in aws_subnet.a : subnet.id]
  security_group_ids = [aws_security_group.endpoint.id]
  tags               = { Name = "account-a-vpce" }
}
