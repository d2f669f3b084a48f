resource "terraform_data" "recipe" {
  input            = { name = "web", components = ["harden-os/1.0.0", "install-apache/1.0.0"] }
  triggers_replace = { version = "1.0.0" }
}

resource "terraform_data" "pipeline" {
  input = { name = "web", recipe = terraform_data.recipe.id }
}
