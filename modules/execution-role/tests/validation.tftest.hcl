mock_provider "aws" {}

variables {
  name = "golden-images-execution"
}

run "additional_policy_arns_are_arns" {
  command = plan

  variables {
    additional_policy_arns = { read = "ReadOnlyAccess" }
  }

  expect_failures = [var.additional_policy_arns]
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

run "ssm_parameter_arns_have_no_wildcard" {
  command = plan

  variables {
    ssm_parameter_arns = ["arn:aws:ssm:us-east-1:111111111111:parameter/*"]
  }

  expect_failures = [var.ssm_parameter_arns]
}
