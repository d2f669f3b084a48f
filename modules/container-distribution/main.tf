resource "aws_imagebuilder_distribution_configuration" "this" {
  name        = var.name
  description = var.description
  tags        = var.tags

  dynamic "distribution" {
    for_each = var.regions

    content {
      region = distribution.value

      container_distribution_configuration {
        container_tags = var.container_tags
        description    = var.description

        target_repository {
          repository_name = var.repository_name
          service         = "ECR"
        }
      }
    }
  }
}
