mock_provider "aws" {}

variables {
  name               = "golden-images-lifecycle"
  source_account_ids = ["111111111111"]
}

run "name_has_no_slash" {
  command = plan

  variables {
    name = "golden/images"
  }

  expect_failures = [var.name]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-mars"
  }

  expect_failures = [var.partition]
}

run "source_account_ids_are_ids" {
  command = plan

  variables {
    source_account_ids = ["images"]
  }

  expect_failures = [var.source_account_ids]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
