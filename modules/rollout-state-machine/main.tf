# The state machine that takes a rollout from step to step, and who may start it is not said here.
locals {
  keys              = var.kms_key_arn == null ? [] : [var.kms_key_arn]
  journal_arn       = "arn:${var.partition}:s3:::${var.journal.bucket}"
  executions_arn    = "${local.journal_arn}/${var.journal.prefix}executions/*"
  state_machine_arn = "arn:${var.partition}:states:${var.region}:${var.account_id}:stateMachine:${var.name}"
  children_arn      = "arn:${var.partition}:states:${var.region}:${var.account_id}:execution:${var.name}"
  project_arn       = "arn:${var.partition}:codebuild:${var.region}:${var.account_id}:project/${var.name}"
  query             = var.journal.kms_key_arn == null ? "" : "?kms_key=${var.journal.kms_key_arn}"
  place             = "s3://${var.journal.bucket}/${trimsuffix(var.journal.prefix, "/")}${local.query}"
}

# Without codebuild:StopBuild: an execution that is stopped, or a wave in which too many fail, would end the builds of
# others in the midst of an apply. They are let finish, and write what came of it into the journal.
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
resource "aws_iam_role" "states" {
  name                 = "${var.name}-states"
  description          = "Step Functions, while it takes a rollout of golden images from step to step."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.state_machine_arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_role_policy" "states" {
  name = "states"
  role = aws_iam_role.states.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "StartWorkers"
          Effect   = "Allow"
          Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
          Resource = local.project_arn
        },
        {
          # https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html: how it learns that a build ended.
          Sid      = "HearOfWorkers"
          Effect   = "Allow"
          Action   = ["events:DescribeRule", "events:PutRule", "events:PutTargets"]
          Resource = "arn:${var.partition}:events:${var.region}:${var.account_id}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
        },
        {
          # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
          Sid      = "StartRoots"
          Effect   = "Allow"
          Action   = "states:StartExecution"
          Resource = local.state_machine_arn
        },
        {
          Sid      = "FollowRoots"
          Effect   = "Allow"
          Action   = ["states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"]
          Resource = ["${local.children_arn}/*", "${local.children_arn}:*"]
        },
        {
          Sid      = "PassOnRoots"
          Effect   = "Allow"
          Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
          Resource = local.executions_arn
        },
        {
          # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: none of these takes a resource.
          Sid    = "WriteLogs"
          Effect = "Allow"
          Action = [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
          ]
          Resource = "*"
        },
      ],
      [for traced in var.traced ? ["this"] : [] : {
        Sid      = "WriteTraces"
        Effect   = "Allow"
        Action   = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      }],
      [for arn in local.keys : {
        Sid       = "UseKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = arn
        Condition = { StringEquals = { "kms:EncryptionContext:aws:states:stateMachineArn" = local.state_machine_arn } }
      }],
      [for arn in compact([var.journal.kms_key_arn]) : {
        Sid       = "UseKeyOfJournal"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      }],
    )
  })
}

# This prefix keeps the resource policy of CloudWatch Logs short, whose room is small.
resource "aws_cloudwatch_log_group" "states" {
  name              = "/aws/vendedlogs/states/${var.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_days
  tags              = var.tags
}

resource "aws_sfn_state_machine" "this" {
  name     = var.name
  role_arn = aws_iam_role.states.arn
  type     = "STANDARD"
  tags     = var.tags

  definition = templatefile("${path.module}/rollout.asl.json", {
    bucket    = var.journal.bucket
    partition = var.partition
    prefix    = var.journal.prefix
    project   = aws_codebuild_project.worker.name
  })

  logging_configuration {
    include_execution_data = false
    level                  = "ALL"
    log_destination        = "${aws_cloudwatch_log_group.states.arn}:*"
  }

  tracing_configuration {
    enabled = var.traced
  }

  dynamic "encryption_configuration" {
    for_each = local.keys

    content {
      kms_data_key_reuse_period_seconds = 300
      kms_key_id                        = encryption_configuration.value
      type                              = "CUSTOMER_MANAGED_KMS_KEY"
    }
  }

  depends_on = [aws_iam_role_policy.states]
}
