mock_provider "aws" {}

variables {
  name     = "golden-web"
  ami_name = "golden-web-{{ imagebuilder:buildDate }}"
  regions  = { us-east-1 = {} }
}

run "ami_name_has_no_slash" {
  command = plan

  variables {
    ami_name = "golden/web-{{ imagebuilder:buildDate }}"
  }

  expect_failures = [var.ami_name]
}

run "ami_name_differs_with_each_build" {
  command = plan

  variables {
    ami_name = "golden-web"
  }

  expect_failures = [var.ami_name]
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

run "regions_are_regions" {
  command = plan

  variables {
    regions = { everywhere = {} }
  }

  expect_failures = [var.regions]
}

run "kms_key_id_is_an_arn" {
  command = plan

  variables {
    regions = { us-east-1 = { kms_key_id = "alias/golden" } }
  }

  expect_failures = [var.regions]
}

run "kms_key_id_is_of_the_same_region" {
  command = plan

  variables {
    regions = { us-east-1 = { kms_key_id = "arn:aws:kms:eu-central-1:111111111111:alias/golden" } }
  }

  expect_failures = [var.regions]
}

run "account_ids_have_twelve_digits" {
  command = plan

  variables {
    regions = { us-east-1 = { share_account_ids = ["all"] } }
  }

  expect_failures = [var.regions]
}

run "ssm_parameter_names_have_no_space" {
  command = plan

  variables {
    regions = { us-east-1 = { ssm_parameters = [{ name = "/golden/my web" }] } }
  }

  expect_failures = [var.regions]
}

run "ssm_parameters_belong_to_targets" {
  command = plan

  variables {
    regions = { us-east-1 = { ssm_parameters = [{ account_id = "222222222222", name = "/golden/web" }] } }
  }

  expect_failures = [var.regions]
}

run "regions_export_what_aws_exports" {
  command = plan

  variables {
    regions = {
      us-east-1 = { s3_export = { bucket = "acme-exports", format = "VHDX", role_name = "vm-export" } }
    }
  }

  expect_failures = [var.regions]
}

run "regions_export_nothing_encrypted" {
  command = plan

  variables {
    regions = {
      us-east-1 = {
        kms_key_id = "arn:aws:kms:us-east-1:111111111111:alias/golden"
        s3_export  = { bucket = "acme-exports", format = "VMDK", role_name = "vm-export" }
      }
    }
  }

  expect_failures = [var.regions]
}

run "ami_description_is_not_empty" {
  command = plan

  variables {
    ami_description = ""
  }

  expect_failures = [var.ami_description]
}

run "data_types_are_known" {
  command = plan

  variables {
    regions = { us-east-1 = { ssm_parameters = [{ data_type = "ami", name = "/golden/web" }] } }
  }

  expect_failures = [var.regions]
}

run "ami_names_of_regions_differ_with_each_build" {
  command = plan

  variables {
    regions = { us-east-1 = { ami_name = "golden-web" } }
  }

  expect_failures = [var.regions]
}

run "organizations_go_by_arn" {
  command = plan

  variables {
    regions = { us-east-1 = { organization_arns = ["o-a1b2c3d4e5"] } }
  }

  expect_failures = [var.regions]
}

run "organizational_units_go_by_arn" {
  command = plan

  variables {
    regions = { us-east-1 = { organizational_unit_arns = ["ou-ab12-11111111"] } }
  }

  expect_failures = [var.regions]
}

run "public_takes_a_sentence" {
  command = plan

  variables {
    regions = { us-east-1 = { public = "true" } }
  }

  expect_failures = [var.regions]
}

run "what_is_encrypted_is_not_public" {
  command = plan

  variables {
    regions = { us-east-1 = { kms_key_id = "arn:aws:kms:us-east-1:111111111111:alias/golden", public = "yes, anyone may launch this image" } }
  }

  expect_failures = [var.regions]
}

run "licenses_are_of_the_same_region" {
  command = plan

  variables {
    regions = { us-east-1 = { license_arns = ["arn:aws:license-manager:eu-central-1:111111111111:license-configuration:lic-0123456789abcdef0123456789abcdef"] } }
  }

  expect_failures = [var.regions]
}

run "launch_templates_go_by_id" {
  command = plan

  variables {
    regions = { us-east-1 = { launch_templates = [{ account_id = "222222222222", id = "golden-web" }] } }
  }

  expect_failures = [var.regions]
}

run "fast_launches_are_six_at_least" {
  command = plan

  variables {
    regions = { us-east-1 = { fast_launch = [{ account_id = "222222222222", max_parallel_launches = 2 }] } }
  }

  expect_failures = [var.regions]
}

run "fast_launch_takes_one_name_for_a_template" {
  command = plan

  variables {
    regions = { us-east-1 = { fast_launch = [{ account_id = "222222222222", launch_template = { id = "lt-0123456789abcdef0", name = "golden" } }] } }
  }

  expect_failures = [var.regions]
}
