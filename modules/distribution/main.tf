resource "aws_imagebuilder_distribution_configuration" "this" {
  name        = var.name
  description = var.description
  tags        = var.tags

  dynamic "distribution" {
    for_each = var.regions

    content {
      region                     = distribution.key
      license_configuration_arns = distribution.value.license_arns

      ami_distribution_configuration {
        name               = coalesce(distribution.value.ami_name, var.ami_name)
        ami_tags           = distribution.value.ami_tags == null ? var.ami_tags : distribution.value.ami_tags
        description        = try(coalesce(distribution.value.ami_description, var.ami_description, var.description), null)
        kms_key_id         = distribution.value.kms_key_id
        target_account_ids = distribution.value.target_account_ids

        # The group `all` is everybody: it takes a sentence to ask for it.
        dynamic "launch_permission" {
          for_each = local.is_shared[distribution.key] ? [distribution.value] : []

          content {
            organization_arns        = launch_permission.value.organization_arns
            organizational_unit_arns = launch_permission.value.organizational_unit_arns
            user_groups              = launch_permission.value.public == null ? [] : ["all"]
            user_ids                 = launch_permission.value.share_account_ids
          }
        }
      }

      dynamic "fast_launch_configuration" {
        for_each = distribution.value.fast_launch

        content {
          account_id            = fast_launch_configuration.value.account_id
          enabled               = fast_launch_configuration.value.enabled
          max_parallel_launches = fast_launch_configuration.value.max_parallel_launches

          dynamic "launch_template" {
            for_each = fast_launch_configuration.value.launch_template == null ? [] : [fast_launch_configuration.value.launch_template]

            content {
              launch_template_id      = launch_template.value.id
              launch_template_name    = launch_template.value.name
              launch_template_version = launch_template.value.version
            }
          }

          dynamic "snapshot_configuration" {
            for_each = fast_launch_configuration.value.snapshots == null ? [] : [fast_launch_configuration.value.snapshots]

            content {
              target_resource_count = snapshot_configuration.value
            }
          }
        }
      }

      dynamic "launch_template_configuration" {
        for_each = distribution.value.launch_templates

        content {
          account_id         = launch_template_configuration.value.account_id
          default            = launch_template_configuration.value.default
          launch_template_id = launch_template_configuration.value.id
        }
      }

      dynamic "s3_export_configuration" {
        for_each = distribution.value.s3_export == null ? [] : [distribution.value.s3_export]

        content {
          disk_image_format = s3_export_configuration.value.format
          role_name         = s3_export_configuration.value.role_name
          s3_bucket         = s3_export_configuration.value.bucket
          s3_prefix         = s3_export_configuration.value.prefix
        }
      }

      dynamic "ssm_parameter_configuration" {
        for_each = distribution.value.ssm_parameters

        content {
          ami_account_id = ssm_parameter_configuration.value.account_id
          data_type      = ssm_parameter_configuration.value.data_type
          parameter_name = ssm_parameter_configuration.value.name
        }
      }
    }
  }
}

locals {
  is_shared = {
    for name, region in var.regions : name => anytrue([
      length(region.organization_arns) > 0,
      length(region.organizational_unit_arns) > 0,
      length(region.share_account_ids) > 0,
      region.public != null,
    ])
  }
}
