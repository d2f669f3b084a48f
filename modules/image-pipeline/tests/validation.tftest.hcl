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

run "container_recipe_arn_is_exact" {
  command = plan

  variables {
    container_recipe_arn = "arn:aws:imagebuilder:us-east-1:111111111111:container-recipe/golden-web/1.0.x"
  }

  expect_failures = [var.container_recipe_arn]
}

run "workflows_have_arns" {
  command = plan

  variables {
    execution_role_arn = "arn:aws:iam::111111111111:role/golden-images-execution"
    workflows          = [{ arn = "build-image" }]
  }

  expect_failures = [var.workflows]
}

run "workflows_other_than_tests_always_abort" {
  command = plan

  variables {
    execution_role_arn = "arn:aws:iam::111111111111:role/golden-images-execution"
    workflows          = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:workflow/build/build-image/x.x.x", on_failure = "CONTINUE" }]
  }

  expect_failures = [var.workflows]
}

run "workflows_abort_or_continue" {
  command = plan

  variables {
    execution_role_arn = "arn:aws:iam::111111111111:role/golden-images-execution"
    workflows          = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:workflow/test/test-image/x.x.x", on_failure = "IGNORE" }]
  }

  expect_failures = [var.workflows]
}

run "workflows_need_a_role" {
  command = plan

  variables {
    workflows = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:workflow/build/build-image/x.x.x" }]
  }

  expect_failures = [var.workflows]
}

run "scanning_needs_tests" {
  command = plan

  variables {
    run_tests = false
    scanning  = {}
  }

  expect_failures = [var.scanning]
}

run "scanning_names_a_repository" {
  command = plan

  variables {
    scanning = { repository_name = "111111111111.dkr.ecr.us-east-1.amazonaws.com/Scans" }
  }

  expect_failures = [var.scanning]
}

run "scanning_tags_need_a_repository" {
  command = plan

  variables {
    scanning = { container_tags = ["scanned"] }
  }

  expect_failures = [var.scanning]
}
