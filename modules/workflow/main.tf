resource "aws_imagebuilder_workflow" "this" {
  name               = var.name
  version            = var.semantic_version
  type               = var.type
  data               = var.document
  description        = var.description
  change_description = var.change_description
  kms_key_id         = var.kms_key_id
  tags               = var.tags

  # A workflow is immutable and cannot go while a pipeline holds it: the new version comes first.
  lifecycle {
    create_before_destroy = true
  }
}
