# SPDX-License-Identifier: Apache-2.0
output "client" {
  value = aws_instance.client.id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "client_address" {
  value = aws_instance.client.private_ip
}

output "endpoint_ids" {
  value = { for name, endpoint in aws_vpc_endpoint.service : name => endpoint.id }
}

# The endpoints' names: of the region first, then of each zone.
output "dns_names" {
  value = { for name, endpoint in aws_vpc_endpoint.service : name => endpoint.dns_entry[*].dns_name }
}
