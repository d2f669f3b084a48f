mock_provider "aws" {}

variables {
  account_id         = "111111111111"
  image_arn_prefixes = ["arn:aws:imagebuilder:us-east-1:111111111111:image/golden-web/"]
  name               = "golden-images"
  region             = "us-east-1"
}

run "account_id_is_an_id" {
  command = plan

  variables {
    account_id = "images"
  }

  expect_failures = [var.account_id]
}

run "events_are_known" {
  command = plan

  variables {
    events = ["started"]
  }

  expect_failures = [var.events]
}

run "image_arn_prefixes_end_after_the_name" {
  command = plan

  variables {
    image_arn_prefixes = ["arn:aws:imagebuilder:us-east-1:111111111111:image/golden-web/1.0.0"]
  }

  expect_failures = [var.image_arn_prefixes]
}

run "least_severity_is_counted" {
  command = plan

  variables {
    least_severity = "low"
  }

  expect_failures = [var.least_severity]
}

run "name_has_no_dot" {
  command = plan

  variables {
    name = "golden.images"
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

run "region_is_a_region" {
  command = plan

  variables {
    region = "Ohio"
  }

  expect_failures = [var.region]
}

run "topic_arn_is_an_arn" {
  command = plan

  variables {
    topic_arn = "images"
  }

  expect_failures = [var.topic_arn]
}
