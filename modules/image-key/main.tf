locals {
  administer = {
    Sid       = "AdministerFromThisAccount"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.partition}:iam::${var.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }

  # An organizational unit is told by the path of its accounts, which begins at the organization and its root, whose id
  # is part of the unit's. What units lie between is not known here, hence the wildcard.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
  units = [for arn in sort(var.organizational_unit_arns) : { organization = split("/", arn)[1], id = split("/", arn)[2] }]
  paths = [for unit in local.units : "${unit.organization}/r-${split("-", unit.id)[1]}/*${unit.id}/*"]

  # Who of others uses the key: accounts, which decide with their own IAM policies who of them does; and whoever
  # belongs to an organization or unit.
  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/allow-org-ou-to-use-key.html
  users = [for user in [
    {
      name       = "TargetAccounts"
      principals = [for id in sort(var.target_account_ids) : "arn:${var.partition}:iam::${id}:root"]
      condition  = {}
    },
    {
      name       = "Organizations"
      principals = length(var.organization_arns) == 0 ? [] : ["*"]
      condition  = { StringEquals = { "aws:PrincipalOrgID" = [for arn in sort(var.organization_arns) : split("/", arn)[1]] } }
    },
    {
      name       = "OrganizationalUnits"
      principals = length(var.organizational_unit_arns) == 0 ? [] : ["*"]
      condition = {
        StringEquals             = { "aws:PrincipalOrgID" = sort(distinct(local.units[*].organization)) }
        "ForAnyValue:StringLike" = { "aws:PrincipalOrgPaths" = local.paths }
      }
    },
  ] : user if length(user.principals) > 0]

  use = flatten([for user in local.users : [
    merge(
      {
        Sid       = "UseFrom${user.name}"
        Effect    = "Allow"
        Principal = { AWS = user.principals }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
      },
      length(user.condition) == 0 ? {} : { Condition = user.condition },
    ),
    {
      # EC2 holds a volume's key by a grant; people and programs of others cannot make one for themselves.
      Sid       = "GrantToAwsServicesOf${user.name}"
      Effect    = "Allow"
      Principal = { AWS = user.principals }
      Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
      Resource  = "*"
      Condition = merge(user.condition, { Bool = { "kms:GrantIsForAWSResource" = "true" } })
    },
  ]])
}

resource "aws_kms_key" "this" {
  description             = var.description
  deletion_window_in_days = var.deletion_window_days
  enable_key_rotation     = true
  tags                    = var.tags

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.administer], local.use)
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.alias}"
  target_key_id = aws_kms_key.this.key_id
}
