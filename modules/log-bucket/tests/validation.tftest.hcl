mock_provider "aws" {}

variables {
  name = "acme-golden-image-logs"
}

run "expire_days_is_whole" {
  command = plan

  variables {
    expire_days = 0.5
  }

  expect_failures = [var.expire_days]
}

run "kms_key_arn_is_an_arn" {
  command = plan

  variables {
    kms_key_arn = "alias/golden"
  }

  expect_failures = [var.kms_key_arn]
}

run "name_has_no_dot" {
  command = plan

  variables {
    name = "acme.golden.image.logs"
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
