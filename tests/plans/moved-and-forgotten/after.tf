resource "terraform_data" "new" {
  input = "same"
}

moved {
  from = terraform_data.old
  to   = terraform_data.new
}

resource "terraform_data" "changed" {
  for_each = toset(["a.b"])
  input    = "two"
}

moved {
  from = terraform_data.renamed
  to   = terraform_data.changed["a.b"]
}

removed {
  from = terraform_data.left_alone

  lifecycle {
    destroy = false
  }
}
