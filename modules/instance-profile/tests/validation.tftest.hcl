mock_provider "aws" {}

variables {
  name = "golden-images-instance"
}

run "additional_policy_arns_are_arns" {
  command = plan

  variables {
    additional_policy_arns = { read = "ReadOnlyAccess" }
  }

  expect_failures = [var.additional_policy_arns]
}

run "containers_have_no_wildcard_repositories" {
  command = plan

  variables {
    containers = {
      push_repository_arns = ["arn:aws:ecr:us-east-1:111111111111:repository/*"]
      recipe_arns          = ["arn:aws:imagebuilder:us-east-1:111111111111:container-recipe/golden-web/*"]
    }
  }

  expect_failures = [var.containers]
}

run "containers_have_container_recipes" {
  command = plan

  variables {
    containers = {
      push_repository_arns = ["arn:aws:ecr:us-east-1:111111111111:repository/golden/web"]
      recipe_arns          = ["arn:aws:imagebuilder:us-east-1:111111111111:image-recipe/golden-web/*"]
    }
  }

  expect_failures = [var.containers]
}

run "containers_go_somewhere" {
  command = plan

  variables {
    containers = {
      push_repository_arns = []
      recipe_arns          = ["arn:aws:imagebuilder:us-east-1:111111111111:container-recipe/golden-web/*"]
    }
  }

  expect_failures = [var.containers]
}

run "log_bucket_arn_is_an_arn" {
  command = plan

  variables {
    log_bucket_arn = "golden-images-logs"
  }

  expect_failures = [var.log_bucket_arn]
}

run "log_key_arn_is_no_alias" {
  command = plan

  variables {
    log_key_arn = "arn:aws:kms:us-east-1:111111111111:alias/logs"
  }

  expect_failures = [var.log_key_arn]
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

run "readable_object_arns_are_arns_of_objects" {
  command = plan

  variables {
    readable_object_arns = ["arn:aws:s3:::acme-machines"]
  }

  expect_failures = [var.readable_object_arns]
}

run "permissions_boundary_is_a_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
