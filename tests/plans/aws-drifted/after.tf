provider "aws" {
  region = "us-east-1"
}

resource "aws_cloudwatch_log_group" "builds" {
  name              = "builds"
  retention_in_days = 30
}

resource "aws_ssm_parameter" "unrelated" {
  name           = "/unrelated"
  type           = "String"
  insecure_value = "one"

  lifecycle {
    ignore_changes = [insecure_value]
  }
}

import {
  to = aws_cloudwatch_log_group.imported
  id = "made-by-hand"
}

resource "aws_cloudwatch_log_group" "imported" {
  name              = "made-by-hand"
  retention_in_days = 7
}
