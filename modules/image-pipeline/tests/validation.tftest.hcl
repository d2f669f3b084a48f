mock_provider "aws" {}

variables {
  name               = "golden-web"
  distribution_arn   = "arn:aws:imagebuilder:us-east-1:111111111111:distribution-configuration/golden-web"
  infrastructure_arn = "arn:aws:imagebuilder:us-east-1:111111111111:infrastructure-configuration/golden-web"
  recipe_arn         = "arn:aws:imagebuilder:us-east-1:111111111111:image-recipe/golden-web/1.0.0"
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "distribution_arn_is_an_arn" {
  command = plan

  variables {
    distribution_arn = "golden-web"
  }

  expect_failures = [var.distribution_arn]
}

run "execution_role_arn_is_an_arn" {
  command = plan

  variables {
    execution_role_arn = "golden-images-execution"
  }

  expect_failures = [var.execution_role_arn]
}

run "infrastructure_arn_is_an_arn" {
  command = plan

  variables {
    infrastructure_arn = "golden-web"
  }

  expect_failures = [var.infrastructure_arn]
}

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "recipe_arn_has_an_exact_version" {
  command = plan

  variables {
    recipe_arn = "arn:aws:imagebuilder:us-east-1:111111111111:image-recipe/golden-web/x.x.x"
  }

  expect_failures = [var.recipe_arn]
}

run "schedule_expression_has_one_day" {
  command = plan

  variables {
    schedule = { expression = "cron(0 3 * * * *)" }
  }

  expect_failures = [var.schedule]
}

run "schedule_start_condition_is_known" {
  command = plan

  variables {
    schedule = { expression = "rate(7 days)", start_condition = "ALWAYS" }
  }

  expect_failures = [var.schedule]
}

run "schedule_timezone_is_a_name" {
  command = plan

  variables {
    schedule = { expression = "rate(7 days)", timezone = "Central European Time" }
  }

  expect_failures = [var.schedule]
}

run "test_timeout_is_at_least_an_hour" {
  command = plan

  variables {
    test_timeout_minutes = 30
  }

  expect_failures = [var.test_timeout_minutes]
}
