mock_provider "aws" {}

variables {
  account_id       = "111111111111"
  apply_principals = ["arn:aws:iam::111111111111:root"]
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

run "additional_policies_go_by_arn" {
  command = plan

  variables {
    additional_policy_arns = { topics = "AdministratorAccess" }
  }

  expect_failures = [var.additional_policy_arns]
}

run "apply_principals_have_no_wildcard" {
  command = plan

  variables {
    apply_principals = ["*"]
  }

  expect_failures = [var.apply_principals]
}

run "apply_principals_are_none_that_an_apply_role_may_change" {
  command = plan

  variables {
    apply_principals = ["arn:aws:iam::111111111111:role/goldsmith-deploys"]
  }

  expect_failures = [var.apply_principals]
}

run "apply_role_is_none_that_it_may_change" {
  command = plan

  variables {
    apply_role_name = "goldsmith-apply"
  }

  expect_failures = [var.apply_role_name]
}

run "attachable_policies_have_no_wildcard" {
  command = plan

  variables {
    attachable_policy_arns = ["arn:aws:iam::aws:policy/*"]
  }

  expect_failures = [var.attachable_policy_arns]
}

run "boundary_arns_have_no_wildcard" {
  command = plan

  variables {
    boundary_arns = ["arn:aws:iam::111111111111:policy/*"]
  }

  expect_failures = [var.boundary_arns]
}

run "boundary_actions_have_no_wildcard" {
  command = plan

  variables {
    boundary = { actions = ["lambda:*"] }
  }

  expect_failures = [var.boundary]
}

run "boundary_actions_give_no_rights" {
  command = plan

  variables {
    boundary = { actions = ["iam:CreateUser"] }
  }

  expect_failures = [var.boundary]
}

run "boundary_buckets_have_no_wildcard" {
  command = plan

  variables {
    boundary = { buckets = ["*"] }
  }

  expect_failures = [var.boundary]
}

run "boundary_keys_have_no_wildcard" {
  command = plan

  variables {
    boundary = { key_arns = ["arn:aws:kms:us-east-1:111111111111:key/*"] }
  }

  expect_failures = [var.boundary]
}

run "boundary_aliases_have_no_wildcard" {
  command = plan

  variables {
    boundary = { key_aliases = ["alias/*"] }
  }

  expect_failures = [var.boundary]
}

run "github_repository_has_no_wildcard" {
  command = plan

  variables {
    github = { repository = "acme/*" }
  }

  expect_failures = [var.github]
}

run "github_environment_has_no_wildcard" {
  command = plan

  variables {
    github = { environment = "*", repository = "acme/images" }
  }

  expect_failures = [var.github]
}

run "github_rollout_environment_has_no_wildcard" {
  command = plan

  variables {
    github = { repository = "acme/images", rollout_environment = "*" }
  }

  expect_failures = [var.github]
}

run "github_workflow_refs_have_no_wildcard" {
  command = plan

  variables {
    github = { repository = "acme/images", workflow_refs = ["acme/images/*"] }
  }

  expect_failures = [var.github]
}

run "gitlab_project_has_no_wildcard" {
  command = plan

  variables {
    gitlab = { project = "acme/*" }
  }

  expect_failures = [var.gitlab]
}

run "gitlab_url_is_encrypted" {
  command = plan

  variables {
    gitlab = { project = "acme/images", url = "http://gitlab.acme.example" }
  }

  expect_failures = [var.gitlab]
}

run "parameter_paths_have_no_wildcard" {
  command = plan

  variables {
    parameter_paths = ["/*"]
  }

  expect_failures = [var.parameter_paths]
}

run "partition_is_known" {
  command = plan

  variables {
    partition = "aws-mars"
  }

  expect_failures = [var.partition]
}

run "passed_roles_have_no_wildcard" {
  command = plan

  variables {
    passed_role_arns = ["arn:aws:iam::111111111111:role/*"]
  }

  expect_failures = [var.passed_role_arns]
}

run "permissions_boundary_is_an_arn" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "plan_principals_have_no_wildcard" {
  command = plan

  variables {
    plan_principals = ["arn:aws:iam::111111111111:role/*"]
  }

  expect_failures = [var.plan_principals]
}

run "plan_principals_are_none_that_an_apply_role_may_change" {
  command = plan

  variables {
    plan_principals = ["arn:aws:iam::111111111111:role/goldsmith-plans"]
  }

  expect_failures = [var.plan_principals]
}

run "plan_role_is_none_that_may_be_changed" {
  command = plan

  variables {
    plan_role_name = "goldsmith-plan"
  }

  expect_failures = [var.plan_role_name]
}

run "state_bucket_has_no_dot" {
  command = plan

  variables {
    state = { bucket = "acme.state" }
  }

  expect_failures = [var.state]
}

run "state_bucket_is_none_that_may_be_changed" {
  command = plan

  variables {
    state = { bucket = "acme-imagebuilder-state-111111111111-us-east-1" }
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

run "state_days_are_whole" {
  command = plan

  variables {
    state = { bucket = "acme-state", old_versions_days = 0.5 }
  }

  expect_failures = [var.state]
}
