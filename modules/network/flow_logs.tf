locals {
  flow_logs = var.flow_log_days == null ? [] : ["this"]
  log_arn   = "arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:/goldsmith/${var.name}/flow-logs"
}

resource "aws_cloudwatch_log_group" "flow_logs" {
  for_each = toset(local.flow_logs)

  name              = "/goldsmith/${var.name}/flow-logs"
  retention_in_days = var.flow_log_days
  tags              = var.tags
}

resource "aws_iam_role" "flow_logs" {
  for_each = toset(local.flow_logs)

  name                 = "${var.name}-flow-logs"
  description          = "VPC, while it writes what instances connect to."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html; the log group is there already.
resource "aws_iam_role_policy" "flow_logs" {
  for_each = toset(local.flow_logs)

  name = "write"
  role = aws_iam_role.flow_logs[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.log_arn, "${local.log_arn}:*"]
      },
      {
        Effect   = "Allow"
        Action   = "logs:DescribeLogGroups"
        Resource = "*"
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  for_each = toset(local.flow_logs)

  iam_role_arn    = aws_iam_role.flow_logs[each.key].arn
  log_destination = aws_cloudwatch_log_group.flow_logs[each.key].arn
  tags            = merge(var.tags, { Name = var.name })
  traffic_type    = "ALL"
  vpc_id          = aws_vpc.this.id

  depends_on = [aws_iam_role_policy.flow_logs]
}
