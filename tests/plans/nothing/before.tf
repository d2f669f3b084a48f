resource "terraform_data" "thing" {
  input = "thing"
}

output "thing" {
  value = terraform_data.thing.output
}
