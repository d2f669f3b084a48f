mock_provider "aws" {}

variables {
  source_account_id = "111111111111"
}

run "keys_go_by_arn" {
  command = plan

  variables {
    key_arns = ["arn:aws:kms:us-east-1:111111111111:key/*"]
  }

  expect_failures = [var.key_arns]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-mars"
  }

  expect_failures = [var.partition]
}

run "source_account_id_has_twelve_digits" {
  command = plan

  variables {
    source_account_id = "*"
  }

  expect_failures = [var.source_account_id]
}

run "ssm_parameter_names_have_no_wildcard" {
  command = plan

  variables {
    ssm_parameter_names = ["/golden/*"]
  }

  expect_failures = [var.ssm_parameter_names]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
