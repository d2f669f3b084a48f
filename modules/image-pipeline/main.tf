resource "aws_imagebuilder_image_pipeline" "this" {
  name                             = var.name
  container_recipe_arn             = var.container_recipe_arn
  description                      = var.description
  distribution_configuration_arn   = var.distribution_arn
  enhanced_image_metadata_enabled  = var.collect_metadata
  execution_role                   = var.execution_role_arn
  image_recipe_arn                 = var.recipe_arn
  infrastructure_configuration_arn = var.infrastructure_arn
  status                           = var.enabled ? "ENABLED" : "DISABLED"
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

  dynamic "schedule" {
    for_each = var.schedule == null ? [] : [var.schedule]

    content {
      pipeline_execution_start_condition = schedule.value.start_condition
      schedule_expression                = schedule.value.expression
      timezone                           = schedule.value.timezone
    }
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
}
