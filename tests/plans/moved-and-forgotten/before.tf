resource "terraform_data" "old" {
  input = "same"
}

resource "terraform_data" "renamed" {
  input = "one"
}

resource "terraform_data" "left_alone" {
  input = "kept by somebody else"
}

resource "terraform_data" "deleted" {
  input = "gone"
}
