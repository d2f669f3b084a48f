locals {
  key_use = [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
  ]
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "VM Import, while it makes AMIs of disk images in S3."
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
  name = "vm-import"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LookAtBuckets"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = [for bucket in sort(keys(var.objects)) : "arn:${var.partition}:s3:::${bucket}"]
        },
        {
          Sid    = "ReadDiskImages"
          Effect = "Allow"
          Action = "s3:GetObject"
          Resource = sort(flatten([
            for bucket, keys in var.objects : [for key in keys : "arn:${var.partition}:s3:::${bucket}/${key}"]
          ]))
        },
        {
          # As AWS asks for them: snapshots and AMIs that are still to be made cannot be named.
          Sid      = "MakeAmis"
          Effect   = "Allow"
          Action   = ["ec2:CopySnapshot", "ec2:Describe*", "ec2:ModifySnapshotAttribute", "ec2:RegisterImage"]
          Resource = "*"
        },
      ],
      # IAM policies cannot name an alias as a resource, and the key's id is known after the apply only.
      [for arn in var.key_arns : {
        Sid       = "EncryptAmis"
        Effect    = "Allow"
        Action    = local.key_use
        Resource  = replace(arn, "/:alias/.*$/", ":key/*")
        Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = replace(arn, "/^.*:alias/", "alias") } }
      } if strcontains(arn, ":alias/")],
      [for arn in var.key_arns : {
        Sid      = "EncryptAmis"
        Effect   = "Allow"
        Action   = local.key_use
        Resource = arn
      } if !strcontains(arn, ":alias/")],
    )
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
