# SPDX-License-Identifier: Apache-2.0
# The tutorial (docs/tutorial.md): account B publishes a web server as an endpoint service, account A
# reaches it through an interface endpoint, from a VPC with the very same addresses.

variable "page" {
  description = "What the web server says."
  type        = string
  default     = "AWS acount B"
}

variable "admitted" {
  description = "Whose addresses the NLB admits: for what comes through PrivateLink, the consumer's own."
  type        = string
  default     = "10.0.0.0/16"
}

output "client" {
  value = aws_instance.client.id
}

output "url" {
  value = "http://${aws_vpc_endpoint.web.dns_entry[0].dns_name}/"
}
