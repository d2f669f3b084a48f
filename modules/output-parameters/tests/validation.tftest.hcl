mock_provider "aws" {}

variables {
  names = ["/golden/web/id"]
}

run "description_has_1024_characters_at_most" {
  command = plan

  variables {
    description = format("%1025s", "x")
  }

  expect_failures = [var.description]
}

run "names_are_not_amazons" {
  command = plan

  variables {
    names = ["/aws/golden"]
  }

  expect_failures = [var.names]
}
