resource "aws_security_group" "instances" {
  name        = "${var.name}-instances"
  description = "Instances that build and test images: nothing reaches them."
  tags        = merge(var.tags, { Name = "${var.name}-instances" })
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  description                  = "To the AWS services of the interface endpoints."
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.endpoints.id
  security_group_id            = aws_security_group.instances.id
  tags                         = var.tags
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  description       = "To S3, by the gateway endpoint."
  from_port         = 443
  ip_protocol       = "tcp"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  security_group_id = aws_security_group.instances.id
  tags              = var.tags
  to_port           = 443
}

# Package repositories of Debian and Ubuntu are signed, and served over HTTP.
resource "aws_vpc_security_group_egress_rule" "internet" {
  for_each = var.nat ? { http = 80, https = 443 } : {}

  cidr_ipv4         = "0.0.0.0/0"
  description       = "To package repositories, through the NAT gateway."
  from_port         = each.value
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.instances.id
  tags              = var.tags
  to_port           = each.value
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints: reached by the instances that build and test images."
  tags        = merge(var.tags, { Name = "${var.name}-endpoints" })
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "instances" {
  description                  = "From the instances that build and test images."
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.instances.id
  security_group_id            = aws_security_group.endpoints.id
  tags                         = var.tags
  to_port                      = 443
}
