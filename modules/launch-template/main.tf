resource "aws_launch_template" "this" {
  name                   = var.name
  description            = var.description
  instance_type          = var.instance_type
  update_default_version = true
  vpc_security_group_ids = var.security_group_ids

  # Image Builder of another account touches templates with this tag alone.
  # https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
  tags = merge(var.tags, { CreatedBy = "EC2 Image Builder" })

  dynamic "iam_instance_profile" {
    for_each = var.instance_profile_name == null ? [] : [var.instance_profile_name]

    content {
      name = iam_instance_profile.value
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
    http_tokens                 = "required"
  }

  # Each build adds a version with its AMI and a description of its own, and the provider reads the newest version.
  lifecycle {
    ignore_changes = [description, image_id]
  }
}
