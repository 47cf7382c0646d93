# SPDX-License-Identifier: Apache-2.0
output "service_id" {
  value = aws_vpc_endpoint_service.this.id
}

output "service_name" {
  value = aws_vpc_endpoint_service.this.service_name
}

# What proves that the private DNS name's domain is one's own.
output "private_dns_record" {
  value = one(aws_vpc_endpoint_service.this.private_dns_name_configuration)
}
