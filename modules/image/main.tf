resource "aws_imagebuilder_image" "this" {
  container_recipe_arn             = var.container_recipe_arn
  distribution_configuration_arn   = var.distribution_arn
  enhanced_image_metadata_enabled  = var.collect_metadata
  execution_role                   = var.execution_role_arn
  image_recipe_arn                 = var.recipe_arn
  infrastructure_configuration_arn = var.infrastructure_arn
  tags                             = var.tags

  dynamic "image_scanning_configuration" {
    for_each = var.scanning == null ? [] : [var.scanning]

    content {
      image_scanning_enabled = true

      dynamic "ecr_configuration" {
        for_each = image_scanning_configuration.value.repository_name == null && length(image_scanning_configuration.value.container_tags) == 0 ? [] : [image_scanning_configuration.value]

        content {
          container_tags  = ecr_configuration.value.container_tags
          repository_name = ecr_configuration.value.repository_name
        }
      }
    }
  }

  image_tests_configuration {
    image_tests_enabled = var.run_tests
    timeout_minutes     = var.test_timeout_minutes
  }

  timeouts {
    create = "${var.timeout_minutes}m"
  }

  dynamic "workflow" {
    for_each = var.workflows

    content {
      on_failure     = workflow.value.on_failure
      parallel_group = workflow.value.parallel_group
      workflow_arn   = workflow.value.arn

      dynamic "parameter" {
        for_each = workflow.value.parameters

        content {
          name  = parameter.key
          value = parameter.value
        }
      }
    }
  }

  # The image of the old recipe stays until the one of the new recipe is there.
  lifecycle {
    create_before_destroy = true
  }
}
