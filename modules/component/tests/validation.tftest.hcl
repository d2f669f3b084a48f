mock_provider "aws" {}

variables {
  name             = "golden-harden-os"
  semantic_version = "1.0.0"
  document         = <<-EOT
    schemaVersion: 1.0
    phases:
      - name: build
        steps:
          - name: Update
            action: UpdateOS
  EOT
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

run "document_fits_in_a_request" {
  command = plan

  variables {
    document = format("schemaVersion: 1.0\nphases: [a]\n#%16000s", ".")
  }

  expect_failures = [var.document]
}

run "document_has_phases" {
  command = plan

  variables {
    document = "schemaVersion: 1.0"
  }

  expect_failures = [var.document]
}

run "document_fits_into_s3" {
  command = plan

  variables {
    document        = format("schemaVersion: 1.0\nphases: [a]\n#%65536s", ".")
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

run "platform_is_known" {
  command = plan

  variables {
    platform = "linux"
  }

  expect_failures = [var.platform]
}

run "semantic_version_is_exact" {
  command = plan

  variables {
    semantic_version = "1.0.x"
  }

  expect_failures = [var.semantic_version]
}

run "supported_os_versions_are_named" {
  command = plan

  variables {
    supported_os_versions = [""]
  }

  expect_failures = [var.supported_os_versions]
}
