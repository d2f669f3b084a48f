mock_provider "aws" {}

variables {
  account_id = "111111111111"
  name       = "golden-images-vm-import"
  objects    = { acme-machines = ["erp.ova"] }
}

run "account_id_has_twelve_digits" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "key_arns_are_arns" {
  command = plan

  variables {
    key_arns = ["alias/golden"]
  }

  expect_failures = [var.key_arns]
}

run "name_has_no_space" {
  command = plan

  variables {
    name = "golden images"
  }

  expect_failures = [var.name]
}

run "objects_name_one_at_least" {
  command = plan

  variables {
    objects = { acme-machines = [] }
  }

  expect_failures = [var.objects]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-mars"
  }

  expect_failures = [var.partition]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
