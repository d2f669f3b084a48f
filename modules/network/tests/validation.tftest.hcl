mock_provider "aws" {}

variables {
  account_id = "111111111111"
  name       = "golden-images"
  region     = "us-east-1"
}

run "account_id_is_an_id" {
  command = plan

  variables {
    account_id = "images"
  }

  expect_failures = [var.account_id]
}

run "cidr_block_is_private" {
  command = plan

  variables {
    cidr_block = "8.8.0.0/22"
  }

  expect_failures = [var.cidr_block]
}

run "cidr_block_begins_at_its_first_address" {
  command = plan

  variables {
    cidr_block = "10.0.0.1/22"
  }

  expect_failures = [var.cidr_block]
}

run "cidr_block_has_room_for_subnets" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/26"
  }

  expect_failures = [var.cidr_block]
}

run "endpoints_are_short_names" {
  command = plan

  variables {
    endpoints = ["imagebuilder", "ssm", "ssmmessages", "com.amazonaws.us-east-1.kms"]
  }

  expect_failures = [var.endpoints]
}

run "endpoints_let_builds_begin" {
  command = plan

  variables {
    endpoints = ["imagebuilder", "ssm"]
  }

  expect_failures = [var.endpoints]
}

run "flow_log_days_are_among_those_of_cloudwatch" {
  command = plan

  variables {
    flow_log_days = 31
  }

  expect_failures = [var.flow_log_days]
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

run "read_buckets_are_names" {
  command = plan

  variables {
    read_buckets = ["arn:aws:s3:::packages"]
  }

  expect_failures = [var.read_buckets]
}

run "region_is_one" {
  command = plan

  variables {
    region = "Virginia"
  }

  expect_failures = [var.region]
}

run "zones_are_zones" {
  command = plan

  variables {
    zones = ["us-east-1"]
  }

  expect_failures = [var.zones]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
