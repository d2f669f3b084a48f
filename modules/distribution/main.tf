resource "aws_imagebuilder_distribution_configuration" "this" {
  name        = var.name
  description = var.description
  tags        = var.tags

  dynamic "distribution" {
    for_each = var.regions

    content {
      region = distribution.key

      ami_distribution_configuration {
        name               = var.ami_name
        ami_tags           = var.ami_tags
        description        = var.description
        kms_key_id         = distribution.value.kms_key_id
        target_account_ids = distribution.value.target_account_ids

        # Accounts by id and nothing else: no group, hence never the public.
        dynamic "launch_permission" {
          for_each = length(distribution.value.share_account_ids) == 0 ? [] : [distribution.value.share_account_ids]

          content {
            user_ids = launch_permission.value
          }
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
          data_type      = "aws:ec2:image"
          parameter_name = ssm_parameter_configuration.value.name
        }
      }
    }
  }
}
