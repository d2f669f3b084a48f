locals {
  managed_policy_arns = merge(var.additional_policy_arns, {
    for name in ["AmazonSSMManagedInstanceCore", "EC2InstanceProfileForImageBuilder"] :
    name => "arn:${var.partition}:iam::aws:policy/${name}"
  })

  # The managed policies write nothing to S3; without this statement the log upload ends in a 403.
  write_logs = {
    Sid      = "WriteBuildLogs"
    Effect   = "Allow"
    Action   = "s3:PutObject"
    Resource = "${coalesce(var.log_bucket_arn, "none")}/*"
  }

  encrypt_logs = {
    Sid      = "EncryptBuildLogs"
    Effect   = "Allow"
    Action   = "kms:GenerateDataKey"
    Resource = coalesce(var.log_key_arn, "none")
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Build and test instances of EC2 Image Builder."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each = local.managed_policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "logs" {
  count = var.log_bucket_arn == null ? 0 : 1

  name = "build-logs"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = var.log_key_arn == null ? [local.write_logs] : [local.write_logs, local.encrypt_logs]
  })
}

# Such as the ISO file of a system that is to be installed.
resource "aws_iam_role_policy" "objects" {
  count = length(var.readable_object_arns) == 0 ? 0 : 1

  name = "readable-objects"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadObjects"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = sort(var.readable_object_arns)
    }]
  })
}

# What was added by hand is taken away again: an instance that builds images should do nothing else.
resource "aws_iam_role_policy_attachments_exclusive" "this" {
  role_name   = aws_iam_role.this.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.managed : attachment.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "this" {
  role_name = aws_iam_role.this.name
  policy_names = concat(
    aws_iam_role_policy.containers[*].name,
    aws_iam_role_policy.logs[*].name,
    aws_iam_role_policy.objects[*].name,
  )
}
