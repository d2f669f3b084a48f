mock_provider "aws" {}

variables {
  name             = "golden-web"
  semantic_version = "1.0.0"
  parent_image     = "ami-0123456789abcdef0"
  components       = [{ arn = "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x" }]
  volume           = { size = 20 }
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

run "block_devices_leave_out_the_root_device" {
  command = plan

  variables {
    block_devices = { "/dev/xvda" = { size = 8 } }
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

run "name_has_three_characters" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "parent_image_is_a_reference" {
  command = plan

  variables {
    parent_image = "amazon-linux-2"
  }

  expect_failures = [var.parent_image]
}

run "semantic_version_is_exact" {
  command = plan

  variables {
    semantic_version = "1.0.x"
  }

  expect_failures = [var.semantic_version]
}

run "user_data_is_not_empty" {
  command = plan

  variables {
    user_data = ""
  }

  expect_failures = [var.user_data]
}

run "volume_device_is_a_device" {
  command = plan

  variables {
    volume = { device = "root", size = 20 }
  }

  expect_failures = [var.volume]
}

run "volume_type_is_known" {
  command = plan

  variables {
    volume = { size = 20, type = "ssd" }
  }

  expect_failures = [var.volume]
}

run "volume_size_is_whole" {
  command = plan

  variables {
    volume = { size = 20.5 }
  }

  expect_failures = [var.volume]
}

run "volume_iops_need_a_type_that_has_them" {
  command = plan

  variables {
    volume = { iops = 3000, size = 20, type = "gp2" }
  }

  expect_failures = [var.volume]
}

run "volume_throughput_needs_gp3" {
  command = plan

  variables {
    volume = { size = 20, throughput = 250, type = "gp2" }
  }

  expect_failures = [var.volume]
}

run "volume_key_needs_encryption" {
  command = plan

  variables {
    volume = {
      encrypted  = false
      kms_key_id = "arn:aws:kms:us-east-1:111111111111:alias/golden"
      size       = 20
    }
  }

  expect_failures = [var.volume]
}

run "working_directory_is_absolute" {
  command = plan

  variables {
    working_directory = "tmp"
  }

  expect_failures = [var.working_directory]
}
