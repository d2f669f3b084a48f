resource "aws_imagebuilder_container_recipe" "this" {
  container_type           = "DOCKER"
  description              = var.description
  dockerfile_template_data = var.dockerfile_template
  dockerfile_template_uri  = var.dockerfile_template_uri
  kms_key_id               = var.kms_key_id
  name                     = var.name
  parent_image             = var.parent_image
  platform_override        = var.platform_override
  version                  = var.semantic_version
  working_directory        = var.working_directory
  tags                     = var.tags

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

  dynamic "instance_configuration" {
    for_each = var.instance_image == null && length(var.block_devices) == 0 ? [] : [var.instance_image]

    content {
      image = instance_configuration.value

      dynamic "block_device_mapping" {
        for_each = var.block_devices

        content {
          device_name  = block_device_mapping.key
          no_device    = block_device_mapping.value.no_device ? true : null
          virtual_name = block_device_mapping.value.virtual_name

          dynamic "ebs" {
            for_each = block_device_mapping.value.no_device || block_device_mapping.value.virtual_name != null ? [] : [block_device_mapping.value]

            content {
              delete_on_termination = ebs.value.delete_on_termination
              encrypted             = ebs.value.encrypted
              iops                  = ebs.value.iops
              kms_key_id            = ebs.value.kms_key_id
              snapshot_id           = ebs.value.snapshot_id
              throughput            = ebs.value.throughput
              volume_size           = ebs.value.size
              volume_type           = ebs.value.type
            }
          }
        }
      }
    }
  }

  target_repository {
    repository_name = var.repository_name
    service         = "ECR"
  }

  # A recipe is immutable and cannot go while a pipeline holds it: the new version comes first,
  # the pipeline moves to it in place, the old version goes last.
  lifecycle {
    create_before_destroy = true
  }
}
