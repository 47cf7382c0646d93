# SPDX-License-Identifier: Apache-2.0
# One of each: the resource types and data sources that public PrivateLink projects use most, in one
# account, for a test of their whole life. `step` 2 changes as many of them in place as can be.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "account_a" {
  type = object({ id = string, access_key = string, secret_key = string })
}

variable "step" {
  type    = number
  default = 1
}

provider "aws" {
  region     = "ap-northeast-1"
  access_key = var.account_a.access_key
  secret_key = var.account_a.secret_key

  default_tags {
    tags = { project = "surface" }
  }
}

locals {
  second = var.step == 2
}

data "aws_caller_identity" "me" {}

data "aws_region" "here" {}

data "aws_partition" "this" {}

data "aws_availability_zones" "there" {
  state = "available"
}

data "aws_ami" "amazon_linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023*-x86_64"]
  }
  filter {
    name   = "root-device-type"
    values = ["ebs"]
  }
  filter {
    name   = "virtualization-type"
    values = ["hvm"]
  }
}

# The same image by its public parameter.
data "aws_ssm_parameter" "amazon_linux" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

data "aws_ami" "ubuntu" {
  most_recent = true
  owners      = ["099720109477"]
  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"]
  }
}
