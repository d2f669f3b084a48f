locals {
  # In China the names of some services begin with `cn.`; what `aws ec2 describe-vpc-endpoint-services` lists there.
  named_cn = ["autoscaling", "cloudformation", "ebs", "ec2", "ecr.api", "ecr.dkr", "imagebuilder", "lambda", "license-manager", "monitoring", "sts"]
  prefixes = { for service in var.endpoints : service => var.partition == "aws-cn" && contains(local.named_cn, service) ? "cn.com.amazonaws" : "com.amazonaws" }

  # Buckets of AWS's own that a build reads:
  # https://docs.aws.amazon.com/imagebuilder/latest/userguide/vpc-interface-endpoints.html#vpc-endpoint-policy-s3,
  # https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html,
  # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway and
  # https://github.com/aws-samples/data-perimeter-policy-examples (repositories of Amazon Linux, the CloudWatch agent).
  aws_buckets = [
    "ec2imagebuilder-toe-${var.region}-prod/*",
    "ec2imagebuilder-managed-resources-${var.region}-prod/components/*",
    "amazon-ssm-${var.region}/*",
    "amazon-ssm-packages-${var.region}/*",
    "aws-ssm-${var.region}/*",
    "aws-ssm-distributor-file-${var.region}/*",
    "aws-ssm-document-attachments-${var.region}/*",
    "aws-windows-downloads-${var.region}/*",
    "patch-baseline-snapshot-${var.region}/*",
    "${var.region}-birdwatcher-prod/*",
    "al2023-repos-${var.region}-de612dc2/*",
    "amazonlinux-2-repos-${var.region}/*",
    "amazoncloudwatch-agent-${var.region}/*",
    "amazoncloudwatch-agent/*",
    "prod-${var.region}-starport-layer-bucket/*",
  ]
  readable = [for path in concat(local.aws_buckets, [for bucket in sort(var.read_buckets) : "${bucket}/*"]) : "arn:${var.partition}:s3:::${path}"]
}

resource "aws_vpc_endpoint" "s3" {
  route_table_ids   = [aws_route_table.private.id]
  service_name      = "com.amazonaws.${var.region}.s3"
  tags              = merge(var.tags, { Name = "${var.name}-s3" })
  vpc_endpoint_type = "Gateway"
  vpc_id            = aws_vpc.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadWhatBuildsNeed"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = var.nat ? ["*"] : local.readable
      },
      {
        Sid       = "BucketsOfTheAccount"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = var.account_id, "aws:ResourceAccount" = var.account_id } }
      },
    ]
  })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.prefixes

  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints.id]
  service_name        = "${each.value}.${var.region}.${each.key}"
  subnet_ids          = [for zone in keys(local.zones) : aws_subnet.private[zone].id]
  tags                = merge(var.tags, { Name = "${var.name}-${each.key}" })
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id

  # Credentials of another account are of no use here.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "CallersOfTheAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = var.account_id } }
    }]
  })
}
