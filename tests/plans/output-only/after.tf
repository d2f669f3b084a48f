output "name" {
  value = "two"
}

output "added" {
  value = ["x"]
}

output "token" {
  value     = "token-number-two"
  sensitive = true
}
