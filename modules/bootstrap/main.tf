# The roles that are assumed in each account: one that reads, one that writes.
# Who applies also plans: before, to compare, and after, to verify.
locals {
  apply_principals = concat(sort(var.apply_principals), [for role in aws_iam_role.pipeline_apply : role.arn])
  plan_principals = concat(
    sort(setunion(var.plan_principals, var.apply_principals)),
    [for role in aws_iam_role.pipeline_plan : role.arn],
    [for role in aws_iam_role.pipeline_apply : role.arn],
  )
}

resource "aws_iam_role" "plan" {
  name                 = var.plan_role_name
  description          = "Terraform, while it plans golden images: reads what they are made of."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.plan_principals }
    }]
  })

  lifecycle {
    precondition {
      condition     = length(local.plan_principals) > 0
      error_message = "Nobody could assume the plan role: name plan_principals, or a pipeline with github or gitlab."
    }
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "read"
  role   = aws_iam_role.plan.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.read })
}

resource "aws_iam_role" "apply" {
  name                 = var.apply_role_name
  description          = "Terraform, while it applies golden images: makes what they are made of, and nothing else."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.apply_principals }
    }]
  })

  lifecycle {
    precondition {
      condition     = length(local.apply_principals) > 0
      error_message = "Nobody could assume the apply role: name apply_principals, or a pipeline with github or gitlab."
    }
  }
}

# Two policies: a role's inline ones may have 10,240 characters together, and each is easier to read.
resource "aws_iam_role_policy" "apply_read" {
  name   = "read"
  role   = aws_iam_role.apply.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.read })
}

resource "aws_iam_role_policy" "apply_write" {
  name = "write"
  role = aws_iam_role.apply.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.write,
      [for statement in [local.stay_within] : statement if local.needs_boundary],
    )
  })
}

# Beside the inline policies, in which there is no room for it.
resource "aws_iam_policy" "apply_network" {
  for_each = toset([for name in ["this"] : name if var.manages_network])

  name        = "${var.apply_role_name}Network"
  description = "The VPCs that images are built in, for ${var.apply_role_name}."
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.write_network })
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "apply_network" {
  for_each = aws_iam_policy.apply_network

  role       = aws_iam_role.apply.name
  policy_arn = each.value.arn
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = var.additional_policy_arns

  role       = aws_iam_role.apply.name
  policy_arn = each.value
}

resource "aws_iam_role_policies_exclusive" "plan" {
  role_name    = aws_iam_role.plan.name
  policy_names = [aws_iam_role_policy.plan.name]
}

resource "aws_iam_role_policies_exclusive" "apply" {
  role_name    = aws_iam_role.apply.name
  policy_names = [aws_iam_role_policy.apply_read.name, aws_iam_role_policy.apply_write.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "plan" {
  role_name   = aws_iam_role.plan.name
  policy_arns = []
}

resource "aws_iam_role_policy_attachments_exclusive" "apply" {
  role_name = aws_iam_role.apply.name
  policy_arns = concat(
    [for attachment in aws_iam_role_policy_attachment.apply : attachment.policy_arn],
    [for attachment in aws_iam_role_policy_attachment.apply_network : attachment.policy_arn],
  )
}
