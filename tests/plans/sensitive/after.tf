variable "password" {
  type      = string
  sensitive = true
  default   = "staple-of-another-kind"
}

resource "terraform_data" "database" {
  input = { name = "db", port = 5432, password = var.password }
}

resource "terraform_data" "settings" {
  input = jsonencode({ user = "app", password = var.password })
}

# What is computed from a sensitive value stands in the next plan without a mark.
resource "terraform_data" "copy" {
  input = nonsensitive(sha256(var.password))
}

output "password" {
  value     = terraform_data.database.output.password
  sensitive = true
}
