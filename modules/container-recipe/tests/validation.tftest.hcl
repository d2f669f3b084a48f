mock_provider "aws" {}

variables {
  name             = "golden-web"
  semantic_version = "1.0.0"
  parent_image     = "amazonlinux:2023"
  repository_name  = "golden/web"
  components       = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x" }]

  dockerfile_template = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"
}

run "block_devices_have_device_names" {
  command = plan

  variables {
    block_devices = { data = { size = 8 } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_are_one_thing_each" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { no_device = true, size = 8 } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_known_types" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { size = 8, type = "ssd" } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_whole_sizes" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { size = 8.5 } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_iops_with_a_type_that_has_them" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { iops = 3000, size = 8, type = "gp2" } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_throughput_with_gp3" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { size = 8, throughput = 250, type = "gp2" } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_a_key_with_encryption" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { encrypted = false, kms_key_id = "alias/golden", size = 8 } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_snapshots_by_id" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { snapshot_id = "latest" } }
  }

  expect_failures = [var.block_devices]
}

run "block_devices_have_instance_stores_by_name" {
  command = plan

  variables {
    block_devices = { "/dev/sdf" = { virtual_name = "store0" } }
  }

  expect_failures = [var.block_devices]
}

run "components_are_not_empty" {
  command = plan

  variables {
    components = []
  }

  expect_failures = [var.components]
}

run "components_have_wildcards_on_the_right_only" {
  command = plan

  variables {
    components = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.2.x" }]
  }

  expect_failures = [var.components]
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "dockerfile_template_is_not_too_long" {
  command = plan

  variables {
    dockerfile_template = format("{{{ imagebuilder:parentImage }}}{{{ imagebuilder:environments }}}{{{ imagebuilder:components }}}%16000s", "#")
  }

  expect_failures = [var.dockerfile_template]
}

run "dockerfile_template_has_its_marks" {
  command = plan

  variables {
    dockerfile_template = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:components }}}\n"
  }

  expect_failures = [var.dockerfile_template]
}

run "dockerfile_template_is_given_once" {
  command = plan

  variables {
    dockerfile_template_uri = "s3://acme-golden-templates/Dockerfile"
  }

  expect_failures = [var.dockerfile_template]
}

run "dockerfile_template_uri_is_in_s3" {
  command = plan

  variables {
    dockerfile_template     = null
    dockerfile_template_uri = "https://example.com/Dockerfile"
  }

  expect_failures = [var.dockerfile_template_uri]
}

run "instance_image_is_a_reference" {
  command = plan

  variables {
    instance_image = "amazon-linux-2023"
  }

  expect_failures = [var.instance_image]
}

run "kms_key_id_is_an_arn" {
  command = plan

  variables {
    kms_key_id = "alias/golden"
  }

  expect_failures = [var.kms_key_id]
}

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "parent_image_has_a_tag" {
  command = plan

  variables {
    parent_image = "amazonlinux"
  }

  expect_failures = [var.parent_image]
}

run "platform_override_is_no_macos" {
  command = plan

  variables {
    platform_override = "macOS"
  }

  expect_failures = [var.platform_override]
}

run "repository_name_is_no_uri" {
  command = plan

  variables {
    repository_name = "111111111111.dkr.ecr.us-east-1.amazonaws.com/golden:1.0"
  }

  expect_failures = [var.repository_name]
}

run "semantic_version_is_exact" {
  command = plan

  variables {
    semantic_version = "1.0.x"
  }

  expect_failures = [var.semantic_version]
}
