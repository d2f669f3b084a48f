output "nat_address" {
  description = "Public IPv4 address that instances are seen with outside of AWS; null without a NAT gateway."
  value       = one(aws_eip.nat[*].public_ip)
}

output "security_group_ids" {
  description = "Security group of the instances, once its rules let them work."
  value       = [aws_security_group.instances.id]

  depends_on = [
    aws_vpc_security_group_egress_rule.endpoints,
    aws_vpc_security_group_egress_rule.internet,
    aws_vpc_security_group_egress_rule.s3,
    aws_vpc_security_group_ingress_rule.instances,
  ]
}

output "subnet_id" {
  description = "The first private subnet, once endpoints and routes serve it."
  value       = aws_subnet.private[local.first_zone].id

  depends_on = [
    aws_route.nat,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
  ]
}

output "subnet_ids" {
  description = "Private subnets by Availability Zone, once endpoints and routes serve them; empty where AWS chose the zone."
  value       = { for zone in var.zones : zone => aws_subnet.private[zone].id }

  depends_on = [
    aws_route.nat,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
  ]
}

output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}
