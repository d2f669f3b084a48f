provider "aws" {
  region = "us-east-1"
}

variable "token" {
  type      = string
  ephemeral = true
  default   = "made-up-token-0004"
}

ephemeral "aws_ssm_parameter" "given" {
  arn = aws_ssm_parameter.given.arn
}

resource "aws_ssm_parameter" "given" {
  name           = "/images/given"
  type           = "String"
  insecure_value = "given"
}

resource "aws_ssm_parameter" "token" {
  name             = "/images/token"
  type             = "SecureString"
  value_wo         = "${var.token}${ephemeral.aws_ssm_parameter.given.value}"
  value_wo_version = 2
}
