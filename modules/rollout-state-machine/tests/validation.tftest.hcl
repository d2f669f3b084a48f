mock_provider "aws" {}

variables {
  account_id  = "111111111111"
  account_ids = ["222222222222"]
  image       = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  journal     = { bucket = "acme-rollouts" }
  region      = "us-east-1"
  sources     = { bucket = "acme-sources", prefix = "commits/" }
  state       = { bucket = "acme-state" }
}

run "account_id_has_twelve_digits" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "account_ids_have_twelve_digits" {
  command = plan

  variables {
    account_ids = ["*"]
  }

  expect_failures = [var.account_ids]
}

run "apply_role_is_a_name" {
  command = plan

  variables {
    apply_role_name = "role/apply"
  }

  expect_failures = [var.apply_role_name]
}

run "builds_have_five_minutes_or_more" {
  command = plan

  variables {
    build_timeout_minutes = 1
  }

  expect_failures = [var.build_timeout_minutes]
}

run "compute_type_is_one_of_linux" {
  command = plan

  variables {
    compute_type = "BUILD_LAMBDA_1GB"
  }

  expect_failures = [var.compute_type]
}

run "image_is_a_name" {
  command = plan

  variables {
    image = "$(whoami)"
  }

  expect_failures = [var.image]
}

run "repository_goes_by_arn" {
  command = plan

  variables {
    image_repository_arn = "acme/worker"
  }

  expect_failures = [var.image_repository_arn]
}

run "journal_is_in_a_bucket" {
  command = plan

  variables {
    journal = { bucket = "Acme" }
  }

  expect_failures = [var.journal]
}

run "journal_prefix_ends_in_a_slash" {
  command = plan

  variables {
    journal = { bucket = "acme-rollouts", prefix = "rollouts" }
  }

  expect_failures = [var.journal]
}

run "journal_key_goes_by_its_id" {
  command = plan

  variables {
    journal = { bucket = "acme-rollouts", kms_key_arn = "alias/journal" }
  }

  expect_failures = [var.journal]
}

run "key_goes_by_its_id" {
  command = plan

  variables {
    kms_key_arn = "alias/rollout"
  }

  expect_failures = [var.kms_key_arn]
}

run "logs_are_kept_as_long_as_can_be_said" {
  command = plan

  variables {
    log_days = 100
  }

  expect_failures = [var.log_days]
}

run "name_is_none_that_apply_may_change" {
  command = plan

  variables {
    name = "goldsmith-rollout"
  }

  expect_failures = [var.name]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-iso"
  }

  expect_failures = [var.partition]
}

run "boundary_goes_by_arn" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "plan_role_is_a_name" {
  command = plan

  variables {
    plan_role_name = "role/plan"
  }

  expect_failures = [var.plan_role_name]
}

run "region_is_a_region" {
  command = plan

  variables {
    region = "everywhere"
  }

  expect_failures = [var.region]
}

run "sources_are_in_a_bucket" {
  command = plan

  variables {
    sources = { bucket = "Acme", prefix = "commits/" }
  }

  expect_failures = [var.sources]
}

run "sources_prefix_ends_in_a_slash" {
  command = plan

  variables {
    sources = { bucket = "acme-sources", prefix = "" }
  }

  expect_failures = [var.sources]
}

run "sources_key_goes_by_its_id" {
  command = plan

  variables {
    sources = { bucket = "acme-sources", kms_key_arn = "alias/sources", prefix = "commits/" }
  }

  expect_failures = [var.sources]
}

run "state_is_in_a_bucket" {
  command = plan

  variables {
    state = { bucket = "s3://acme" }
  }

  expect_failures = [var.state]
}

run "state_key_goes_by_its_id" {
  command = plan

  variables {
    state = { bucket = "acme-state", kms_key_arn = "alias/state" }
  }

  expect_failures = [var.state]
}
