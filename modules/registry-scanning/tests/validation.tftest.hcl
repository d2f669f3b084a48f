mock_provider "aws" {}

variables {
  enhanced = true
}

run "continuous_scans_are_enhanced" {
  command = plan

  variables {
    continuous = ["*"]
    enhanced   = false
  }

  expect_failures = [var.continuous]
}

run "continuous_is_made_of_filters" {
  command = plan

  variables {
    continuous = ["Prod"]
  }

  expect_failures = [var.continuous]
}

run "on_push_is_made_of_filters" {
  command = plan

  variables {
    on_push = ["prod/"]
  }

  expect_failures = [var.on_push]
}
