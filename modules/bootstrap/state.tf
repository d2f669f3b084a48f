# The bucket of Terraform's state: versioned, encrypted, closed to the public, reached over TLS only. The lock is an
# object beside the state, written with a condition (use_lockfile), so there is no table.
locals {
  makes_bucket = try(var.state.makes_bucket, false) ? ["this"] : []
  state_arn    = "arn:${var.partition}:s3:::${try(var.state.bucket, "")}"
  old_versions = try(var.state.old_versions_days, null) == null ? [] : local.makes_bucket
}

resource "aws_s3_bucket" "state" {
  for_each = toset(local.makes_bucket)

  bucket = var.state.bucket
  tags   = var.tags
}

resource "aws_s3_bucket_versioning" "state" {
  for_each = toset(local.makes_bucket)

  bucket = aws_s3_bucket.state[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  for_each = toset(local.makes_bucket)

  bucket                  = aws_s3_bucket.state[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  for_each = toset(local.makes_bucket)

  bucket = aws_s3_bucket.state[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  for_each = toset(local.makes_bucket)

  bucket = aws_s3_bucket.state[each.key].id

  rule {
    bucket_key_enabled = var.state.kms_key_arn != null

    apply_server_side_encryption_by_default {
      kms_master_key_id = var.state.kms_key_arn
      sse_algorithm     = var.state.kms_key_arn == null ? "AES256" : "aws:kms"
    }
  }
}

resource "aws_s3_bucket_policy" "state" {
  for_each = toset(local.makes_bucket)

  bucket = aws_s3_bucket.state[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.state_arn, "${local.state_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 answers OperationAborted to two changes of a bucket's access at once.
  depends_on = [aws_s3_bucket_ownership_controls.state, aws_s3_bucket_public_access_block.state]
}

# Each lock leaves an old version and a marker behind; without this they would pile up for ever.
resource "aws_s3_bucket_lifecycle_configuration" "state" {
  for_each = toset(local.old_versions)

  bucket = aws_s3_bucket.state[each.key].id

  rule {
    id     = "expire-old-versions"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }

    noncurrent_version_expiration {
      noncurrent_days = var.state.old_versions_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}
