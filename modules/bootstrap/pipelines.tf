# The roles that pipelines begin with: they reach the state and assume the roles of the accounts, and nothing else.
# https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
# https://docs.gitlab.com/ci/cloud_services/aws/
locals {
  has_pipelines = var.github != null || var.gitlab != null
  pipelines     = local.has_pipelines ? ["this"] : []
  github_host   = "token.actions.githubusercontent.com"
  gitlab_host   = trimprefix(try(var.gitlab.url, ""), "https://")
  github        = var.github == null ? [] : [var.github]
  gitlab        = var.gitlab == null ? [] : [var.gitlab]
  provider_arn  = "arn:${var.partition}:iam::${var.account_id}:oidc-provider"

  # A pull request may plan, and so may the branch, which drift is looked for in; none of them may apply.
  plan_trust = concat(
    [
      for each in local.github : {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "${local.provider_arn}/${local.github_host}" }
        Condition = {
          StringEquals = {
            "${local.github_host}:aud" = "sts.amazonaws.com"
            "${local.github_host}:sub" = ["repo:${each.repository}:pull_request", "repo:${each.repository}:ref:refs/heads/${each.branch}"]
          }
        }
      }
    ],
    [
      for each in local.gitlab : {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "${local.provider_arn}/${local.gitlab_host}" }
        Condition = {
          StringEquals = { "${local.gitlab_host}:aud" = each.url }
          StringLike   = { "${local.gitlab_host}:sub" = "project_path:${each.project}:ref_type:branch:ref:*" }
        }
      }
    ],
  )

  # A job gets the subject of an environment only when the environment's rules let it run.
  apply_trust = concat(
    flatten([
      for each in local.github : [
        for environment in compact([each.environment, each.rollout_environment]) : {
          Effect    = "Allow"
          Action    = "sts:AssumeRoleWithWebIdentity"
          Principal = { Federated = "${local.provider_arn}/${local.github_host}" }
          Condition = {
            StringEquals = merge(
              {
                "${local.github_host}:aud" = "sts.amazonaws.com"
                "${local.github_host}:sub" = "repo:${each.repository}:environment:${environment}"
              },
              length(each.workflow_refs) == 0 ? {} : { "${local.github_host}:job_workflow_ref" = sort(each.workflow_refs) },
            )
          }
        }
      ]
    ]),
    [
      for each in local.gitlab : {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "${local.provider_arn}/${local.gitlab_host}" }
        Condition = {
          StringEquals = {
            "${local.gitlab_host}:aud" = each.url
            "${local.gitlab_host}:sub" = "project_path:${each.project}:ref_type:branch:ref:${each.branch}"
          }
        }
      }
    ],
  )

  plan_role_arns  = [for id in sort(var.account_ids) : "arn:${var.partition}:iam::${id}:role/${var.plan_role_name}"]
  apply_role_arns = [for id in sort(var.account_ids) : "arn:${var.partition}:iam::${id}:role/${var.apply_role_name}"]

  # https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required: a plan takes the lock as well.
  lock_state = {
    Sid      = "LockState"
    Effect   = "Allow"
    Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    Resource = "${local.state_arn}/*.tflock"
  }

  find_state = {
    Sid      = "FindState"
    Effect   = "Allow"
    Action   = "s3:ListBucket"
    Resource = local.state_arn
  }

  # What the roles themselves are made from: who can write that can have the next administrator make of them what he likes.
  leave_bootstrap = {
    Sid      = "LeaveBootstrap"
    Effect   = "Deny"
    Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    Resource = "${local.state_arn}/bootstrap/*"
  }

  use_state_key = [
    for arn in compact([try(var.state.kms_key_arn, null)]) : {
      Sid       = "UseKeyOfState"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = arn
      Condition = { StringLike = { "kms:ViaService" = "s3.*.amazonaws.com*" } }
    }
  ]
}

resource "aws_iam_openid_connect_provider" "github" {
  for_each = toset([for each in local.github : "this" if each.makes_provider])

  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
  tags           = var.tags
}

resource "aws_iam_openid_connect_provider" "gitlab" {
  for_each = toset([for each in local.gitlab : "this" if each.makes_provider])

  url            = var.gitlab.url
  client_id_list = [var.gitlab.url]
  tags           = var.tags
}

resource "aws_iam_role" "pipeline_plan" {
  for_each = toset(local.pipelines)

  name                 = "${var.plan_role_name}-ci"
  description          = "Pipelines that plan: read the state, and assume ${var.plan_role_name} in each account."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.plan_trust })

  lifecycle {
    precondition {
      condition     = var.state != null && length(var.account_ids) > 0
      error_message = "Pipelines need the state that they read and the accounts that they plan in: name state and account_ids."
    }
  }

  depends_on = [aws_iam_openid_connect_provider.github, aws_iam_openid_connect_provider.gitlab]
}

resource "aws_iam_role_policy" "pipeline_plan" {
  for_each = toset(local.pipelines)

  name = "pipeline"
  role = aws_iam_role.pipeline_plan[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Sid = "AssumeRoles", Effect = "Allow", Action = "sts:AssumeRole", Resource = local.plan_role_arns },
        { Sid = "ReadState", Effect = "Allow", Action = "s3:GetObject", Resource = "${local.state_arn}/*" },
        local.find_state,
        local.lock_state,
        local.leave_bootstrap,
      ],
      local.use_state_key,
    )
  })
}

resource "aws_iam_role" "pipeline_apply" {
  for_each = toset(local.pipelines)

  name                 = "${var.apply_role_name}-ci"
  description          = "Pipelines that apply: write the state, and assume ${var.apply_role_name} in each account."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.apply_trust })

  depends_on = [aws_iam_openid_connect_provider.github, aws_iam_openid_connect_provider.gitlab]
}

resource "aws_iam_role_policy" "pipeline_apply" {
  for_each = toset(local.pipelines)

  name = "pipeline"
  role = aws_iam_role.pipeline_apply[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "AssumeRoles"
          Effect   = "Allow"
          Action   = "sts:AssumeRole"
          Resource = concat(local.apply_role_arns, local.plan_role_arns)
        },
        { Sid = "WriteState", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${local.state_arn}/*" },
        local.find_state,
        local.lock_state,
        local.leave_bootstrap,
      ],
      local.use_state_key,
    )
  })
}
