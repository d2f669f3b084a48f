output "name" {
  value = "one"
}

output "gone" {
  value = { a = 1, b = [true, null] }
}

output "token" {
  value     = "token-number-one"
  sensitive = true
}
