mock_provider "aws" {}

variables {
  name = "golden-web"
}

run "description_has_255_characters_at_most" {
  command = plan

  variables {
    description = join("", [for _ in range(256) : "x"])
  }

  expect_failures = [var.description]
}

run "instance_profiles_go_by_name" {
  command = plan

  variables {
    instance_profile_name = "arn:aws:iam::111111111111:instance-profile/web"
  }

  expect_failures = [var.instance_profile_name]
}

run "instance_type_is_a_type" {
  command = plan

  variables {
    instance_type = "medium"
  }

  expect_failures = [var.instance_type]
}

run "name_has_no_space" {
  command = plan

  variables {
    name = "golden web"
  }

  expect_failures = [var.name]
}

run "security_groups_go_by_id" {
  command = plan

  variables {
    security_group_ids = ["web"]
  }

  expect_failures = [var.security_group_ids]
}
