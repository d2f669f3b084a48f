mock_provider "aws" {}

variables {
  name               = "golden-web"
  execution_role_arn = "arn:aws:iam::111111111111:role/golden-images-lifecycle"
  recipes            = { golden-web = ["1.0.0"] }
  rules              = { DELETE = { keep = 5, snapshots = true } }
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "execution_role_arn_is_an_arn" {
  command = plan

  variables {
    execution_role_arn = "golden-images-lifecycle"
  }

  expect_failures = [var.execution_role_arn]
}

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "recipes_have_exact_versions" {
  command = plan

  variables {
    recipes = { golden-web = ["x.x.x"] }
  }

  expect_failures = [var.recipes]
}

run "recipes_are_fifty_versions_at_most" {
  command = plan

  variables {
    recipes = { golden-web = [for patch in range(51) : "1.0.${patch}"] }
  }

  expect_failures = [var.recipes]
}

run "recipes_and_selection_tags_are_not_both_given" {
  command = plan

  variables {
    selection_tags = { Stage = "prod" }
  }

  expect_failures = [var.recipes]
}

run "resource_type_is_known" {
  command = plan

  variables {
    resource_type = "ISO"
  }

  expect_failures = [var.resource_type]
}

run "rules_have_known_actions" {
  command = plan

  variables {
    rules = { ARCHIVE = { after = { unit = "DAYS", value = 1 } } }
  }

  expect_failures = [var.rules]
}

run "rules_by_count_only_delete" {
  command = plan

  variables {
    rules = { DISABLE = { keep = 5 } }
  }

  expect_failures = [var.rules]
}

run "rules_have_a_unit_of_time" {
  command = plan

  variables {
    rules = { DELETE = { after = { unit = "HOURS", value = 12 } } }
  }

  expect_failures = [var.rules]
}

run "rules_keep_ten_by_age_at_most" {
  command = plan

  variables {
    rules = { DELETE = { after = { unit = "DAYS", value = 90 }, keep = 11 } }
  }

  expect_failures = [var.rules]
}

run "rules_delete_snapshots_with_their_amis" {
  command = plan

  variables {
    rules = { DELETE = { amis = false, keep = 5, snapshots = true } }
  }

  expect_failures = [var.rules]
}

run "rules_for_amis_reach_no_containers" {
  command = plan

  variables {
    rules = { DELETE = { containers = true, keep = 5 } }
  }

  expect_failures = [var.rules]
}

run "rules_look_back_365_units_at_most" {
  command = plan

  variables {
    rules = { DELETE = { exclude = { last_launched = { unit = "DAYS", value = 366 } }, keep = 5 } }
  }

  expect_failures = [var.rules]
}

run "rules_exclude_account_ids" {
  command = plan

  variables {
    rules = { DELETE = { exclude = { account_ids = ["web"] }, keep = 5 } }
  }

  expect_failures = [var.rules]
}
