resource "aws_imagebuilder_component" "this" {
  name                  = var.name
  version               = var.semantic_version
  platform              = var.platform
  data                  = var.document
  description           = var.description
  change_description    = var.change_description
  kms_key_id            = var.kms_key_id
  supported_os_versions = var.supported_os_versions
  tags                  = var.tags

  # A component is immutable and cannot go while a recipe holds it: the new version comes first.
  lifecycle {
    create_before_destroy = true
  }
}
