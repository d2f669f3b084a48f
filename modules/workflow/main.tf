# Read once, when the version is made, with the rights of whoever makes it. Its key tells the content, so that a changed
# document is never read from an old object.
resource "aws_s3_object" "document" {
  count = var.document_bucket == null ? 0 : 1

  bucket       = var.document_bucket
  key          = "workflows/${var.name}/${var.semantic_version}/${sha256(var.document)}.yaml"
  content      = var.document
  content_type = "application/yaml"

  # S3 takes ten tags of an object, fewer than other resources have.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_imagebuilder_workflow" "this" {
  name               = var.name
  version            = var.semantic_version
  type               = var.type
  data               = var.document_bucket == null ? var.document : null
  uri                = one([for stored in aws_s3_object.document : "s3://${stored.bucket}/${stored.key}"])
  description        = var.description
  change_description = var.change_description
  kms_key_id         = var.kms_key_id
  tags               = var.tags

  # A workflow is immutable and cannot go while a pipeline holds it: the new version comes first.
  lifecycle {
    create_before_destroy = true
  }
}
