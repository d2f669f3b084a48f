locals {
  # A number for each zone by its letter, so that a zone that comes or goes renumbers no other. 6 is for a subnet whose
  # zone AWS chooses, 7 for the public subnet of a NAT gateway.
  letters       = ["a", "b", "c", "d", "e", "f", "any", "public"]
  zones         = length(var.zones) == 0 ? { any = null } : { for zone in var.zones : zone => zone }
  subnet_ranges = { for zone in keys(local.zones) : zone => cidrsubnet(var.cidr_block, 3, index(local.letters, zone == "any" ? zone : substr(zone, -1, 1))) }
  public_range  = cidrsubnet(var.cidr_block, 3, index(local.letters, "public"))
  first_zone    = sort(keys(local.zones))[0]
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = merge(var.tags, { Name = var.name })
}

# The group that AWS makes with each VPC lets all its members talk to each other. Nothing is in it, and nothing may.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = "${var.name}-unused" })
}

resource "aws_subnet" "private" {
  for_each = local.zones

  availability_zone       = each.value
  cidr_block              = local.subnet_ranges[each.key]
  map_public_ip_on_launch = false
  tags                    = merge(var.tags, { Name = each.value == null ? var.name : "${var.name}-${each.value}" })
  vpc_id                  = aws_vpc.this.id

  # Pipelines move to the new subnet before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = var.name })
}

resource "aws_route_table_association" "private" {
  for_each = local.zones

  route_table_id = aws_route_table.private.id
  subnet_id      = aws_subnet.private[each.key].id
}
