mock_provider "aws" {}

variables {
  account_id  = "111111111111"
  bucket_name = "acme-golden-image-exports"
  name        = "golden-images-vm-export"
}

run "account_id_has_twelve_digits" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "bucket_name_has_no_dot" {
  command = plan

  variables {
    bucket_name = "acme.golden.image.exports"
  }

  expect_failures = [var.bucket_name]
}

run "bucket_name_is_given_where_there_is_no_bucket" {
  command = plan

  variables {
    bucket_name = null
  }

  expect_failures = [var.bucket_name]
}

run "existing_buckets_have_prefixes" {
  command = plan

  variables {
    existing_buckets = { acme-disks = [] }
  }

  expect_failures = [var.existing_buckets]
}

run "expire_days_is_whole" {
  command = plan

  variables {
    expire_days = 0.5
  }

  expect_failures = [var.expire_days]
}

run "name_has_no_space" {
  command = plan

  variables {
    name = "golden images"
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

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
