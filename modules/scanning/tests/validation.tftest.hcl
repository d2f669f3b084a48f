mock_provider "aws" {}

variables {
  account_id = "111111111111"
}

run "account_id_is_an_id" {
  command = plan

  variables {
    account_id = "images"
  }

  expect_failures = [var.account_id]
}

run "resource_types_are_known" {
  command = plan

  variables {
    resource_types = ["S3"]
  }

  expect_failures = [var.resource_types]
}
