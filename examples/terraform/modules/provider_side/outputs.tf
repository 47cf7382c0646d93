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

# For what is to stand beside the module's own servers.
output "target_groups" {
  value = { for pool, group in aws_lb_target_group.pool : pool => group.arn }
}

output "subnets" {
  value = [for zone in var.zones : aws_subnet.this[zone].id]
}

output "server_group" {
  value = aws_security_group.servers.id
}

output "image" {
  value = data.aws_ami.host.id
}
