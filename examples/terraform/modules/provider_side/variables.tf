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
  description = "The zones of the VPC and the load balancer, by their letters."
  type        = list(string)
  default     = ["a", "c"]
}

variable "pools" {
  description = "Servers by pool and name."
  type        = map(map(object({ zone = string, page = string })))
}

variable "live" {
  description = "The pool that the listener forwards to; the first one if not given."
  type        = string
  default     = null
}

variable "script" {
  description = "What a server runs; PAGE is its page."
  type        = string
  default     = <<-END
    #!/bin/sh
    mkdir -p /srv/page && cd /srv/page
    echo 'PAGE' > index.html
    exec setsid python3 -m http.server 80
  END
}

variable "protocol" {
  type    = string
  default = "TCP"
}

variable "port" {
  type    = number
  default = 80
}

variable "health_protocol" {
  type    = string
  default = "TCP"
}

variable "health_port" {
  type    = number
  default = null
}

variable "cross_zone" {
  type    = bool
  default = true
}

variable "proxy_protocol" {
  type    = bool
  default = false
}

variable "admitted" {
  description = "Whose addresses the load balancer admits."
  type        = list(string)
  default     = ["10.0.0.0/16"]
}

variable "consumers" {
  description = "The accounts that may find the service and ask for a connection."
  type        = list(string)
}

variable "acceptance_required" {
  type    = bool
  default = false
}

variable "private_dns_name" {
  type    = string
  default = null
}
