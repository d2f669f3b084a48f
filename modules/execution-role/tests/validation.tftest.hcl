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

run "topic_arns_have_no_wildcard" {
  command = plan

  variables {
    topic_arns = ["arn:aws:sns:us-east-1:111111111111:*"]
  }

  expect_failures = [var.topic_arns]
}

run "topic_key_alias_arns_are_of_aliases" {
  command = plan

  variables {
    topic_key_alias_arns = ["arn:aws:kms:us-east-1:111111111111:key/1"]
  }

  expect_failures = [var.topic_key_alias_arns]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
