mock_provider "aws" {}

variables {
  account_id = "111111111111"
  alias      = "golden"
  region     = "us-east-1"
}

run "account_id_has_twelve_digits" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "alias_has_no_prefix" {
  command = plan

  variables {
    alias = "alias/golden"
  }

  expect_failures = [var.alias]
}

run "deletion_window_is_at_least_a_week" {
  command = plan

  variables {
    deletion_window_days = 1
  }

  expect_failures = [var.deletion_window_days]
}

run "description_fits" {
  command = plan

  variables {
    description = format("%8193s", ".")
  }

  expect_failures = [var.description]
}

run "organizations_go_by_arn" {
  command = plan

  variables {
    organization_arns = ["o-a1b2c3d4e5"]
  }

  expect_failures = [var.organization_arns]
}

run "organizational_units_go_by_arn" {
  command = plan

  variables {
    organizational_unit_arns = ["*"]
  }

  expect_failures = [var.organizational_unit_arns]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-mars"
  }

  expect_failures = [var.partition]
}

run "region_is_a_region" {
  command = plan

  variables {
    region = "virginia"
  }

  expect_failures = [var.region]
}

run "target_account_ids_have_twelve_digits" {
  command = plan

  variables {
    target_account_ids = ["*"]
  }

  expect_failures = [var.target_account_ids]
}
