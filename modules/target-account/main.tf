locals {
  # Image Builder assumes the role by this name, in any account, and by no other.
  name = "EC2ImageBuilderDistributionCrossAccountRole"

  key_actions = [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ListGrants",
    "kms:ReEncrypt*",
    "kms:RevokeGrant",
  ]

  # IAM policies cannot name an alias as a resource: any key of the account, while it bears the alias.
  aliases = {
    for arn in sort(var.key_arns) : split(":", arn)[5] => "${join(":", slice(split(":", arn), 0, 5))}:key/*"... if startswith(split(":", arn)[5], "alias/")
  }

  use_by_alias = [
    for index, alias in keys(local.aliases) : {
      Sid       = "UseKeysByAlias${index}"
      Effect    = "Allow"
      Action    = local.key_actions
      Resource  = local.aliases[alias]
      Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = alias } }
    }
  ]

  use_by_id = {
    Sid      = "UseKeys"
    Effect   = "Allow"
    Action   = local.key_actions
    Resource = [for arn in sort(var.key_arns) : arn if startswith(split(":", arn)[5], "key/")]
  }

  tag_snapshots = {
    Sid      = "TagCopiedSnapshots"
    Effect   = "Allow"
    Action   = "ec2:CreateTags"
    Resource = "arn:${var.partition}:ec2:*::snapshot/*"
  }

  publish = {
    Sid      = "PublishOutputParameters"
    Effect   = "Allow"
    Action   = ["ssm:GetParameter", "ssm:PutParameter"]
    Resource = [for name in sort(var.ssm_parameter_names) : "arn:${var.partition}:ssm:*:*:parameter/${trimprefix(name, "/")}"]
  }
}

locals {
  tag = "EC2 Image Builder"

  # https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
  update_templates = [
    {
      Sid       = "UpdateLaunchTemplates"
      Effect    = "Allow"
      Action    = ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"]
      Resource  = "arn:${var.partition}:ec2:*:*:launch-template/*"
      Condition = { StringEquals = { "aws:ResourceTag/CreatedBy" = local.tag } }
    },
    {
      Sid       = "TagLaunchTemplates"
      Effect    = "Allow"
      Action    = "ec2:CreateTags"
      Resource  = "arn:${var.partition}:ec2:*:*:launch-template/*"
      Condition = { StringEquals = { "aws:RequestTag/CreatedBy" = local.tag } }
    },
    {
      Sid      = "FindLaunchTemplates"
      Effect   = "Allow"
      Action   = "ec2:DescribeLaunchTemplates"
      Resource = "*"
    },
  ]

  # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/EC2FastLaunchFullAccess.html
  launch_fast = [
    {
      Sid      = "EnableFastLaunch"
      Effect   = "Allow"
      Action   = ["ec2:DescribeFastLaunchImages", "ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "ec2:EnableFastLaunch"]
      Resource = "*"
    },
    {
      Sid       = "MakeRoleOfFastLaunch"
      Effect    = "Allow"
      Action    = "iam:CreateServiceLinkedRole"
      Resource  = "arn:${var.partition}:iam::*:role/aws-service-role/ec2fastlaunch.amazonaws.com/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = "ec2fastlaunch.amazonaws.com" } }
    },
  ]
}

resource "aws_iam_role" "this" {
  name                 = local.name
  description          = "EC2 Image Builder of account ${var.source_account_id}, while it copies images to this account."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:${var.partition}:iam::${var.source_account_id}:root" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${var.partition}:iam::aws:policy/Ec2ImageBuilderCrossAccountDistributionAccess"
}

# What the managed policy, last changed in 2020, lacks for encrypted images and for SSM parameters.
resource "aws_iam_role_policy" "distribution" {
  name = "image-distribution"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [local.tag_snapshots],
      local.use_by_alias,
      [for statement in [local.use_by_id] : statement if length(statement.Resource) > 0],
      [for statement in [local.publish] : statement if length(var.ssm_parameter_names) > 0],
      [for statement in local.update_templates : statement if var.updates_launch_templates],
      [for statement in local.launch_fast : statement if var.enables_fast_launch],
    )
  })
}

resource "aws_iam_role_policy_attachments_exclusive" "this" {
  role_name   = aws_iam_role.this.name
  policy_arns = [aws_iam_role_policy_attachment.managed.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "this" {
  role_name    = aws_iam_role.this.name
  policy_names = [aws_iam_role_policy.distribution.name]
}
