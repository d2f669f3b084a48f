resource "aws_imagebuilder_infrastructure_configuration" "this" {
  name                          = var.name
  description                   = var.description
  instance_profile_name         = var.instance_profile_name
  instance_types                = var.instance_types
  key_pair                      = var.key_pair
  resource_tags                 = var.resource_tags
  security_group_ids            = var.security_group_ids
  sns_topic_arn                 = var.sns_topic_arn
  subnet_id                     = var.subnet_id
  terminate_instance_on_failure = var.terminate_on_failure
  tags                          = var.tags

  # With IMDSv1 any request forged through a program on the instance reads the role's credentials.
  instance_metadata_options {
    http_put_response_hop_limit = var.http_put_response_hop_limit
    http_tokens                 = var.http_tokens
  }

  dynamic "logging" {
    for_each = var.log_bucket == null ? [] : [var.log_bucket]

    content {
      s3_logs {
        s3_bucket_name = logging.value
        s3_key_prefix  = var.log_prefix
      }
    }
  }

  dynamic "placement" {
    for_each = var.placement == null ? [] : [var.placement]

    content {
      availability_zone       = placement.value.availability_zone
      host_id                 = placement.value.host_id
      host_resource_group_arn = placement.value.host_resource_group_arn
      tenancy                 = placement.value.tenancy
    }
  }
}
