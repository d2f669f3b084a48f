mock_provider "aws" {}

variables {
  name             = "golden-approve"
  semantic_version = "1.0.0"
  type             = "TEST"
  document         = "{schemaVersion: 1.0, steps: [{name: Wait, action: WaitForAction}]}"
}

run "change_description_is_not_empty" {
  command = plan

  variables {
    change_description = ""
  }

  expect_failures = [var.change_description]
}

run "description_is_not_empty" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}

run "document_has_at_most_16000_characters" {
  command = plan

  variables {
    document = "{schemaVersion: 1.0, steps: [{name: Wait, action: WaitForAction}], description: ${join("", [for number in range(1000) : "a long description"])}}"
  }

  expect_failures = [var.document]
}

run "document_has_steps" {
  command = plan

  variables {
    document = "schemaVersion: 1.0"
  }

  expect_failures = [var.document]
}

run "document_fits_into_s3" {
  command = plan

  variables {
    document        = format("schemaVersion: 1.0\nsteps: [a]\n#%65536s", ".")
    document_bucket = "acme-golden-image-documents"
  }

  expect_failures = [var.document]
}

run "document_bucket_is_a_name" {
  command = plan

  variables {
    document_bucket = "s3://acme-golden-image-documents"
  }

  expect_failures = [var.document_bucket]
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

run "semantic_version_has_no_wildcard" {
  command = plan

  variables {
    semantic_version = "1.0.x"
  }

  expect_failures = [var.semantic_version]
}

run "type_is_known" {
  command = plan

  variables {
    type = "DEPLOY"
  }

  expect_failures = [var.type]
}
