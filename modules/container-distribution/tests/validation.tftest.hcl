mock_provider "aws" {}

variables {
  name            = "golden-web"
  regions         = ["us-east-1"]
  repository_name = "golden/web"
}

run "container_tags_have_no_space" {
  command = plan

  variables {
    container_tags = ["the newest"]
  }

  expect_failures = [var.container_tags]
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "regions_are_not_empty" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}

run "repository_name_is_no_uri" {
  command = plan

  variables {
    repository_name = "111111111111.dkr.ecr.us-east-1.amazonaws.com/golden:1.0"
  }

  expect_failures = [var.repository_name]
}
