mock_provider "aws" {}

variables {
  name = "golden/web"
}

run "keep_images_is_a_count" {
  command = plan

  variables {
    keep_images = 0
  }

  expect_failures = [var.keep_images]
}

run "kms_key_arn_is_no_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:111111111111:alias/golden"
  }

  expect_failures = [var.kms_key_arn]
}

run "name_is_lower_case" {
  command = plan

  variables {
    name = "Golden/Web"
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

run "pull_account_ids_have_twelve_digits" {
  command = plan

  variables {
    pull_account_ids = ["*"]
  }

  expect_failures = [var.pull_account_ids]
}

run "untagged_days_are_whole" {
  command = plan

  variables {
    untagged_days = 1.5
  }

  expect_failures = [var.untagged_days]
}

run "pull_organization_ids_are_no_arns" {
  command = plan

  variables {
    pull_organization_ids = ["arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"]
  }

  expect_failures = [var.pull_organization_ids]
}

run "pull_organizational_unit_paths_begin_with_an_organization" {
  command = plan

  variables {
    pull_organizational_unit_paths = ["*/ou-ab12-11111111/*"]
  }

  expect_failures = [var.pull_organizational_unit_paths]
}
