mock_provider "aws" {}

variables {
  name                  = "golden-web"
  instance_profile_name = "golden-images-instance"
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "hop_limit_is_at_least_one" {
  command = plan

  variables {
    http_put_response_hop_limit = 0
  }

  expect_failures = [var.http_put_response_hop_limit]
}

run "http_tokens_is_a_word" {
  command = plan

  variables {
    http_tokens = "no"
  }

  expect_failures = [var.http_tokens]
}

run "instance_types_have_a_size" {
  command = plan

  variables {
    instance_types = ["t3"]
  }

  expect_failures = [var.instance_types]
}

run "log_prefix_needs_a_bucket" {
  command = plan

  variables {
    log_prefix = "web"
  }

  expect_failures = [var.log_prefix]
}

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "placement_has_a_known_tenancy" {
  command = plan

  variables {
    placement = { tenancy = "shared" }
  }

  expect_failures = [var.placement]
}

run "placement_names_one_host" {
  command = plan

  variables {
    placement = { host_id = "h-0123456789abcdef0", host_resource_group_arn = "arn:aws:resource-groups:us-east-1:111111111111:group/mac", tenancy = "host" }
  }

  expect_failures = [var.placement]
}

run "placement_on_a_host_has_the_tenancy_host" {
  command = plan

  variables {
    placement = { host_id = "h-0123456789abcdef0", tenancy = "dedicated" }
  }

  expect_failures = [var.placement]
}

run "security_group_ids_are_ids" {
  command = plan

  variables {
    security_group_ids = ["default"]
  }

  expect_failures = [var.security_group_ids]
}

run "sns_topic_is_no_fifo_topic" {
  command = plan

  variables {
    sns_topic_arn = "arn:aws:sns:us-east-1:111111111111:builds.fifo"
  }

  expect_failures = [var.sns_topic_arn]
}

run "subnet_id_is_an_id" {
  command = plan

  variables {
    security_group_ids = ["sg-0123456789abcdef0"]
    subnet_id          = "private-a"
  }

  expect_failures = [var.subnet_id]
}

run "subnet_needs_security_groups" {
  command = plan

  variables {
    subnet_id = "subnet-0123456789abcdef0"
  }

  expect_failures = [var.subnet_id]
}
