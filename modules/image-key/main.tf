locals {
  administer = {
    Sid       = "AdministerFromThisAccount"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.partition}:iam::${var.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }

  targets = { AWS = [for id in sort(var.target_account_ids) : "arn:${var.partition}:iam::${id}:root"] }

  # Each target decides with its own IAM policies who of it uses the key.
  use = [
    {
      Sid       = "UseFromTargetAccounts"
      Effect    = "Allow"
      Principal = local.targets
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource  = "*"
    },
    {
      # EC2 holds a volume's key by a grant; people and programs of the target cannot make one for themselves.
      Sid       = "GrantToAwsServicesOfTargetAccounts"
      Effect    = "Allow"
      Principal = local.targets
      Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
      Resource  = "*"
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
  ]
}

resource "aws_kms_key" "this" {
  description             = var.description
  deletion_window_in_days = var.deletion_window_days
  enable_key_rotation     = true
  tags                    = var.tags

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.administer], [for statement in local.use : statement if length(var.target_account_ids) > 0])
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.alias}"
  target_key_id = aws_kms_key.this.key_id
}
