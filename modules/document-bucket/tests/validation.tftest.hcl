mock_provider "aws" {}

variables {
  name = "acme-golden-image-documents"
}

run "name_has_no_dot" {
  command = plan

  variables {
    name = "acme.golden.image.documents"
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
