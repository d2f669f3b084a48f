provider "aws" {
  region = "us-east-1"
}

resource "aws_kms_key" "images" {
  description              = "Images"
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 7
}

resource "aws_kms_alias" "images" {
  name          = "alias/images"
  target_key_id = aws_kms_key.images.key_id
}

resource "aws_ssm_parameter" "token" {
  name  = "/images/token"
  type  = "SecureString"
  value = "made-up-token-0002"
}

resource "aws_iam_role" "builder" {
  name = "builder"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }]
  })

  tags = { "kubernetes.io/name" = "builder", "</details>" = "`@everyone`" }
}

data "aws_kms_key" "images" {
  key_id = aws_kms_key.images.key_id
}
