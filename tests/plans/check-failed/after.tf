variable "size" {
  type    = number
  default = 10

  validation {
    condition     = var.size > 5
    error_message = "At least 5."
  }
}

resource "terraform_data" "bucket" {
  input = { acl = "private", size = var.size }

  lifecycle {
    precondition {
      condition     = var.size < 100
      error_message = "Less than 100."
    }

    postcondition {
      condition     = self.output.size < 100
      error_message = "Still less than 100."
    }
  }
}

check "bucket_is_private" {
  assert {
    condition     = var.size == 11
    error_message = "The size is ${var.size}."
  }

  assert {
    condition     = terraform_data.bucket.output.size == 10
    error_message = "Known after apply."
  }
}
