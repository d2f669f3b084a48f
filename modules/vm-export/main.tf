locals {
  arns = merge(
    { for bucket, prefixes in var.existing_buckets : "arn:${var.partition}:s3:::${bucket}" => prefixes },
    { for bucket in compact([var.bucket_name]) : "arn:${var.partition}:s3:::${bucket}" => [""] },
  )
}

# Encrypted with keys that S3 holds: VM Export does not write to a bucket with a KMS key.
resource "aws_s3_bucket" "this" {
  count = var.bucket_name == null ? 0 : 1

  bucket        = var.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  count = var.bucket_name == null ? 0 : 1

  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  count = var.bucket_name == null ? 0 : 1

  bucket = aws_s3_bucket.this[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count = var.bucket_name == null ? 0 : 1

  bucket = aws_s3_bucket.this[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count = var.bucket_name == null ? 0 : 1

  bucket = aws_s3_bucket.this[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:${var.partition}:s3:::${var.bucket_name}", "arn:${var.partition}:s3:::${var.bucket_name}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 answers OperationAborted to two changes of a bucket's access at once.
  depends_on = [aws_s3_bucket_ownership_controls.this, aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.bucket_name == null || var.expire_days == null ? 0 : 1

  bucket = aws_s3_bucket.this[0].id

  rule {
    id     = "expire-exports"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    expiration {
      days = var.expire_days
    }
  }
}
