terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
  backend "s3" {
    bucket       = "resources-state"
    key          = "resources/terraform.tfstate"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["780000000099"]
  assume_role {
    role_arn = "arn:aws:iam::780000000099:role/Apply"
  }
  default_tags {
    tags = {
      Owner = "platform"
    }
  }
}

provider "aws" {
  alias  = "other"
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::780000000099:role/Apply"
  }
}

resource "aws_kms_key" "this" {
  description             = "primary"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  multi_region            = true
}

resource "aws_kms_alias" "this" {
  name          = "alias/resources"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_kms_replica_key" "this" {
  provider                = aws.other
  description             = "replica"
  deletion_window_in_days = 7
  primary_key_arn         = aws_kms_key.this.arn
}

resource "aws_kms_alias" "replica" {
  provider      = aws.other
  name          = "alias/resources"
  target_key_id = aws_kms_replica_key.this.key_id
}

resource "aws_launch_template" "this" {
  name          = "resources"
  instance_type = "t3.medium"
  tag_specifications {
    resource_type = "instance"
    tags = {
      Of = "instance"
    }
  }
  tags = {
    Of = "template"
  }
}

resource "aws_s3_bucket" "this" {
  bucket = "resources-tls-only"
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_object" "this" {
  bucket  = aws_s3_bucket_policy.this.bucket
  key     = "key"
  content = "content"
}

resource "aws_iam_role" "this" {
  name                 = "resources"
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::780000000099:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_ssm_parameter" "this" {
  name  = "/resources/ami"
  type  = "String"
  value = "ami-0123456789abcdef0"
}
