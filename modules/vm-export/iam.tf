resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "VM Export, while it writes disk images of finished images to S3."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  # https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vmie.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id, "sts:ExternalId" = "vmimport" }
        ArnLike      = { "aws:SourceArn" = "arn:${var.partition}:vmie:*:${var.account_id}:*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "vm-export"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "LookAtBuckets"
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"]
        Resource = sort(keys(local.arns))
      },
      {
        Sid      = "WriteDiskImages"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = sort(flatten([for arn, prefixes in local.arns : [for prefix in prefixes : "${arn}/${prefix}*"]]))
      },
      {
        # AWS asks for these of every role of VM Import/Export, and none of them knows resources of its own here.
        Sid      = "ReadSnapshots"
        Effect   = "Allow"
        Action   = ["ec2:CopySnapshot", "ec2:Describe*", "ec2:ModifySnapshotAttribute", "ec2:RegisterImage"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachments_exclusive" "this" {
  role_name   = aws_iam_role.this.name
  policy_arns = []
}

resource "aws_iam_role_policies_exclusive" "this" {
  role_name    = aws_iam_role.this.name
  policy_names = [aws_iam_role_policy.this.name]
}
