resource "aws_imagebuilder_image_pipeline" "this" {
  name                             = var.name
  description                      = var.description
  distribution_configuration_arn   = var.distribution_arn
  enhanced_image_metadata_enabled  = true
  execution_role                   = var.execution_role_arn
  image_recipe_arn                 = var.recipe_arn
  infrastructure_configuration_arn = var.infrastructure_arn
  status                           = var.enabled ? "ENABLED" : "DISABLED"
  tags                             = var.tags

  image_tests_configuration {
    image_tests_enabled = true
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
}
