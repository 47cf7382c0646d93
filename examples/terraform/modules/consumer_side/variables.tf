# SPDX-License-Identifier: Apache-2.0
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" {
  type = string
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "zones" {
  description = "The zones of the VPC and its endpoints, by their letters."
  type        = list(string)
  default     = ["a", "c"]
}

variable "services" {
  description = "Names of endpoint services, by what they are called here."
  type        = map(string)
}

variable "protocol" {
  type    = string
  default = "tcp"
}

variable "port" {
  type    = number
  default = 80
}

variable "private_dns_enabled" {
  type    = bool
  default = false
}

variable "policy" {
  type    = string
  default = null
}
