resource "aws_imagebuilder_image_recipe" "this" {
  name              = var.name
  version           = var.semantic_version
  description       = var.description
  parent_image      = var.parent_image
  working_directory = var.working_directory
  user_data_base64  = var.user_data == null ? null : base64encode(var.user_data)
  tags              = var.tags

  dynamic "systems_manager_agent" {
    for_each = var.uninstall_ssm_agent == null ? [] : [var.uninstall_ssm_agent]

    content {
      uninstall_after_build = systems_manager_agent.value
    }
  }

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
      delete_on_termination = var.volume.delete_on_termination
      encrypted             = var.volume.encrypted
      iops                  = var.volume.iops
      kms_key_id            = var.volume.kms_key_id
      throughput            = var.volume.throughput
      volume_size           = var.volume.size
      volume_type           = var.volume.type
    }
  }

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

  # A recipe is immutable and cannot go while a pipeline holds it: the new version comes first,
  # the pipeline moves to it in place, the old version goes last.
  lifecycle {
    create_before_destroy = true
  }
}
