# The worker: a build for each step and for each root, with what the role of a pipeline that applies has.
locals {
  sources_arn     = "arn:${var.partition}:s3:::${var.sources.bucket}"
  state_arn       = "arn:${var.partition}:s3:::${var.state.bucket}"
  plan_role_arns  = [for id in sort(var.account_ids) : "arn:${var.partition}:iam::${id}:role/${var.plan_role_name}"]
  apply_role_arns = [for id in sort(var.account_ids) : "arn:${var.partition}:iam::${id}:role/${var.apply_role_name}"]
  bucket_keys     = distinct(compact([var.journal.kms_key_arn, var.sources.kms_key_arn, var.state.kms_key_arn]))
  repositories    = var.image_repository_arn == null ? [] : [var.image_repository_arn]

  # What is to be done comes in by variables of the build, each of them one word of the command.
  step = <<-EOT
    next() { goldsmith rollout next "$ROLLOUT" --manifest "$MANIFEST" --answer "$ANSWER" "$@"; }
    case "$STEP" in
      begin) next --resume ;;
      next) next ;;
      settle) next --settled "$WAVE" ;;
      root) goldsmith run-one --root "$ROOT" --digest "$DIGEST" --journal "$JOURNAL" ;;
      *) exit 64 ;;
    esac
  EOT
}

resource "aws_iam_role" "worker" {
  name                 = "${var.name}-worker"
  description          = "Builds that apply golden images: write the state, and assume ${var.apply_role_name} in each account."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codebuild.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.project_arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_role_policy" "worker" {
  name = "worker"
  role = aws_iam_role.worker.name

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
        {
          Sid      = "ReadSources"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:GetObjectVersion"]
          Resource = "${local.sources_arn}/${var.sources.prefix}*"
        },
        {
          # https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
          Sid      = "KnowBucketOfSources"
          Effect   = "Allow"
          Action   = ["s3:GetBucketAcl", "s3:GetBucketLocation"]
          Resource = local.sources_arn
        },
        {
          Sid      = "KeepJournal"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = "${local.journal_arn}/${var.journal.prefix}*"
        },
        { Sid = "WriteState", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${local.state_arn}/*" },
        { Sid = "LockState", Effect = "Allow", Action = "s3:DeleteObject", Resource = "${local.state_arn}/*.tflock" },
        {
          # The states of modules/bootstrap, which makes the roles that apply: an administrator's alone.
          Sid      = "LeaveBootstrap"
          Effect   = "Deny"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = "${local.state_arn}/bootstrap/*"
        },
        {
          Sid      = "FindFiles"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = distinct([local.journal_arn, local.state_arn])
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:/aws/codebuild/${var.name}:*"
        },
      ],
      [for arn in local.bucket_keys : {
        Sid       = "UseKey${index(local.bucket_keys, arn) + 1}"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = arn
        Condition = { StringLike = { "kms:ViaService" = "s3.*.amazonaws.com*" } }
      }],
      [for arn in local.repositories : {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = arn
      }],
      [for arn in local.repositories : {
        Sid      = "SignInToRegistry"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      }],
    )
  })
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/aws/codebuild/${var.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_days
  tags              = var.tags
}

resource "aws_codebuild_project" "worker" {
  name           = var.name
  description    = "Goldsmith, one step or one root of a rollout in each build."
  build_timeout  = var.build_timeout_minutes
  encryption_key = var.kms_key_arn
  queued_timeout = 480
  service_role   = aws_iam_role.worker.arn
  tags           = var.tags

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    compute_type                = var.compute_type
    image                       = var.image
    image_pull_credentials_type = var.image_repository_arn == null ? "CODEBUILD" : "SERVICE_ROLE"
    type                        = "LINUX_CONTAINER"

    environment_variable {
      name  = "GOLDSMITH_ROLLOUTS"
      value = local.place
    }
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.worker.name
    }
  }

  # Each build says which file of the folder it is of.
  source {
    location = "${var.sources.bucket}/${var.sources.prefix}"
    type     = "S3"

    buildspec = yamlencode({
      version = 0.2
      phases = merge(
        length(var.install_commands) == 0 ? {} : { install = { commands = var.install_commands } },
        { build = { commands = [local.step] } },
      )
    })
  }

  depends_on = [aws_iam_role_policy.worker]
}
