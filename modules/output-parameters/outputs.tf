output "names" {
  description = "Names of the parameters, sorted; known at plan."
  value       = sort(var.names)
}
