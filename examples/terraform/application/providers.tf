# SPDX-License-Identifier: Apache-2.0
# Two accounts of one Postern. Where it is comes from AWS_ENDPOINT_URL.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "account_a" {
  description = "Access key of account A, the consumer."
  type        = object({ id = string, access_key = string, secret_key = string })
}

variable "account_b" {
  description = "Access key of account B, the provider."
  type        = object({ id = string, access_key = string, secret_key = string })
}

provider "aws" {
  alias      = "a"
  region     = "ap-northeast-1"
  access_key = var.account_a.access_key
  secret_key = var.account_a.secret_key
}

provider "aws" {
  alias      = "b"
  region     = "ap-northeast-1"
  access_key = var.account_b.access_key
  secret_key = var.account_b.secret_key
}
