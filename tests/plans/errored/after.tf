resource "terraform_data" "fine" {
  input = "made"
}

resource "terraform_data" "wrong" {
  input = "never"

  lifecycle {
    precondition {
      condition     = terraform_data.fine.input == "another"
      error_message = "This is never so."
    }
  }
}
