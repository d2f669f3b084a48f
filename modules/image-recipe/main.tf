resource "aws_imagebuilder_image_recipe" "this" {
  name              = var.name
  version           = var.semantic_version
  description       = var.description
  parent_image      = var.parent_image
  working_directory = var.working_directory
  tags              = var.tags

  dynamic "component" {
    for_each = var.components

    content {
      component_arn = component.value.arn

      dynamic "parameter" {
        for_each = component.value.parameters

        content {
          name  = parameter.key
          value = parameter.value
        }
      }
    }
  }

  block_device_mapping {
    device_name = var.volume.device

    ebs {
      delete_on_termination = true
      encrypted             = var.volume.encrypted
      iops                  = var.volume.iops
      kms_key_id            = var.volume.kms_key_id
      throughput            = var.volume.throughput
      volume_size           = var.volume.size
      volume_type           = var.volume.type
    }
  }

  # A recipe is immutable and cannot go while a pipeline holds it: the new version comes first,
  # the pipeline moves to it in place, the old version goes last.
  lifecycle {
    create_before_destroy = true
  }
}
