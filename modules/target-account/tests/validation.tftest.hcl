mock_provider "aws" {}

variables {
  source_account_id = "111111111111"
}

run "key_alias_has_no_prefix" {
  command = plan

  variables {
    key_alias   = "alias/golden"
    key_regions = ["us-east-1"]
  }

  expect_failures = [var.key_alias]
}

run "key_regions_are_regions" {
  command = plan

  variables {
    key_alias   = "golden"
    key_regions = ["*"]
  }

  expect_failures = [var.key_regions]
}

run "key_regions_come_with_an_alias" {
  command = plan

  variables {
    key_alias   = "golden"
    key_regions = []
  }

  expect_failures = [var.key_regions]
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
